// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs in a guest: the driver again and again, a process each, the arms in
 * randomised blocks. Before each process's records comes a line that names them.
 *
 *	method_guest SEED FIRST BLOCKS OPS SIZE...
 *
 * Blocks FIRST to FIRST + BLOCKS - 1 of the order that SEED gives; an arm each SIZE.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/stats/design.h"

static int run_driver(const char *ops, const char *size)
{
	char op[256], walked[64];
	char *const argv[] = { "/ptwalk-driver",
			       "--records-fd=3",
			       "--workload=anon-pte",
			       "--iterations=24",
			       "--benchmark_out=/dev/null",
			       "--benchmark_format=json",
			       op,
			       walked,
			       NULL };
	pid_t pid;
	int status;

	snprintf(op, sizeof(op), "--op=%s", ops);
	snprintf(walked, sizeof(walked), "--size=%s", size);
	pid = fork();
	if (!pid) {
		if (!freopen("/dev/null", "w", stdout))
			_exit(126);
		execv(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return status;
}

int main(int argc, char **argv)
{
	const struct blocks blocks = { argc > 5 ? strtoull(argv[1], NULL, 10) : 0,
				       argc > 5 ? (unsigned int)argc - 5 : 0, 1 };

	if (argc < 6 || blocks.arms > BLOCKS_MAX) {
		fprintf(stderr, "usage: method_guest SEED FIRST BLOCKS OPS SIZE...\n");
		return 2;
	}
	for (size_t i = 0; i < strtoul(argv[3], NULL, 10) * blocks.arms; i++) {
		const size_t place = strtoul(argv[2], NULL, 10) * blocks.arms + i;
		const unsigned int arm = blocks_arm(&blocks, place);
		int status;

		dprintf(3, "# %zu %u\n", place / blocks.arms, arm);
		status = run_driver(argv[4], argv[5 + arm]);
		if (status) {
			fprintf(stderr, "method_guest: the driver ended with status %d\n", status);
			return 1;
		}
	}
	return 0;
}
