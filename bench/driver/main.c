// SPDX-License-Identifier: GPL-2.0-only
/*
 * ptwalk-driver: runs on the machine under test. It pins itself, lays memory
 * out, has the module time walks over it, and writes records.
 *
 * Exit status: 0 every series was measured; 3 some are missing, each with its
 * reason in its record; 2 usage or internal error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/driver/client.h"
#include "bench/driver/counters.h"
#include "bench/driver/emit.h"
#include "bench/driver/gbench.h"
#include "bench/driver/numa.h"
#include "bench/driver/options.h"
#include "bench/driver/suite.h"

enum status {
	STATUS_WHOLE = 0,
	STATUS_ERROR = 2,
	STATUS_MISSING = 3,
};

static int measure(struct options *o, const struct client *client, struct numa *numa,
		   struct err *err)
{
	struct emit emit = { .fd = o->records_fd };
	struct session session;
	struct suite suite;
	struct perf perf;
	struct boot_found found = { .tsc_hz = RECORD_NO_TICKS,
				    .iterations = o->selection.iterations };
	int ret = client_overhead(client, o->exact, &found.overhead, err);

	if (!ret && o->exact && o->site.pmem)
		ret = workload_idle_pmem(o->site.pmem, err);
	if (!ret)
		ret = counters_probe(&o->counters, client, err);
	if (!ret && o->facts)
		ret = facts_tell_symbols(err);
	if (!ret)
		ret = perf_start(&perf, &o->perf, err);
	if (ret)
		return ret;
	/* Where ticks are instructions, the clock that tells them is made of them. */
	if (!o->exact)
		found.tsc_hz = clock_tsc_hz();
	boot_emit(&emit, client, numa->description, &found);
	gbench_add_context("ptwalk_unit", o->exact ? "instructions (1 ns each)" : "seconds");
	session_init(&session, o, client, numa, &emit, &perf, found.overhead);
	suite_init(&suite, &session);
	suite_run(&suite);
	session_drop_layout(&session);
	suite_release(&suite);
	ret = perf_stop(&perf, err);
	if (ret)
		return ret;
	return emit.missing ? STATUS_MISSING : STATUS_WHOLE;
}

static int start(struct options *o, struct err *err)
{
	struct client client;
	struct numa numa;
	int ret = numa_init(&numa, o->cpu, err);

	if (ret)
		return ret;
	ret = selection_place(&o->selection, &numa.map, err);
	if (!ret)
		ret = selection_check_cpus(&o->selection, numa_cpus(&numa), "", err);
	if (!ret)
		ret = client_open(&client, err);
	if (!ret) {
		ret = measure(o, &client, &numa, err);
		client_close(&client);
	}
	numa_release(&numa);
	return ret;
}

/* The library ends at --help with its own text; ours names its flags. */
static bool asks_for_help(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-?") ||
		    !strcmp(argv[i], "--usage"))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	struct options options;
	struct err err = { 0 };
	int ret;

	if (!asks_for_help(argc, argv))
		gbench_init(&argc, argv);
	ret = options_parse(argc, argv, &options, &err);
	if (!ret)
		ret = start(&options, &err);
	options_release(&options);
	gbench_shutdown();
	if (ret >= 0)
		return ret;
	fprintf(stderr, "ptwalk-driver: %s\n", err.text);
	return STATUS_ERROR;
}
