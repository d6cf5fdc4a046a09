// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/size.h"
#include "bench/driver/emit.h"
#include "bench/measure/measure.h"
#include "bench/measure/prepare.h"
#include "facts/profile.h"

/* What a series costs beside its pages, in pages: for the bar alone. */
#define SERIES_PAGES 2000.0

/* What is known while the guest runs. */
struct watch {
	struct run *run;
	double started, first_window, mark; /* seconds of the monotonic clock; 0: not yet */
	double window_seconds;
	double pages, all_pages; /* walked, and to be walked */
	char *stage;
	unsigned int series, missing;
	char *doing;		     /* the series that is measured; NULL: none */
	unsigned int patience;	     /* seconds that the guest may take for it; 0: as any */
	int log;		     /* descriptor of driver.log */
	struct profile_reader facts; /* @facts.path: NULL: not opened yet */
	bool heard;		     /* the guest has said something */
};

static void on_mark(struct watch *w, const char *line, size_t len)
{
	_cleanup_free_ char *name = xstrndup(line, len);
	char *tab = strchr(name, '\t');

	if (tab)
		*tab++ = '\0';
	free(w->doing);
	w->doing = xstrdup(name);
	w->patience = tab ? (unsigned int)strtoul(tab, NULL, 10) : 0;
	w->mark = host_seconds();
	if (!w->first_window)
		w->first_window = w->mark;
	progress_enter(w->run->progress, w->stage);
	progress_at(w->run->progress, w->all_pages > 0 ? w->pages / w->all_pages : 0, name);
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
	free(w->doing);
	w->doing = NULL;
	w->patience = 0;
	w->series++;
	w->pages += (double)series->size / PAGE + SERIES_PAGES;
}

/* The plugin's next series of that name: others were refused after they were counted. */
static int find_facts(struct watch *w, struct record_series *series, struct err *err)
{
	const unsigned int boot = w->run->boots;
	_cleanup_free_ char *path = guest_facts(w->run->place.partial, boot);
	struct facts_profile p;
	bool found = false;
	int ret = w->facts.path ? 0 : profile_reader_open(&w->facts, path, err);

	while (!ret && !found && !(ret = profile_next(&w->facts, &p, err))) {
		found = !strcmp(p.series, series->name);
		if (found && p.windows)
			ret = profile_symbols(&p, err);
		series->has_facts = found && p.windows && !ret;
		if (series->has_facts)
			facts_totals(&p.facts, series->facts);
		facts_profile_release(&p);
	}
	return ret;
}

/* Counts are good without them. */
static void add_facts(struct watch *w, struct record_series *series)
{
	struct run *run = w->run;

	if (run->plan->facts && !run->no_facts)
		run->no_facts = find_facts(w, series, &run->why_no_facts);
}

static int on_record(void *arg, const char *line, size_t len, struct err *err)
{
	struct watch *w = arg;
	struct record record;
	int ret;

	w->heard = true;
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
		record.boot.boot = w->run->boots;
		run_tell_boot(w->run, &record.boot);
		break;
	case RECORD_SERIES:
		record.series.boot = w->run->boots;
		if (!w->run->plan->machine->exact)
			ret = warm_up_find(&record.series, err);
		add_facts(w, &record.series);
		on_series(w, &record.series);
		break;
	case RECORD_MISSING:
		record.missing.boot = w->run->boots;
		w->missing++;
		break;
	default:
		ret = err_set(err, EPROTO, "the guest wrote a record that is not its to write");
	}
	if (!ret)
		return run_record(w->run, &record, err);
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
	const char *folder = w->run->place.partial;
	_cleanup_free_ char *path =
		w->run->boots == 1 ? xasprintf("%s/%s", folder, name)
				   : xasprintf("%s/boot%u-%s", folder, w->run->boots, name);

	if (strchr(name, '/') || name[0] == '.')
		return err_set(err, EPROTO, "the guest sent a file named '%s'", name);
	return fs_write_file(path, data, len, 0644, err);
}

static void on_stage(void *arg, const char *stage)
{
	struct watch *w = arg;
	_cleanup_free_ char *name = NULL;

	if (strcmp(stage, "kernel") != 0)
		return;
	w->started = host_seconds();
	name = run_stage(w->run, "boot", w->run->boots);
	progress_enter(w->run->progress, name);
}

static void on_note(void *arg, const char *text)
{
	const struct watch *w = arg;

	progress_tell(w->run->progress, text);
}

static unsigned int patience(void *arg, const char **doing)
{
	const struct watch *w = arg;

	*doing = w->doing;
	return w->patience;
}

static void expect_pages(struct watch *w)
{
	struct selected at = { 0 };

	while (selection_next(&w->run->plan->selection, &at))
		if (!w->run->prepared->lacks[at.workload])
			w->all_pages += (double)at.size / PAGE + SERIES_PAGES;
}

static int write_lack(struct watch *w, const struct selected *at, const char *lacks,
		      struct err *err)
{
	const struct selection *s = &w->run->plan->selection;
	struct record record = {
		.kind = RECORD_MISSING,
		.missing = {
			.boot = w->run->boots,
			.name = selection_name(s, at),
			.op = xstrdup(at->variant->op->name),
			.policy = xstrdup(variant_policy_name(at->variant)),
			.workload = xstrdup(s->workloads[at->workload]->name),
			.size = at->size,
			.placement = xstrdup(s->placements[at->placement].name),
			.threads = at->walkers->threads,
			.mms = at->walkers->mms,
			.reason = xasprintf("needs %s", lacks),
		},
	};

	w->missing++;
	return run_record(w->run, &record, err);
}

static int write_all_lacking(struct watch *w, struct err *err)
{
	struct selected at = { 0 };
	int ret = 0;

	while (!ret && selection_next(&w->run->plan->selection, &at))
		if (w->run->prepared->lacks[at.workload])
			ret = write_lack(w, &at, w->run->prepared->lacks[at.workload], err);
	return ret;
}

static int write_end(const struct watch *w, const struct vm_result *result, struct err *err)
{
	struct record record = {
		.kind = RECORD_END,
		.end = {
			.boot = w->run->boots,
			.series = w->series,
			.missing = w->missing,
			.program_seconds = result->program_seconds,
			.first_window_seconds = w->first_window ? w->first_window - w->started : 0,
			.total_seconds = result->total_seconds,
			.window_seconds = w->window_seconds,
			.peak_rss_kib = result->peak_rss_kib,
		},
	};

	return run_record(w->run, &record, err);
}

static int run_guest(struct watch *w, bool facts, struct vm_result *result, struct err *err)
{
	static const struct vm_events events = {
		.record = on_record,
		.output = on_output,
		.file = on_file,
		.stage = on_stage,
		.note = on_note,
		.patience = patience,
	};
	_cleanup_(guest_release) struct guest guest = { 0 };

	guest_make(w->run->plan, w->run->prepared, w->run->boots, w->run->place.partial, facts,
		   &guest);
	return w->run->plan->machine->run(&guest.config, &events, w, result, err);
}

/* What QEMU refuses before the guest says a word may be the plugin: counts need none. */
static int run_machine(struct watch *w, struct vm_result *result, struct err *err)
{
	struct run *run = w->run;
	int ret = run_guest(w, run->plan->facts && !run->no_facts, result, err);

	if (!ret || w->heard || !run->plan->facts || run->no_facts || !strstr(err->text, "plugin"))
		return ret;
	run->no_facts = ret;
	run->why_no_facts = *err;
	*err = (struct err){ 0 };
	return run_guest(w, false, result, err);
}

int run_driver_failed(const char *log, int status, struct err *err)
{
	_cleanup_free_ char *text = fs_read(log, NULL, NULL);
	_cleanup_(strv_release) struct strv lines = { 0 };

	if (text)
		strv_split(&lines, text, '\n');
	return err_set(err, ECHILD, "the driver ended with status %d: %s", status,
		       lines.n ? lines.v[lines.n - 1] : "it said nothing");
}

/* For profiles, which tell instructions by the lines of their sources. */
static int keep_lines(const struct run *run, struct err *err)
{
	_cleanup_free_ char *from = NULL, *to = guest_lines(run->place.partial);
	_cleanup_free_ char *sources = guest_sources(run->place.partial);
	int ret;

	if (run->plan->facts && !run->no_facts && run->boots == 1 && run->prepared->module)
		from = kernel_module_lines(run->prepared->module);
	if (!from)
		return 0;
	ret = own_keep(&run->prepared->own, sources, err);
	return ret ? ret : fs_copy(from, to, 0644, err);
}

int run_boot(struct run *run, struct err *err)
{
	_cleanup_free_ char *log = xasprintf("%s/driver.log", run->place.partial);
	_cleanup_free_ char *stage = run_stage(run, "measure", ++run->boots);
	_cleanup_close_ int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	struct watch watch = { .run = run, .log = fd, .stage = stage };
	struct vm_result result = { 0 };
	int ret;

	expect_pages(&watch);
	ret = write_all_lacking(&watch, err);
	if (!ret && watch.all_pages > 0)
		ret = run_machine(&watch, &result, err);
	free(watch.doing);
	profile_reader_close(&watch.facts);
	if (!ret && result.status && result.status != 3)
		ret = run_driver_failed(log, result.status, err);
	if (!ret)
		ret = keep_lines(run, err);
	return ret ? ret : write_end(&watch, &result, err);
}
