// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kill -9 at so many random points (200 where none are named) of `ptwalk run`, `ptwalk nightly` and `ptwalk
 * dashboard`: the store opens, holds every run that was reported as stored, and no
 * half run; a run's folder is whole or not there; a dashboard is the old one or the
 * new one.
 *
 *	kill run|nightly|dashboard [KILLS]
 *
 * PTWALK_BUILD is where the programs are; the guest is fake_qemu.c. PTWALK_SEED
 * has the same points again, as far as the clock can.
 */
#include "tests/unit/unit.h"
#include "tests/cli/kill.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/str.h"
#include "tests/unit/fake_run.h"

#define TIMED 4 /* runs to know the time of one by */

char *kill_dir, *kill_site, *kill_output;
int kill_reported, kill_whole;

static const struct victim *victim;
static unsigned int seed;
static int kills = 200;

char *kill_path(const char *name)
{
	return xasprintf("%s/%s", kill_dir, name);
}

char *kill_program(const char *name)
{
	return xasprintf("%s/%s", getenv("PTWALK_BUILD"), name);
}

/* Records of a small run, the last series with @more ticks. */
static void write_records(const char *name, unsigned int more)
{
	char *path = kill_path(name), *text;
	struct records records;

	fake_small(&records, KILL_SERIES);
	for (size_t i = 0; i < records.series[KILL_SERIES - 1].nr_samples; i++)
		records.series[KILL_SERIES - 1].samples[i].ticks += more;
	text = fake_text(&records);
	assert_int_equal(fs_write_file(path, text, strlen(text), 0644, NULL), 0);
	records_release(&records);
	free(text);
	free(path);
}

static pid_t start(int i)
{
	char *records = kill_path(i % 3 ? "records" : "slower");
	struct strv argv = { 0 };
	pid_t pid;
	int fd;

	victim->command(i, &argv);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		setenv("PTWALK_FAKE_RECORDS", records, 1);
		fd = open(kill_output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		execv(argv.v[0], (char **)argv.v);
		_exit(127);
	}
	strv_release(&argv);
	free(records);
	return pid;
}

/* Returns the exit status, or -1 where it was killed. */
int kill_after(int i, double after)
{
	double until = host_seconds() + after;
	pid_t pid = start(i), gone = 0;
	int status;

	while (!gone && host_seconds() < until) {
		usleep(200);
		gone = waitpid(pid, &status, WNOHANG);
	}
	if (!gone) {
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static const struct victim *const victims[] = { &victim_run, &victim_nightly, &victim_dashboard };

/* How long it takes here when nobody kills it: the shortest of some. */
static double time_it(void)
{
	double least = 60;

	for (int i = 0; i < TIMED; i++) {
		double begun = host_seconds(), took;
		int status = kill_after(i, 60);

		took = host_seconds() - begun;
		least = took < least ? took : least;
		assert_int_not_equal(status, -1);
		victim->check(i, status);
	}
	return least;
}

static int make_dir(void **state)
{
	(void)state;
	kill_dir = fs_temp(NULL, "ptwalk-kill", NULL);
	if (!kill_dir)
		return -1;
	kill_output = kill_path("output");
	kill_site = kill_path("site");
	write_records("records", 0);
	write_records("slower", 1);
	return 0;
}

static int remove_dir(void **state)
{
	char *all[] = { kill_output, kill_site, kill_dir };
	int ret = fs_remove(kill_dir, NULL);

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		free(all[i]);
	return ret;
}

TEST_WITH(test_killed, make_dir, remove_dir)
{
	const char *own = getenv("PTWALK_SEED");
	double shortest;
	int killed = 0, alone;

	seed = own ? (unsigned int)strtoul(own, NULL, 10) : (unsigned int)getpid();
	if (victim->prepare)
		victim->prepare();
	shortest = time_it();
	print_message("%s: seed %u, killed within %.3f s\n", victim->name, seed, shortest);
	alone = kill_reported;
	for (int i = TIMED; i < TIMED + kills; i++) {
		/* Every other at its end, where things are stored and put into place. */
		double part = rand_r(&seed) / (double)RAND_MAX;
		double after = shortest * (i % 2 ? 1.1 * part : 0.7 + 0.4 * part);
		int status = kill_after(i, after);

		killed += status < 0;
		victim->check(i, status);
	}
	print_message("%d times, %d killed, %d ended before; %d things new and whole\n", kills,
		      killed, kill_reported - alone, kill_whole);
	/* Else the kills met nothing, or everything. */
	assert_true(killed > kills / 10 && kill_whole > 0);
	/* And nothing that they left stands in the way. */
	alone = kill_after(TIMED + kills, 60);
	victim->check(TIMED + kills, alone);
	assert_true(alone >= 0);
	if (victim->end)
		victim->end();
}

static int begin(int argc, char **argv)
{
	for (size_t i = 0; i < ARRAY_SIZE(victims); i++)
		if (argc >= 2 && !strcmp(argv[1], victims[i]->name))
			victim = victims[i];
	if (argc == 3)
		kills = atoi(argv[2]);
	return victim && argc <= 3 && kills > 0 && getenv("PTWALK_BUILD") ? 0 : 2;
}

UNIT_GROUP(NULL, NULL, begin);
