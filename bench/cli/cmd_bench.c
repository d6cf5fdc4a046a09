// SPDX-License-Identifier: GPL-2.0-only
/*
 * The suite's own speed. It prints figures and asserts nothing: machines are
 * shared and noisy, and these are wall times.
 */
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/plan_options.h"
#include "bench/measure/measure.h"
#include "bench/op/selection.h"

#define MAX_ROUNDS 100

struct bench_options {
	struct plan plan;
	const char *rounds_text;
	unsigned long rounds;
};

static const struct argp_option argp_options[] = {
	{ "rounds", 'R', "N", 0, "Whole runs to time (default: 3)", 3 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct bench_options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->plan;
		return 0;
	case 'R':
		o->rounds_text = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void print_round(unsigned long round, double seconds, const struct records *records)
{
	for (size_t i = 0; i < records->nr_ends; i++) {
		const struct record_end *end = &records->ends[i];

		printf("%5lu %4u %10.2f %12.2f %9.2f %9.2f %8.1f %8.2f %8zu %9.0f\n", round,
		       end->boot, end->program_seconds, end->first_window_seconds,
		       end->total_seconds, end->window_seconds,
		       end->total_seconds > 0 ? 100 * end->window_seconds / end->total_seconds : 0,
		       seconds, records->nr_series, (double)end->peak_rss_kib / 1024);
	}
	fflush(stdout);
}

static int bench(struct bench_options *o, const char *results, struct err *err)
{
	const struct measurement m = {
		.plan = &o->plan,
		.results = results,
		.command = "ptwalk bench",
		.quiet = true,
	};

	puts("wall seconds, from starting QEMU; not to be compared across machines\n"
	     "round boot  to driver  to 1st win.  all boot  windows  share %  whole s   series  peak MiB");
	for (unsigned long round = 1; round <= o->rounds; round++) {
		_cleanup_(arm_release) struct arm arm = { .spec = xstrdup(o->plan.kernel) };
		const double start = host_seconds();
		int ret = measure(&m, &arm, 1, err);

		if (ret)
			return ret;
		print_round(round, host_seconds() - start, &arm.run.records);
	}
	return 0;
}

static int run(int argc, char **argv)
{
	static const struct argp_child children[] = { { .argp = &plan_argp }, { 0 } };
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.children = children,
		.doc = "Time whole runs: boot to the driver, boot to the first window, the whole, "
		       "and the share of it that is spent inside windows. Nothing is kept.",
	};
	char results[] = "/tmp/ptwalk-bench.XXXXXX";
	struct bench_options o = { .rounds = 3 };
	struct err err = { 0 };
	int ret = argp_parse(&argp, argc, argv, 0, NULL, &o);

	if (!ret)
		ret = plan_resolve(&o.plan, &err);
	if (!ret && o.rounds_text)
		ret = parse_count(o.rounds_text, 1, MAX_ROUNDS, "rounds", &o.rounds, &err);
	if (!ret && !mkdtemp(results))
		ret = err_set(&err, errno, "cannot make a folder in /tmp");
	if (!ret) {
		ret = bench(&o, results, &err);
		fs_remove(results, NULL);
	}
	plan_release(&o.plan);
	return ret ? command_fail("bench", &err) : STATUS_CLEAN;
}

const struct command command_bench = {
	.name = "bench",
	.summary = "time ptwalk itself: boot, first window, whole run",
	.run = run,
};
