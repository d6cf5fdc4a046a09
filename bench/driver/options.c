// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/options.h"

#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "bench/driver/site.h"

/* A sample is kept for each window: too many to be left to the library's minimum time. */
#define ITERATIONS 32

/* Exact counts repeat: one would do, three show that they do. */
#define EXACT_ITERATIONS 3

enum key {
	KEY_EXACT = 256,
	KEY_FACTS,
	KEY_DAX,
	KEY_PMEM,
	KEY_SPARE,
	KEY_RECORDS_FD,
	KEY_CPU,
	KEY_EVENT,
	KEY_INVALIDATE,
	KEY_JOURNAL,
	KEY_LACKS,
	KEY_PERF,
	KEY_PERF_RECORD,
	KEY_PERF_STAT,
	KEY_PERF_OUT,
};

static const struct argp_option argp_options[] = {
	{ "dax", KEY_DAX, "DEVICE", 0, "A device-dax device that may be used, whole; repeatable",
	  2 },
	{ "pmem", KEY_PMEM, "DEVICE", 0,
	  "A pmem block device that may be formatted, for file systems with DAX", 2 },
	{ "spare", KEY_SPARE, "low|high:START:SIZE", 0,
	  "Physical memory that the kernel leaves alone and that may be used, whole", 2 },
	{ "lacks", KEY_LACKS, "OP/POLICY=REASON", 0,
	  "Own code that the module was not given, and why; repeatable", 2 },
	{ "cpu", KEY_CPU, "N", 0, "CPU to measure on, by its OS index", 2 },
	{ "event", KEY_EVENT, "TYPE:CONFIG:CONFIG1:CONFIG2=NAME", 0,
	  "A perf event to count in the window, as numbers of perf_event_attr; up to four", 2 },
	{ "invalidate", KEY_INVALIDATE, "HOW", 0,
	  "How a thread changes the range under an op like mirror_rare: mprotect (default), "
	  "remap, migrate",
	  2 },
	{ "perf", KEY_PERF, "PROGRAM", 0, "The perf to use (default: perf)", 2 },
	{ "perf-out", KEY_PERF_OUT, "FOLDER", 0, "For what perf leaves (default: .)", 2 },
	{ "perf-record", KEY_PERF_RECORD, "WORD", OPTION_ARG_OPTIONAL,
	  "Have perf record sample this process while windows are measured; each WORD is given to "
	  "it",
	  2 },
	{ "perf-stat", KEY_PERF_STAT, "WORD", OPTION_ARG_OPTIONAL,
	  "Have perf stat count in this process while windows are measured", 2 },
	{ "exact", KEY_EXACT, NULL, 0, "The TSC counts instructions", 2 },
	{ "facts", KEY_FACTS, NULL, 0, "Tell QEMU's plugin which windows are whose (with --exact)", 2 },
	{ "journal", KEY_JOURNAL, "FILE", 0,
	  "Note each change of a kernel's setting there first, for who puts it back", 2 },
	{ "records-fd", KEY_RECORDS_FD, "FD", 0, "Write records to this open descriptor", 2 },
	{ 0 },
};

static int parse_index(struct argp_state *state, const char *text, const char *what)
{
	unsigned long n;
	struct err err;

	if (parse_count(text, 0, INT_MAX, what, &n, &err))
		argp_error(state, "%s", err.text);
	return (int)n;
}

static error_t ask_perf(struct argp_state *state, const char *what, const char *word)
{
	struct options *o = state->input;

	if (o->perf.what && strcmp(o->perf.what, what) != 0)
		argp_error(state, "--perf-record and --perf-stat exclude each other");
	o->perf.what = what;
	if (word)
		strv_add(&o->perf.args, word);
	return 0;
}

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->selection;
		return 0;
	case KEY_DAX:
		strv_add(&o->dax_paths, arg);
		return 0;
	case KEY_PMEM:
		o->pmem_path = arg;
		return 0;
	case KEY_SPARE:
		strv_add(&o->spare_names, arg);
		return 0;
	case KEY_EVENT:
		strv_add(&o->event_names, arg);
		return 0;
	case KEY_PERF:
		o->perf_program = arg;
		return 0;
	case KEY_PERF_OUT:
		o->perf.folder = arg;
		return 0;
	case KEY_PERF_RECORD:
		return ask_perf(state, "record", arg);
	case KEY_PERF_STAT:
		return ask_perf(state, "stat", arg);
	case KEY_INVALIDATE:
		o->invalidate = arg;
		return 0;
	case KEY_LACKS:
		strv_add(&o->lacks, arg);
		return 0;
	case KEY_JOURNAL:
		o->journal = arg;
		return 0;
	case KEY_EXACT:
		o->exact = true;
		return 0;
	case KEY_FACTS:
		o->facts = true;
		return 0;
	case KEY_CPU:
		o->cpu = parse_index(state, arg, "a CPU");
		return 0;
	case KEY_RECORDS_FD:
		o->records_fd = parse_index(state, arg, "a file descriptor");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int resolve_events(struct options *o, struct err *err)
{
	int ret = 0;

	if (o->exact && o->event_names.n)
		return err_set(err, EINVAL,
			       "--event: with --exact none is counted: one that is switched on "
			       "changes the kernel's code");
	for (size_t i = 0; i < o->event_names.n && !ret; i++)
		ret = counters_add(&o->counters, o->event_names.v[i], err);
	return ret;
}

static int resolve_perf(struct options *o, struct err *err)
{
	if (!o->perf.what)
		return 0;
	if (o->exact)
		return err_set(err, EINVAL,
			       "--perf-%s: with --exact there is neither PMU nor a clock that goes "
			       "on by itself",
			       o->perf.what);
	o->perf_found = fs_find_program(o->perf_program);
	o->perf.program = o->perf_found;
	return o->perf_found
		       ? 0
		       : err_set(err, ENOENT, "%s is not there; Debian's package is linux-perf",
				 o->perf_program);
}

/* Which ops it is for, who built the module knows. */
static int add_policy(const char *change, struct err *err)
{
	char *name = xstrndup(change, strcspn(change, "="));
	int ret = policy_add(name, UINT32_MAX, err);

	free(name);
	return ret;
}

int options_parse(int argc, char **argv, struct options *o, struct err *err)
{
	static const struct argp_child children[] = {
		{ .argp = &selection_argp, .header = "Which series:", .group = 1 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.children = children,
		.doc = "Lay out workloads, have the ptwalk module time walks over them, and write "
		       "records.\vGoogle Benchmark's own flags (--benchmark_filter=REGEX, "
		       "--benchmark_out=FILE, ...) work. Records are described in docs/records.md.",
	};
	int ret;

	*o = (struct options){
		.cpu = -1,
		.records_fd = -1,
		.perf_program = "perf",
		.perf.folder = ".",
		.invalidate = invalidations[0]->name,
	};
	ret = argp_parse(&argp, argc, argv, 0, NULL, o);
	if (ret)
		return err_set(err, ret, "cannot read the command line");
	for (size_t i = 0; i < o->selection.own_changes.n && !ret; i++)
		ret = add_policy(o->selection.own_changes.v[i], err);
	if (!ret)
		ret = selection_resolve(&o->selection, err);
	if (!o->selection.iterations)
		o->selection.iterations = o->exact ? EXACT_ITERATIONS : ITERATIONS;
	if (!ret)
		ret = selection_check_cache(&o->selection, o->exact, err);
	if (!ret)
		ret = resolve_events(o, err);
	if (!ret)
		ret = resolve_perf(o, err);
	if (!ret)
		ret = invalidation_find(o->invalidate, &o->invalidation, err);
	if (!ret)
		ret = site_open(&o->dax_paths, &o->site, err);
	o->site.pmem = o->pmem_path;
	o->site.journal = o->journal;
	for (size_t i = 0; i < o->spare_names.n && !ret; i++)
		ret = site_parse_spare(o->spare_names.v[i], o->site.spare, err);
	return ret;
}

void options_release(struct options *o)
{
	site_close(&o->site);
	selection_release(&o->selection);
	strv_release(&o->dax_paths);
	counters_release(&o->counters);
	strv_release(&o->perf.args);
	free(o->perf_found);
	strv_release(&o->event_names);
	strv_release(&o->spare_names);
	strv_release(&o->lacks);
}
