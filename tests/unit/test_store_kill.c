// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kill -9 at 200 points of an import: the store opens, holds every run that was
 * reported as stored, and no half run.
 */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/fake_store.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/host.h"
#include "base/str.h"

#define FRESH  4  /* every such time in a store that is not there yet */
#define SERIES 14 /* of a run: small, so that most kills meet the transaction */
#define TIMED  2  /* runs that an import is given time for, at most */

/* The same run again and again, under ids that go on from @first, telling each that is stored. */
static void import_from(struct records *records, const char *path, int first, int end, int pipe)
{
	struct store_imported in;
	struct store *store;

	if (store_open(path, NULL, &store, NULL))
		_exit(1);
	for (int n = first; n != end; n++) {
		free(records->run.id);
		records->run.id = xasprintf("run-%d", n);
		if (store_import(store, records, NULL, &in, NULL))
			_exit(2);
		if (pipe >= 0 && write(pipe, &n, sizeof(n)) != sizeof(n))
			_exit(3);
	}
	store_close(store);
}

/* How long that takes here and now: after so long at the latest it is killed. */
static unsigned latest_us(struct records *records, const char *path)
{
	char *timed = xasprintf("%s.timed", path);
	double start = host_seconds();

	import_from(records, timed, 1, 1 + TIMED, -1);
	free(timed);
	return (unsigned)((host_seconds() - start) * 1e6) + 1;
}

/* Returns the last run that was reported as stored, @first - 1 where none was. */
static int kill_one(struct records *records, const char *path, int first, unsigned after_us)
{
	int ends[2], last = first - 1, n, status;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		close(ends[0]);
		import_from(records, path, first, 0, ends[1]); /* until killed */
	}
	close(ends[1]);
	usleep(after_us);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	while (read(ends[0], &n, sizeof(n)) == sizeof(n))
		last = n;
	close(ends[0]);
	return last;
}

/* Is run @n there? It must be whole then. */
static bool has_run(struct store *store, int n)
{
	char *name = xasprintf("run-%d", n);
	struct records records;
	struct err err;
	int64_t id;
	bool found = !store_find(store, name, &id, NULL);

	free(name);
	if (!found)
		return false;
	/* Its digest is checked on the way. */
	if (store_load(store, id, &records, &err))
		fail_msg("%s", err.text);
	assert_int_equal(records.nr_series, SERIES);
	records_release(&records);
	return true;
}

/* All that was reported is there, and one more at most. Returns the last that is. */
static int check(const char *path, int first, int last)
{
	struct store *store = fake_store_open(path);

	for (int n = first; n <= last; n++)
		if (!has_run(store, n))
			fail_msg("run %d was reported as stored", n);
	if (has_run(store, last + 1))
		last++;
	assert_false(has_run(store, last + 1));
	assert_true(fake_store_whole(store));
	store_close(store);
	return last;
}

FAKE_STORE_TEST(test_killed)
{
	const int kills = getenv("PTWALK_TEST_SLOW") ? 200 : 60;
	unsigned seed = (unsigned)getpid(), latest;
	int first = 1, stored = 0, partly = 0;
	struct records records;

	fake_small(&records, SERIES);
	latest = latest_us(&records, *state);
	print_message("seed %u, killed within %u us\n", seed, latest);
	for (int i = 0; i < kills; i++) {
		char *fresh = xasprintf("%s.%d", (char *)*state, i);
		const char *path = i % FRESH ? *state : fresh;
		const int from = i % FRESH ? first : 1;
		int last = kill_one(&records, path, from, (unsigned)rand_r(&seed) % latest);
		int found = check(path, from, last);

		stored += last - from + 1;
		partly += found > last;
		if (i % FRESH)
			first = found + 1;
		free(fresh);
	}
	print_message("%d kills, %d runs reported as stored, %d stored but not reported yet\n",
		      kills, stored, partly);
	assert_true(stored > 0); /* else the kills met nothing */
	records_release(&records);
}
