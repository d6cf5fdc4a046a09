// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/runner.h"

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
#include "bench/cli/here.h"
#include "bench/cli/measure.h"
#include "bench/cli/folder.h"
#include "bench/cli/runkey.h"

#define BOOT_SECONDS   3.0
#define SERIES_SECONDS 0.01
#define PAGE_SECONDS   1.2e-6

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

/* A run that is to be made. */
struct making {
	const struct run_request *request;
	const struct prepared *prepared;
	char *qemu; /* its version */
	char *key;  /* NULL where counts do not repeat */
};

static int write_run(const struct making *m, const char *id, int records, struct err *err)
{
	const struct plan *plan = m->request->plan;
	const struct kernel *kernel = &m->prepared->kernel;
	struct record record = { .kind = RECORD_RUN };
	int ret;

	record.run = (struct record_run){
		.id = xstrdup(id),
		.started = run_stamp("%Y-%m-%dT%H:%M:%SZ"),
		.ptwalk = xstrdup(PTWALK_VERSION),
		.command = xstrdup(m->request->command),
		.machine = xstrdup(plan->machine->name),
		.unit = xstrdup(plan->machine->unit),
		.exact = plan->machine->exact,
		.boots = plan->boots,
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
	};
	ret = measure_write(records, &record, err);
	record_release(&record);
	return ret;
}

static int run_boots(const struct making *m, const struct folder *folder, struct run_outcome *out,
		     struct err *err)
{
	const struct plan *plan = m->request->plan;
	char *path = xasprintf("%s/" FOLDER_RECORDS, folder->partial);
	int records = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644), ret;

	free(path);
	if (records < 0)
		return err_set(err, errno, "cannot make %s: %s", FOLDER_RECORDS, strerror(errno));
	ret = write_run(m, folder->id, records, err);
	for (unsigned int i = 1; i <= plan->boots && !ret; i++) {
		const struct measure boot = {
			.plan = plan,
			.prepared = m->prepared,
			.folder = folder->partial,
			.number = i,
			.records = records,
			.progress = m->request->progress,
		};
		unsigned int missing = 0;

		ret = measure_boot(&boot, &missing, err);
		out->missing += missing;
	}
	close(records);
	return ret;
}

static int run_in_folder(const struct making *m, struct run_outcome *out, struct err *err)
{
	const struct run_request *request = m->request;
	struct folder folder;
	char *when = run_stamp("%Y%m%dT%H%M%SZ"), *id;
	int ret;

	id = xasprintf("%s-%s-%s", when, m->prepared->kernel.release, request->plan->machine->name);
	free(when);
	ret = folder_begin(&folder, request->results, id, request->path, err);
	free(id);
	if (ret)
		return ret;
	ret = run_boots(m, &folder, out, err);
	if (!ret && m->key)
		ret = runkey_write(folder.partial, m->key, err);
	if (ret) {
		folder_abandon(&folder, ret == -EINTR ? NULL : kept_files, &out->kept);
		return ret;
	}
	out->folder = xstrdup(folder.path);
	return folder_finish(&folder, err);
}

int run_prepared(const struct run_request *request, const struct prepared *prepared,
		 struct run_outcome *out, struct err *err)
{
	struct making m = {
		.request = request,
		.prepared = prepared,
		.qemu = request->plan->machine->here ? xstrdup("")
						     : qemu_version(request->plan->qemu),
	};
	int ret = 0;

	*out = (struct run_outcome){ 0 };
	if (request->plan->machine->exact) {
		m.key = runkey_make(request->plan, prepared, m.qemu, err);
		ret = m.key ? 0 : -EIO;
	}
	if (!ret && m.key && request->reuse)
		out->folder = runkey_find(request->results, m.key);
	out->reused = out->folder;
	if (!ret && !out->reused)
		ret = run_in_folder(&m, out, err);
	free(m.key);
	free(m.qemu);
	return ret;
}

int run_measure(const struct run_request *request, struct run_outcome *out, struct err *err)
{
	const struct plan *plan = request->plan;
	const struct vm_config config = {
		.qemu = plan->qemu,
		.cpus = plan->cpus,
		.nodes = plan->nodes,
		.module = plan->module,
	};
	struct settings *settings = NULL;
	struct prepared prepared;
	struct err later;
	int ret;

	*out = (struct run_outcome){ 0 };
	ret = plan->machine->supported(&config, err);
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
