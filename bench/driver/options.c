// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/options.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"

/* A sample is kept for each window: too many to be left to the library's minimum time. */
#define ITERATIONS 32

/* Exact counts repeat: one would do, three show that they do. */
#define EXACT_ITERATIONS 3

static int set_cpu(void *options, const char *arg, struct err *err)
{
	struct options *o = options;
	unsigned long n;
	int ret = parse_count(arg, 0, INT_MAX, "a CPU", &n, err);

	if (!ret)
		o->cpu = (int)n;
	return ret;
}

static int set_records_fd(void *options, const char *arg, struct err *err)
{
	struct options *o = options;
	unsigned long n;
	int ret = parse_count(arg, 0, INT_MAX, "a file descriptor", &n, err);

	if (!ret)
		o->records_fd = (int)n;
	return ret;
}

static int ask_perf(struct options *o, const char *what, const char *word, struct err *err)
{
	if (o->perf.what && strcmp(o->perf.what, what) != 0)
		return err_set(err, EINVAL, "--perf-record and --perf-stat exclude each other");
	o->perf.what = what;
	if (word)
		strv_add(&o->perf.args, word);
	return 0;
}

static int set_perf_record(void *options, const char *arg, struct err *err)
{
	return ask_perf(options, "record", arg, err);
}

static int set_perf_stat(void *options, const char *arg, struct err *err)
{
	return ask_perf(options, "stat", arg, err);
}

/* "FROM:TO" */
static int set_scenes(void *options, const char *arg, struct err *err)
{
	struct options *o = options;
	struct scenes *part = &o->selection.part;
	char end;

	if (sscanf(arg, "%zu:%zu%c", &part->from, &part->to, &end) == 2 && part->from < part->to)
		return 0;
	return err_set(err, EINVAL, "--scenes '%s' is not FROM:TO, as 0:4", arg);
}

static const struct opt opts[] = {
	OPT_HEADER("Which series:"),
	OPT_PART(struct options, selection, selection_opts),
	{ "scenes", 0, "FROM:TO",
	  "Of all layouts by workload, placement, size and threads, in this order, FROM up to but "
	  "without TO, from 0 on",
	  OPT_CALL(set_scenes) },
	OPT_HEADER("And how:"),
	{ "dax", 0, "DEVICE", "A device-dax device that may be used, whole; repeatable",
	  OPT_TEXTS(struct options, dax_paths) },
	{ "pmem", 0, "DEVICE",
	  "A pmem block device that may be formatted, for file systems with DAX",
	  OPT_TEXT(struct options, pmem_path) },
	{ "spare", 0, "low|high:START:SIZE",
	  "Physical memory that the kernel leaves alone and that may be used, whole",
	  OPT_TEXTS(struct options, spare_names) },
	{ "lacks", 0, "OP/POLICY=REASON",
	  "Own code that the module was not given, and why; repeatable",
	  OPT_TEXTS(struct options, lacks) },
	{ "cpu", 0, "N", "CPU to measure on, by its OS index", OPT_CALL(set_cpu) },
	{ "event", 0, "TYPE:CONFIG:CONFIG1:CONFIG2=NAME",
	  "A perf event to count in the window, as numbers of perf_event_attr; up to four",
	  OPT_TEXTS(struct options, event_names) },
	{ "invalidate", 0, "HOW",
	  "How a thread changes the range under an op like mirror_rare: mprotect (default), "
	  "remap, migrate",
	  OPT_TEXT(struct options, invalidate) },
	{ "retry-limit", 0, "LIMIT",
	  "Give a chunk of an op like mirror_rare up after so many passes (64), or so long (100ms)",
	  OPT_TEXT(struct options, retry_limit_text) },
	{ "perf", 0, "PROGRAM", "The perf to use (default: perf)",
	  OPT_TEXT(struct options, perf_program) },
	{ "perf-out", 0, "FOLDER", "For what perf leaves (default: .)",
	  OPT_TEXT(struct options, perf.folder) },
	{ "perf-record", 0, "WORD",
	  "Have perf record sample this process while windows are measured; each WORD is given to "
	  "it",
	  OPT_CALL(set_perf_record), .may_lack = true },
	{ "perf-stat", 0, "WORD", "Have perf stat count in this process while windows are measured",
	  OPT_CALL(set_perf_stat), .may_lack = true },
	{ "exact", 0, NULL, "The TSC counts instructions", OPT_FLAG(struct options, exact) },
	{ "facts", 0, NULL, "With --exact: tell QEMU's plugin which windows are whose",
	  OPT_FLAG(struct options, facts) },
	{ "journal", 0, "FILE",
	  "Note each change of a kernel's setting there first, for who puts it back",
	  OPT_TEXT(struct options, journal) },
	{ "records-fd", 0, "FD", "Write records to this open descriptor",
	  OPT_CALL(set_records_fd) },
	OPT_HEADER("Instead of that, a race:"),
	{ "race", 0, NULL, "Walk while memory is taken away, and check what walkers hold",
	  OPT_FLAG(struct options, races) },
	OPT_PART(struct options, race, race_opts),
	{ 0 },
};

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

static int read_attribute(const char *device, const char *name, uint64_t *value, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("/sys/bus/dax/devices/%s/%s", device, name);
	_cleanup_free_ char *text = fs_read_line(path);
	char *end = text;

	if (text)
		*value = strtoull(text, &end, 0);
	if (text && end != text && !*end)
		return 0;
	return err_set(err, ENODEV, "%s is not a device-dax device: cannot read %s", device, path);
}

/* -1 where the kernel does not say: one without CONFIG_NUMA has no such attribute. */
static int read_node(const char *device)
{
	_cleanup_free_ char *path = xasprintf("/sys/bus/dax/devices/%s/numa_node", device);
	_cleanup_free_ char *text = fs_read_line(path);

	return text ? atoi(text) : -1;
}

/* Read size, alignment and NUMA node of each device, "/dev/dax0.0", from sysfs; @paths must outlive it. */
static int site_open(const struct strv *paths, struct workload_site *site, struct err *err)
{
	struct workload_dax *dax = xcalloc(paths->n, sizeof(*dax));
	int ret = 0;

	for (size_t i = 0; i < paths->n && !ret; i++) {
		const char *slash = strrchr(paths->v[i], '/');
		const char *device = slash ? slash + 1 : paths->v[i];

		dax[i].path = paths->v[i];
		ret = read_attribute(device, "size", &dax[i].size, err);
		if (!ret)
			ret = read_attribute(device, "align", &dax[i].align, err);
		dax[i].node = read_node(device);
	}
	*site = (struct workload_site){ .dax = dax, .nr_dax = ret ? 0 : paths->n };
	return ret;
}

static void site_close(struct workload_site *site)
{
	free((void *)site->dax);
	*site = (struct workload_site){ 0 };
}

/* ":NUMBER" at *@text, which is moved past it. */
static bool number(const char **text, uint64_t *n)
{
	char *end;

	if (**text != ':' || !isdigit((unsigned char)(*text)[1]))
		return false;
	errno = 0;
	*n = strtoull(*text + 1, &end, 0);
	*text = end;
	return !errno;
}

/* "low:START:SIZE" or "high:START:SIZE": bytes, in whole pages of 2 MiB. */
static int site_parse_spare(const char *text, struct workload_spare *spare, struct err *err)
{
	static const struct {
		const char *name;
		enum workload_height height;
	} places[] = { { "low", WORKLOAD_LOW }, { "high", WORKLOAD_HIGH } };
	struct workload_spare found = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const char *rest = text + strlen(places[i].name);

		if (!str_starts(text, places[i].name) || !number(&rest, &found.start) ||
		    !number(&rest, &found.size) || *rest)
			continue;
		if (!found.size || (found.start | found.size) % (2 * MIB))
			break;
		spare[places[i].height] = found;
		return 0;
	}
	return err_set(err, EINVAL,
		       "'%s' is not low:START:SIZE or high:START:SIZE, in multiples of 2 MiB",
		       text);
}

/* "NAME=OPS": which ops it is for, a bit each, who built the module knows; "NAME=": all. */
static int add_policy(const char *change, struct err *err)
{
	size_t len = strcspn(change, "=");
	_cleanup_free_ char *name = xstrndup(change, len);
	uint32_t of = change[len] ? (uint32_t)strtoul(change + len + 1, NULL, 0) : 0;
	int ret = policy_add(name, of ? of : UINT32_MAX, err);

	return ret;
}

int options_parse(int argc, char **argv, struct options *o, struct err *err)
{
	static const struct opt_about about = {
		.program = "ptwalk-driver",
		.doc = "Lay out workloads, have the ptwalk module time walks over them, and write "
		       "records.\vGoogle Benchmark's own flags (--benchmark_filter=REGEX, "
		       "--benchmark_out=FILE, ...) work. Records are described in docs/records.md.",
		.version = "ptwalk-driver " PTWALK_VERSION,
	};
	int ret;

	*o = (struct options){
		.cpu = -1,
		.records_fd = -1,
		.perf_program = "perf",
		.perf.folder = ".",
		.invalidate = invalidations[0]->name,
		.selection.left = true,
		.race = RACE_ASK,
	};
	ret = opts_parse(opts, &about, argc, argv, o, err);
	if (ret)
		return ret;
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
	if (!ret && o->races)
		ret = race_ask_resolve(&o->race, err);
	if (!ret)
		ret = retry_limit_parse(o->retry_limit_text, &o->retry_limit, err);
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
	race_ask_release(&o->race);
	selection_release(&o->selection);
	strv_release(&o->dax_paths);
	counters_release(&o->counters);
	strv_release(&o->perf.args);
	free(o->perf_found);
	strv_release(&o->event_names);
	strv_release(&o->spare_names);
	strv_release(&o->lacks);
}
