// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/speed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/str.h"
#include "bench/measure/measure.h"

static void print_round(unsigned int round, double seconds, const struct records *records)
{
	for (size_t i = 0; i < records->nr_ends; i++) {
		const struct record_end *end = &records->ends[i];

		printf("%5u %4u %10.2f %12.2f %9.2f %9.2f %8.1f %8.2f %8zu %9.0f\n", round,
		       end->boot, end->program_seconds, end->first_window_seconds,
		       end->total_seconds, end->window_seconds,
		       end->total_seconds > 0 ? 100 * end->window_seconds / end->total_seconds : 0,
		       seconds, records->nr_series, (double)end->peak_rss_kib / 1024);
	}
	fflush(stdout);
}

static int time_runs(struct plan *plan, unsigned int rounds, const char *results, struct err *err)
{
	const struct measurement m = {
		.plan = plan,
		.results = results,
		.command = "ptwalk doctor --speed",
		.quiet = true,
	};

	puts("wall seconds, from starting QEMU; not to be compared across machines\n"
	     "round boot  to driver  to 1st win.  all boot  windows  share %  whole s   series  peak MiB");
	for (unsigned int round = 1; round <= rounds; round++) {
		_cleanup_(arm_release) struct arm arm = { .spec = xstrdup(plan->kernel) };
		const double start = host_seconds();
		int ret = measure(&m, &arm, 1, err);

		if (ret)
			return ret;
		print_round(round, host_seconds() - start, &arm.run.records);
	}
	return 0;
}

int speed_print(struct plan *plan, unsigned int rounds, struct err *err)
{
	char results[] = "/tmp/ptwalk-speed.XXXXXX";
	int ret = plan_resolve(plan, err);

	if (ret)
		return ret;
	if (!mkdtemp(results))
		return err_set(err, errno, "cannot make a folder in /tmp");
	ret = time_runs(plan, rounds, results, err);
	fs_remove(results, NULL);
	return ret;
}
