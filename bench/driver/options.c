// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/options.h"

#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "bench/driver/dax.h"

/* A sample is kept for each window: too many to be left to the library's minimum time. */
#define ITERATIONS 32

/* Exact counts repeat: one would do, three show that they do. */
#define EXACT_ITERATIONS 3

enum key {
	KEY_EXACT = 256,
	KEY_DAX,
	KEY_RECORDS_FD,
	KEY_CPU,
	KEY_EVENTS,
};

static const struct argp_option argp_options[] = {
	{ "workload", 'w', "LIST", 0, "Workloads to lay out (default: all)", 0 },
	{ "op", 'o', "LIST", 0, "Ops to time: hmm, walk, walk/entry, ... (default: all)", 0 },
	{ "policy", 'p', "LIST", 0, "Policies of the ops that take one (default: all)", 0 },
	{ "size", 's', "LIST", 0, "Bytes to walk (default: 64K,2M,64M,1G)", 0 },
	{ "iterations", 'n', "N", 0, "Samples a series (default: 32; with --exact: 3)", 0 },
	{ "dax", KEY_DAX, "DEVICE", 0, "A device-dax device that may be used, whole; repeatable",
	  0 },
	{ "cpu", KEY_CPU, "N", 0, "CPU to measure on, by its OS index", 0 },
	{ "events", KEY_EVENTS, "TYPE:CONFIG,...", 0,
	  "Perf events to count in the window, as numbers of perf_event_attr", 0 },
	{ "exact", KEY_EXACT, NULL, 0, "The TSC counts instructions: fixed iterations", 0 },
	{ "records-fd", KEY_RECORDS_FD, "FD", 0, "Write records to this open descriptor", 0 },
	{ 0 },
};

static int parse_number(const char *text, long min, long max, long *out)
{
	char *end;

	errno = 0;
	*out = strtol(text, &end, 0);
	return errno || end == text || *end || *out < min || *out > max ? -EINVAL : 0;
}

static error_t parse_numbers(int key, const char *arg, struct argp_state *state)
{
	struct options *o = state->input;
	long n;

	switch (key) {
	case 'n':
		if (parse_number(arg, 1, PTWALK_MAX_ITERATIONS, &n))
			argp_error(state, "'%s' is not a number of iterations (1 to %d)", arg,
				   PTWALK_MAX_ITERATIONS);
		o->iterations = (unsigned int)n;
		return 0;
	case KEY_CPU:
		if (parse_number(arg, 0, INT_MAX, &n))
			argp_error(state, "'%s' is not a CPU's index", arg);
		o->cpu = (int)n;
		return 0;
	case KEY_RECORDS_FD:
		if (parse_number(arg, 0, INT_MAX, &n))
			argp_error(state, "'%s' is not a file descriptor", arg);
		o->records_fd = (int)n;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'w':
		strv_split(&o->workload_names, arg, ',');
		return 0;
	case 'o':
		strv_split(&o->op_names, arg, ',');
		return 0;
	case 'p':
		strv_split(&o->policy_names, arg, ',');
		return 0;
	case 's':
		strv_split(&o->size_names, arg, ',');
		return 0;
	case KEY_DAX:
		strv_add(&o->dax_paths, arg);
		return 0;
	case KEY_EVENTS:
		strv_split(&o->event_names, arg, ',');
		return 0;
	case KEY_EXACT:
		o->exact = true;
		return 0;
	default:
		return parse_numbers(key, arg, state);
	}
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static int resolve_sizes(struct options *o, struct err *err)
{
	if (!o->size_names.n)
		strv_split(&o->size_names, "64K,2M,64M,1G", ',');
	o->sizes = xcalloc(o->size_names.n, sizeof(*o->sizes));
	for (size_t i = 0; i < o->size_names.n; i++) {
		int ret = size_parse(o->size_names.v[i], &o->sizes[i], err);

		if (ret)
			return ret;
		if (o->sizes[i] % PAGE)
			return err_set(err, EINVAL,
				       "size %s is not a multiple of the page size (4K)",
				       o->size_names.v[i]);
	}
	o->nr_sizes = o->size_names.n;
	qsort(o->sizes, o->nr_sizes, sizeof(*o->sizes), by_size);
	return 0;
}

static int resolve_workloads(struct options *o, struct err *err)
{
	struct strv *names = &o->workload_names;

	if (!names->n)
		for (size_t i = 0; i < nr_workloads; i++)
			strv_add(names, workloads[i]->name);
	o->workloads = xcalloc(names->n, sizeof(*o->workloads));
	for (size_t i = 0; i < names->n; i++) {
		o->workloads[i] = workload_find(names->v[i]);
		if (!o->workloads[i])
			return err_set(err, EINVAL, "unknown workload '%s'", names->v[i]);
		o->nr_workloads++;
	}
	return 0;
}

static int resolve_events(struct options *o, struct err *err)
{
	if (o->event_names.n > PTWALK_MAX_EVENTS)
		return err_set(err, EINVAL, "%zu events; the module counts %d at most",
			       o->event_names.n, PTWALK_MAX_EVENTS);
	for (size_t i = 0; i < o->event_names.n; i++) {
		struct ptwalk_event *event = &o->events[i];
		char *end;

		event->type = (uint32_t)strtoul(o->event_names.v[i], &end, 0);
		if (end == o->event_names.v[i] || *end != ':' || !end[1])
			return err_set(err, EINVAL, "'%s' is not TYPE:CONFIG", o->event_names.v[i]);
		event->config = strtoull(end + 1, &end, 0);
		if (*end)
			return err_set(err, EINVAL, "'%s' is not TYPE:CONFIG", o->event_names.v[i]);
		o->nr_events++;
	}
	return 0;
}

int options_parse(int argc, char **argv, struct options *o, struct err *err)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.doc = "Lay out workloads, have the ptwalk module time walks over them, and write "
		       "records.\vGoogle Benchmark's own flags (--benchmark_filter=REGEX, "
		       "--benchmark_out=FILE, ...) work. Records are described in docs/records.md.",
	};
	int ret;

	*o = (struct options){ .cpu = -1, .records_fd = -1 };
	ret = argp_parse(&argp, argc, argv, 0, NULL, o);
	if (ret)
		return err_set(err, ret, "cannot read the command line");
	if (!o->iterations)
		o->iterations = o->exact ? EXACT_ITERATIONS : ITERATIONS;
	ret = resolve_workloads(o, err);
	if (!ret)
		ret = resolve_sizes(o, err);
	if (!ret)
		ret = variants_select(&o->op_names, &o->policy_names, &o->variants, err);
	if (!ret)
		ret = resolve_events(o, err);
	return ret ? ret : dax_open_site(&o->dax_paths, &o->site, err);
}

void options_release(struct options *o)
{
	dax_close_site(&o->site);
	variants_release(&o->variants);
	free(o->workloads);
	free(o->sizes);
	strv_release(&o->workload_names);
	strv_release(&o->op_names);
	strv_release(&o->policy_names);
	strv_release(&o->size_names);
	strv_release(&o->dax_paths);
	strv_release(&o->event_names);
}
