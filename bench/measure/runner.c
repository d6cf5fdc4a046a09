// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/runner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/proc.h"
#include "base/progress.h"
#include "base/size.h"
#include "bench/measure/here.h"
#include "bench/measure/measure.h"
#include "bench/measure/folder.h"
#include "bench/measure/quieting.h"
#include "bench/measure/runkey.h"
#include "bench/measure/sampling.h"

#define BOOT_SECONDS   3.0
#define SERIES_SECONDS 0.01
#define PAGE_SECONDS   1.2e-6

#define USUAL_WIDTH 0.01
#define USUAL_ALPHA 0.05

/* What is kept of a run that failed: what it said, never what it measured. */
static const char *const kept_files[] = { "console.log", "qemu.log",   "qemu.txt",
					  "binding.txt", "driver.log", NULL };

char *run_stamp(const char *format)
{
	time_t t = time(NULL);
	char text[64];
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), format, &tm);
	return xstrdup(text);
}

/* "7.2.22 (Debian ...)" of the first line of `qemu --version`, or "". */
static char *qemu_version(const char *qemu)
{
	const char *argv[] = { qemu ? qemu : "qemu-system-x86_64", "--version", NULL };
	static const char before[] = "QEMU emulator version ";
	char *text = NULL;

	if (proc_run(argv, &(struct proc_options){ .output = &text, .timeout_seconds = 10 }, NULL))
		return xstrdup("");
	*strchrnul(text, '\n') = '\0';
	if (str_starts(text, before))
		memmove(text, text + strlen(before), strlen(text + strlen(before)) + 1);
	return text;
}

static char *qemu_of(const struct plan *plan)
{
	return plan->machine->here ? xstrdup("") : qemu_version(plan->qemu);
}

static int write_run(const struct run_making *m, struct err *err)
{
	const struct plan *plan = m->request->plan;
	const struct kernel *kernel = &m->prepared->kernel;
	struct record record = { .kind = RECORD_RUN };
	int ret;

	record.run = (struct record_run){
		.id = xstrdup(m->folder.id),
		.started = run_stamp("%Y-%m-%dT%H:%M:%SZ"),
		.ptwalk = xstrdup(PTWALK_VERSION),
		.command = xstrdup(m->request->command),
		.machine = xstrdup(plan->machine->name),
		.unit = xstrdup(plan->machine->unit),
		.exact = plan->machine->exact,
		.boots = (unsigned int)plan->looks.units[0],
		.mitigations = plan->mitigations,
		.kernel = {
			.spec = xstrdup(kernel->spec),
			.release = xstrdup(kernel->release),
			.version = xstrdup(kernel->version),
			.image_sha256 = xstrdup(kernel->image_sha256),
			.config_sha256 = xstrdup(kernel->config_sha256),
			.compiler = xstrdup(kernel->compiler),
		},
		.qemu = xstrdup(m->qemu),
		.host = host_cpu_model(),
		.quiet = xstrdup(m->request->quiet ? m->request->quiet : ""),
		.sampling = record_sampling_none(),
		.method_evidence = plan->method_evidence,
	};
	ret = measure_write(m->records, &record, err);
	record_release(&record);
	return ret;
}

static int open_records(struct run_making *m, struct err *err)
{
	char *path = xasprintf("%s/" FOLDER_RECORDS, m->folder.partial);
	int ret = 0;

	m->records = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
	if (m->records < 0)
		ret = err_set(err, errno, "cannot make %s: %s", FOLDER_RECORDS, strerror(errno));
	free(path);
	return ret ? ret : write_run(m, err);
}

int run_begin(struct run_making *m, const struct run_request *request,
	      const struct prepared *prepared, struct err *err)
{
	char *when = run_stamp("%Y%m%dT%H%M%SZ"), *id;
	int ret;

	*m = (struct run_making){
		.request = request,
		.prepared = prepared,
		.qemu = qemu_of(request->plan),
		.records = -1,
	};
	id = xasprintf("%s-%s-%s", when, prepared->kernel.release, request->plan->machine->name);
	free(when);
	ret = folder_begin(&m->folder, request->results, id, request->path, err);
	free(id);
	return ret ? ret : open_records(m, err);
}

int run_boot(struct run_making *m, struct err *err)
{
	const struct measure boot = {
		.plan = m->request->plan,
		.prepared = m->prepared,
		.folder = m->folder.partial,
		.number = ++m->boots,
		.records = m->records,
		.progress = m->request->progress,
	};
	unsigned int missing = 0;
	int ret = measure_boot(&boot, &missing, err);

	m->missing += missing;
	return ret;
}

int run_so_far(const struct run_making *m, struct records *records, struct err *err)
{
	return folder_read(m->folder.partial, records, err);
}

static void release(struct run_making *m)
{
	if (m->records >= 0)
		close(m->records);
	free(m->qemu);
}

int run_end(struct run_making *m, struct run_outcome *out, struct err *err)
{
	release(m);
	out->missing = m->missing;
	out->folder = xstrdup(m->folder.path);
	return folder_finish(&m->folder, err);
}

void run_abandon(struct run_making *m, bool keep, struct run_outcome *out)
{
	release(m);
	folder_abandon(&m->folder, keep ? kept_files : NULL, &out->kept);
}

int run_settle(const struct run_making *m, const struct record_sampling *sampling, struct err *err)
{
	char *path = xasprintf("%s/" FOLDER_RECORDS, m->folder.partial), *text = NULL;
	struct record_sampling own;
	struct records records;
	int ret = run_so_far(m, &records, err);

	if (!ret) {
		own = records.run.sampling;
		records.run.boots = m->boots;
		records.run.sampling = *sampling;
		text = records_text(&records);
		records.run.sampling = own;
		ret = fs_write_file(path, text, strlen(text), 0644, err);
		records_release(&records);
	}
	free(text);
	free(path);
	return ret;
}

/* Does this look find the medians of all series known closely enough? */
static int look(const struct run_making *m, size_t at, char **stop, bool *enough, struct err *err)
{
	const struct plan *plan = m->request->plan;
	const double width = plan->width > 0 ? plan->width : USUAL_WIDTH;
	const double alpha = looks_alpha(&plan->looks, at, USUAL_ALPHA);
	struct records records;
	size_t wide = 0;
	int ret = run_so_far(m, &records, err);

	if (ret)
		return ret;
	ret = sampling_narrow(&records, width, alpha, &wide, err);
	records_release(&records);
	*enough = !wide;
	free(*stop);
	*stop = xasprintf("look %zu of %zu, %u boots: %zu series not known to +-%g %%", at + 1,
			  plan->looks.n, m->boots, wide, 100 * width);
	progress_note(m->request->progress, "%s", *stop);
	return ret;
}

static int boots_until_enough(struct run_making *m, struct err *err)
{
	const struct looks *looks = &m->request->plan->looks;
	struct record_sampling sampling = { 0 };
	bool enough = false;
	int ret = 0;

	for (size_t at = 0; !ret && !enough && at < looks->n; at++) {
		while (!ret && m->boots < looks->units[at])
			ret = run_boot(m, err);
		if (!ret && looks->n > 1)
			ret = look(m, at, &sampling.stop, &enough, err);
	}
	if (!ret && looks->n > 1) {
		sampling.looks = sampling_looks(looks);
		ret = run_settle(m, &sampling, err);
	}
	free(sampling.looks);
	free(sampling.stop);
	return ret;
}

static int make_run(const struct run_request *request, const struct prepared *prepared,
		    const char *key, struct run_outcome *out, struct err *err)
{
	struct run_making m;
	int ret = run_begin(&m, request, prepared, err);

	if (!ret)
		ret = boots_until_enough(&m, err);
	if (!ret && key)
		ret = runkey_write(m.folder.partial, key, err);
	if (!ret)
		return run_end(&m, out, err);
	run_abandon(&m, ret != -EINTR, out);
	return ret;
}

static int run_in_folder(const struct run_request *request, const struct prepared *prepared,
			 const char *key, struct run_outcome *out, struct err *err)
{
	struct run_request quieted = *request;
	struct quieting quieting;
	int ret = quieting_begin(&quieting, request->plan, request->progress, err);

	if (ret)
		return ret;
	quieted.quiet = quieting_text(&quieting);
	ret = make_run(&quieted, prepared, key, out, err);
	return quieting_end(&quieting, ret, err);
}

int run_prepared(const struct run_request *request, const struct prepared *prepared,
		 struct run_outcome *out, struct err *err)
{
	char *qemu = qemu_of(request->plan), *key = NULL;
	int ret = 0;

	*out = (struct run_outcome){ 0 };
	if (request->plan->machine->exact) {
		key = runkey_make(request->plan, prepared, qemu, err);
		ret = key ? 0 : -EIO;
	}
	if (!ret && key && request->reuse)
		out->folder = runkey_find(request->results, key);
	out->reused = out->folder;
	if (!ret && !out->reused)
		ret = run_in_folder(request, prepared, key, out, err);
	free(key);
	free(qemu);
	return ret;
}

int run_supported(const struct plan *plan, struct err *err)
{
	const struct vm_config config = {
		.qemu = plan->qemu,
		.cpus = plan->cpus,
		.nodes = plan->nodes,
		.module = plan->module,
	};

	return plan->machine->supported(&config, err);
}

int run_measure(const struct run_request *request, struct run_outcome *out, struct err *err)
{
	const struct plan *plan = request->plan;
	struct settings *settings = NULL;
	struct prepared prepared;
	struct err later;
	int ret;

	*out = (struct run_outcome){ 0 };
	ret = run_supported(plan, err);
	if (!ret)
		ret = here_begin(plan, request->progress, &settings, err);
	if (!ret)
		ret = prepare(plan, request->progress, &prepared, err);
	if (!ret) {
		ret = run_prepared(request, &prepared, out, err);
		prepared_release(&prepared);
	}
	settings_close(settings, ret ? &later : err);
	return ret;
}

void run_outcome_release(struct run_outcome *out)
{
	free(out->folder);
	free(out->kept);
	*out = (struct run_outcome){ 0 };
}

static void add_stage(struct progress_stage **stages, size_t *n, char *name, double weight)
{
	*stages = xrealloc(*stages, (*n + 1) * sizeof(**stages));
	(*stages)[(*n)++] = (struct progress_stage){ name, weight };
}

/* What the measuring of a boot took on two shared cores, for the bar alone. */
static double measure_seconds(const struct plan *plan)
{
	const struct selection *s = &plan->selection;
	double pages = 0;

	for (size_t i = 0; i < s->nr_sizes; i++)
		pages += (double)s->sizes[i] / PAGE;
	return SERIES_SECONDS * (double)selection_series(s) +
	       PAGE_SECONDS * pages *
		       (double)(s->nr_workloads * s->nr_placements * s->nr_walkers * s->variants.n);
}

struct progress_stage *run_stages(const struct plan *plan, size_t *n)
{
	struct progress_stage *stages = NULL;

	*n = 0;
	add_stage(&stages, n, xstrdup("kernel"), 0.2);
	add_stage(&stages, n, xstrdup("module"), 0.2);
	for (unsigned int i = 1; i <= plan->boots; i++) {
		add_stage(&stages, n, measure_stage("boot", plan, i), BOOT_SECONDS);
		add_stage(&stages, n, measure_stage("measure", plan, i), measure_seconds(plan));
	}
	add_stage(&stages, n, xstrdup("plot"), 1);
	return stages;
}

void run_stages_free(struct progress_stage *stages, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free((char *)stages[i].name);
	free(stages);
}
