// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/size.h"
#include "bench/measure/folder.h"
#include "bench/measure/outfit.h"
#include "bench/measure/warm_up.h"
#include "bench/driver/emit.h"

/* What a series costs beside its pages, in pages: for the bar alone. */
#define SERIES_PAGES 2000.0

/* What is known while the guest runs. */
struct watch {
	const struct measure *m;
	double started, first_window, mark; /* seconds of the monotonic clock; 0: not yet */
	double window_seconds;
	double pages, all_pages; /* walked, and to be walked */
	char *stage;
	unsigned int series, missing;
	int log; /* descriptor of driver.log */
};

int measure_write(int records, const struct record *record, struct err *err)
{
	char *line = record_line(record);
	int ret = fs_write_all(records, line, strlen(line), FOLDER_RECORDS, err);

	if (!ret && fdatasync(records))
		ret = err_set(err, errno, "cannot write %s: %s", FOLDER_RECORDS, strerror(errno));
	free(line);
	return ret;
}

static void on_mark(struct watch *w, const char *line, size_t len)
{
	char *name = xstrndup(line, len);

	w->mark = host_seconds();
	if (!w->first_window)
		w->first_window = w->mark;
	progress_enter(w->m->progress, w->stage);
	progress_at(w->m->progress, w->all_pages > 0 ? w->pages / w->all_pages : 0, name);
	free(name);
}

/* Wall time in windows: what passed since the mark, times the share of ticks inside windows. */
static void on_series(struct watch *w, const struct record_series *series)
{
	uint64_t ticks = 0;

	for (size_t i = 0; i < series->nr_samples; i++)
		ticks += series->samples[i].ticks;
	if (series->run_ticks && ticks <= series->run_ticks)
		w->window_seconds +=
			(host_seconds() - w->mark) * (double)ticks / (double)series->run_ticks;
	w->series++;
	w->pages += (double)series->size / PAGE + SERIES_PAGES;
}

static int on_record(void *arg, const char *line, size_t len, struct err *err)
{
	struct watch *w = arg;
	struct record record;
	int ret;

	if (len > strlen(EMIT_MARK) && !strncmp(line, EMIT_MARK, strlen(EMIT_MARK))) {
		on_mark(w, line + strlen(EMIT_MARK), len - strlen(EMIT_MARK));
		return 0;
	}
	ret = record_parse(line, len, RECORD_SCHEMA, &record, err);
	if (ret) {
		err_prefix(err, "a record from the guest");
		return ret;
	}
	switch (record.kind) {
	case RECORD_BOOT:
		record.boot.boot = w->m->number;
		break;
	case RECORD_SERIES:
		record.series.boot = w->m->number;
		if (!w->m->plan->machine->exact)
			ret = warm_up_find(&record.series, err);
		on_series(w, &record.series);
		break;
	case RECORD_MISSING:
		record.missing.boot = w->m->number;
		w->missing++;
		break;
	default:
		ret = err_set(err, EPROTO, "the guest wrote a record that is not its to write");
	}
	if (!ret)
		ret = measure_write(w->m->records, &record, err);
	record_release(&record);
	return ret;
}

static void on_output(void *arg, const char *data, size_t len)
{
	struct watch *w = arg;

	/* A log that cannot be written loses its tail; the records are what counts. */
	if (w->log >= 0)
		(void)!fs_write_all(w->log, data, len, "driver.log", NULL);
}

static int on_file(void *arg, const char *name, const void *data, size_t len, struct err *err)
{
	const struct watch *w = arg;
	char *path = w->m->number == 1
			     ? xasprintf("%s/%s", w->m->folder, name)
			     : xasprintf("%s/boot%u-%s", w->m->folder, w->m->number, name);
	int ret = 0;

	if (strchr(name, '/') || name[0] == '.')
		ret = err_set(err, EPROTO, "the guest sent a file named '%s'", name);
	if (!ret)
		ret = fs_write_file(path, data, len, 0644, err);
	free(path);
	return ret;
}

static void on_stage(void *arg, const char *stage)
{
	struct watch *w = arg;

	char *name;

	if (strcmp(stage, "kernel") != 0)
		return;
	w->started = host_seconds();
	name = measure_stage("boot", w->m->plan, w->m->number);
	progress_enter(w->m->progress, name);
	free(name);
}

static void on_note(void *arg, const char *text)
{
	const struct watch *w = arg;

	progress_tell(w->m->progress, text);
}

static void expect_pages(struct watch *w)
{
	const struct selection *s = &w->m->plan->selection;
	double per_workload = 0;

	for (size_t i = 0; i < s->nr_sizes; i++)
		per_workload += (double)s->sizes[i] / PAGE + SERIES_PAGES;
	w->all_pages = per_workload * (double)s->variants.n * (double)s->nr_placements *
		       (double)s->nr_walkers * (double)w->m->prepared->runnable;
}

/* One series of a workload: the @i-th of all placements, sizes and variants. */
static int write_lack(struct watch *w, const struct workload *workload, size_t i, char *reason,
		      struct err *err)
{
	const struct selection *s = &w->m->plan->selection;
	const struct variant *v = &s->variants.v[i % s->variants.n];
	size_t scene = i / s->variants.n;
	const struct walkers *walkers = &s->walkers[scene % s->nr_walkers];
	uint64_t size = s->sizes[scene / s->nr_walkers % s->nr_sizes];
	char *placement = s->placements[scene / s->nr_walkers / s->nr_sizes].name;
	struct record record = {
		.kind = RECORD_MISSING,
		.missing = {
			.boot = w->m->number,
			.name = variant_series_name(v, workload->name, size, placement, walkers),
			.op = (char *)v->op->name,
			.policy = (char *)variant_policy_name(v),
			.workload = (char *)workload->name,
			.size = size,
			.placement = placement,
			.threads = walkers->threads,
			.mms = walkers->mms,
			.reason = reason,
		},
	};
	int ret = measure_write(w->m->records, &record, err);

	free(record.missing.name);
	w->missing++;
	return ret;
}

static int write_lacking(struct watch *w, const struct workload *workload, const char *lacks,
			 struct err *err)
{
	const struct selection *s = &w->m->plan->selection;
	char *reason = xasprintf("needs %s", lacks);
	int ret = 0;

	for (size_t i = 0; i < selection_series(s) / s->nr_workloads && !ret; i++)
		ret = write_lack(w, workload, i, reason, err);
	free(reason);
	return ret;
}

static int write_all_lacking(struct watch *w, struct err *err)
{
	const struct selection *s = &w->m->plan->selection;
	int ret = 0;

	for (size_t i = 0; i < s->nr_workloads && !ret; i++)
		if (w->m->prepared->lacks[i])
			ret = write_lacking(w, s->workloads[i], w->m->prepared->lacks[i], err);
	return ret;
}

static int write_end(const struct watch *w, const struct vm_result *result, struct err *err)
{
	struct record record = {
		.kind = RECORD_END,
		.end = {
			.boot = w->m->number,
			.series = w->series,
			.missing = w->missing,
			.program_seconds = result->program_seconds,
			.first_window_seconds = w->first_window ? w->first_window - w->started : 0,
			.total_seconds = result->total_seconds,
			.window_seconds = w->window_seconds,
			.peak_rss_kib = result->peak_rss_kib,
		},
	};

	return measure_write(w->m->records, &record, err);
}

static void configure(const struct measure *m, struct vm_config *config)
{
	const struct prepared *p = m->prepared;
	const struct plan *plan = m->plan;

	*config = (struct vm_config){
		.kernel = *p->kernel.vmlinux ? p->kernel.vmlinux : p->kernel.image,
		.release = p->kernel.release,
		.modules_root = p->kernel.root,
		.modules = (const char *const *)p->modules.v,
		.module = p->module,
		.p2pdma_mib = p->p2pdma_mib,
		.ram_mib = plan->ram_mib,
		.nodes = plan->nodes,
		.cpus = plan->cpus,
		.mitigations = plan->mitigations,
		.append = plan->append,
		.limit_seconds = plan->limit_seconds,
		.silent_seconds = plan->silent_seconds,
		.qemu = plan->qemu,
		.folder = m->folder,
	};
}

static int run_machine(struct watch *w, struct vm_result *result, struct err *err)
{
	static const struct vm_events events = {
		.record = on_record,
		.output = on_output,
		.file = on_file,
		.stage = on_stage,
		.note = on_note,
	};
	const struct measure *m = w->m;
	struct vm_file *files = xcalloc(outfit_room(m->plan), sizeof(*files));
	struct vm_dax *dax = xcalloc(outfit_room(m->plan), sizeof(*dax));
	struct vm_config config;
	struct strv argv = { 0 };
	char *out;
	int ret;

	configure(m, &config);
	outfit_command(m->plan, m->prepared, m->folder, &argv);
	out = outfit_out(m->plan, m->folder);
	config.out = out;
	config.files = files;
	config.nr_files = outfit_files(m->plan, m->prepared, files);
	config.argv = (const char *const *)argv.v;
	config.dax = dax;
	config.nr_dax = outfit_devices(m->plan, m->prepared, dax);
	outfit_spare(m->plan, m->prepared, config.spare);
	ret = m->plan->machine->run(&config, &events, w, result, err);
	strv_release(&argv);
	free(out);
	free(dax);
	free(files);
	return ret;
}

/* The driver's own last words, where it ended with an error. */
static int driver_failed(const struct measure *m, int status, struct err *err)
{
	char *path = xasprintf("%s/driver.log", m->folder), *text = fs_read(path, NULL, NULL);
	struct strv lines = { 0 };
	int ret;

	if (text)
		strv_split(&lines, text, '\n');
	ret = err_set(err, ECHILD, "the driver ended with status %d: %s", status,
		      lines.n ? lines.v[lines.n - 1] : "it said nothing");
	strv_release(&lines);
	free(text);
	free(path);
	return ret;
}

char *measure_stage(const char *stage, const struct plan *plan, unsigned int number)
{
	return plan->boots > 1 ? xasprintf("%s, boot %u", stage, number) : xstrdup(stage);
}

int measure_boot(const struct measure *m, unsigned int *missing, struct err *err)
{
	char *log = xasprintf("%s/driver.log", m->folder);
	struct watch watch = {
		.m = m,
		.log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666),
		.stage = measure_stage("measure", m->plan, m->number),
	};
	struct vm_result result = { 0 };
	int ret;

	expect_pages(&watch);
	ret = write_all_lacking(&watch, err);
	if (!ret && m->prepared->runnable)
		ret = run_machine(&watch, &result, err);
	if (!ret && result.status && result.status != 3)
		ret = driver_failed(m, result.status, err);
	if (!ret)
		ret = write_end(&watch, &result, err);
	*missing = watch.missing;
	if (watch.log >= 0)
		close(watch.log);
	free(watch.stage);
	free(log);
	return ret;
}
