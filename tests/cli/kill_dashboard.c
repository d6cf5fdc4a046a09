// SPDX-License-Identifier: GPL-2.0-only
/* What is killed: dashboard, over that of another store. */
#include "tests/unit/unit.h"
#include "tests/cli/kill.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "bench/store/store.h"
#include "tests/unit/fake_run.h"

/* Two stores, and the dashboard of each, made in peace. */
static void dashboard_prepare(void)
{
	struct store_imported in;
	struct records records;

	for (int i = 0; i < 2; i++) {
		char *path = xasprintf("%s/%d/store.db", kill_dir, i), *own = kill_site;
		struct store *store;

		assert_int_equal(store_open(path, NULL, &store, NULL), 0);
		fake_small(&records, KILL_SERIES);
		for (size_t n = 0; n < records.series[0].nr_samples; n++)
			records.series[0].samples[n].ticks += 1000 * (uint64_t)i;
		assert_int_equal(store_import(store, &records, NULL, &in, NULL), 0);
		records_release(&records);
		store_close(store);
		kill_site = xasprintf("%s/site-%d", kill_dir, i);
		assert_int_equal(kill_after(i, 60), 0);
		free(kill_site);
		kill_site = own;
		free(path);
	}
}

static void dashboard_command(int i, struct strv *argv)
{
	char *ptwalk = kill_program("ptwalk"), *path = xasprintf("%s/%d/store.db", kill_dir, i % 2);

	strv_add(argv, ptwalk);
	strv_add(argv, "dashboard");
	strv_add(argv, "--store");
	strv_add(argv, path);
	strv_add(argv, "--out");
	strv_add(argv, kill_site);
	free(path);
	free(ptwalk);
}

static bool same_folder(const char *a, const char *b)
{
	const char *argv[] = { "diff", "-rq", a, b, NULL };
	pid_t pid = fork();
	int status;

	if (!pid) {
		dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), STDOUT_FILENO);
		execvp(argv[0], (char **)argv);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
	return !WEXITSTATUS(status);
}

static void dashboard_check(int i, int status)
{
	static int standing = -1; /* which of the two is there */
	char *sites[] = { kill_path("site-0"), kill_path("site-1") };
	int now = !fs_exists(kill_site)		     ? -1
		  : same_folder(kill_site, sites[0]) ? 0
		  : same_folder(kill_site, sites[1]) ? 1
						     : 2;

	assert_int_not_equal(now, 2);
	if (status >= 0) {
		assert_int_equal(status, 0);
		assert_int_equal(now, i % 2);
		kill_reported++;
	}
	assert_true(now == standing || now == i % 2);
	kill_whole += now != standing;
	standing = now;
	free(sites[0]);
	free(sites[1]);
}

/* The last one was not killed: nothing of those that were is left. */
static void dashboard_end(void)
{
	DIR *folder = opendir(kill_dir);
	const struct dirent *entry;

	while ((entry = readdir(folder)))
		if (str_starts(entry->d_name, ".site"))
			fail_msg("%s is left", entry->d_name);
	closedir(folder);
}

const struct victim victim_dashboard = {
	.name = "dashboard",
	.prepare = dashboard_prepare,
	.command = dashboard_command,
	.check = dashboard_check,
	.end = dashboard_end,
};
