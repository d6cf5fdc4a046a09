// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/size.h"
#include "bench/cli/folder.h"
#include "bench/driver/emit.h"

#define GUEST_DRIVER "/ptwalk-driver"

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

/* The driver's command line in the guest; the devices are appended by the machine. */
static void driver_command(const struct measure *m, struct strv *argv)
{
	const struct selection *s = &m->plan->selection;
	struct strv names = { 0 }, sizes = { 0 };
	char *joined;

	for (size_t i = 0; i < s->nr_workloads; i++)
		if (!m->prepared->lacks[i])
			strv_add(&names, s->workloads[i]->name);
	for (size_t i = 0; i < s->nr_sizes; i++)
		strv_addf(&sizes, "%s", size_name(s->sizes[i]).text);
	strv_add(argv, GUEST_DRIVER);
	strv_add(argv, "--records-fd=3");
	strv_add(argv, "--benchmark_out=/out/gbench.json");
	strv_add(argv, "--benchmark_out_format=json");
	if (m->plan->machine->exact)
		strv_add(argv, "--exact");
	if (s->iterations)
		strv_addf(argv, "--iterations=%u", s->iterations);
	joined = strv_join(&names, ",");
	strv_addf(argv, "--workload=%s", joined);
	free(joined);
	joined = strv_join(&sizes, ",");
	strv_addf(argv, "--size=%s", joined);
	free(joined);
	for (size_t i = 0; i < s->variants.n; i++) {
		const struct variant *v = &s->variants.v[i];

		strv_addf(argv, "--op=%s%s%s", v->op->name, v->policy ? "/" : "",
			  variant_policy_name(v));
	}
	strv_release(&names);
	strv_release(&sizes);
}

/* A file system takes a part of its device. */
static uint64_t pmem_size(uint64_t dax_size)
{
	return (dax_size + dax_size / 16 + 64 * MIB) / (2 * MIB) * (2 * MIB);
}

/* Of device-dax one for each workload, of block devices one for all. */
static size_t devices(const struct measure *m, struct vm_dax *dax)
{
	const struct selection *s = &m->plan->selection;
	bool pmem = false;
	size_t n = 0;

	for (size_t i = 0; i < s->nr_workloads; i++) {
		if (m->prepared->lacks[i])
			continue;
		pmem |= s->workloads[i]->pmem;
		if (s->workloads[i]->dax_align)
			dax[n++] = (struct vm_dax){ .size = m->plan->dax_size,
						    .align = s->workloads[i]->dax_align };
	}
	if (pmem)
		dax[n++] = (struct vm_dax){ .size = pmem_size(m->plan->dax_size) };
	return n;
}

/* The driver, and programs of workloads; what this host has not is missed by them. */
static size_t guest_files(const struct measure *m, struct vm_file *files)
{
	const struct selection *s = &m->plan->selection;
	size_t n = 0;

	files[n++] = (struct vm_file){ m->prepared->driver, GUEST_DRIVER };
	for (size_t i = 0; i < s->nr_workloads; i++) {
		const char *program = s->workloads[i]->program;

		if (!m->prepared->lacks[i] && program && fs_exists(program))
			files[n++] = (struct vm_file){ program, program };
	}
	return n;
}

static void expect_pages(struct watch *w)
{
	const struct selection *s = &w->m->plan->selection;
	double per_workload = 0;

	for (size_t i = 0; i < s->nr_sizes; i++)
		per_workload += (double)s->sizes[i] / PAGE + SERIES_PAGES;
	w->all_pages = per_workload * (double)s->variants.n * (double)w->m->prepared->runnable;
}

static int write_lacking(struct watch *w, const struct workload *workload, const char *lacks,
			 struct err *err)
{
	const struct selection *s = &w->m->plan->selection;
	struct record record = { .kind = RECORD_MISSING };
	char *reason = xasprintf("needs %s", lacks);
	int ret = 0;

	for (size_t i = 0; i < s->nr_sizes * s->variants.n && !ret; i++) {
		const struct variant *v = &s->variants.v[i % s->variants.n];
		uint64_t size = s->sizes[i / s->variants.n];

		record.missing = (struct record_missing){
			.boot = w->m->number,
			.name = variant_series_name(v, workload->name, size),
			.op = (char *)v->op->name,
			.policy = (char *)variant_policy_name(v),
			.workload = (char *)workload->name,
			.size = size,
			.placement = RECORD_LOCAL,
			.threads = 1,
			.mms = 1,
			.reason = reason,
		};
		ret = measure_write(w->m->records, &record, err);
		free(record.missing.name);
		w->missing++;
	}
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
		.ram_mib = plan->ram_mib,
		.mitigations = plan->mitigations,
		.append = plan->append,
		.limit_seconds = plan->limit_seconds,
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
	};
	const struct measure *m = w->m;
	size_t room = m->plan->selection.nr_workloads + 1;
	struct vm_file *files = xcalloc(room, sizeof(*files));
	struct vm_dax *dax = xcalloc(room, sizeof(*dax));
	struct vm_config config;
	struct strv argv = { 0 };
	int ret;

	configure(m, &config);
	driver_command(m, &argv);
	config.files = files;
	config.nr_files = guest_files(m, files);
	config.argv = (const char *const *)argv.v;
	config.dax = dax;
	config.nr_dax = devices(m, dax);
	ret = m->plan->machine->run(&config, &events, w, result, err);
	strv_release(&argv);
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
