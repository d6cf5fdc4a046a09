// SPDX-License-Identifier: GPL-2.0-only
#include "tests/guest/native.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/change.h"
#include "base/fs.h"
#include "base/host.h"
#include "tests/guest/abi.h"

#define SAID "/tmp/said"

/* What a run may change, and what must be as it was after it; of an interrupt, its CPUs. */
static const char *const watched[] = {
	"/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages",
	"/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages",
	"/sys/kernel/mm/transparent_hugepage/enabled",
	"/sys/kernel/mm/transparent_hugepage/shmem_enabled",
	"/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled",
	"/sys/kernel/mm/transparent_hugepage/hugepages-2048kB/enabled",
	"/proc/sys/kernel/watchdog",
	"/proc/sys/kernel/nmi_watchdog",
	"/proc/sys/kernel/randomize_va_space",
	"/proc/irq/*/smp_affinity_list",
	"/proc/swaps",
	"/proc/modules",
};

static char *before[ARRAY_SIZE(watched)];

const char *native_dax[NATIVE_MAX_DAX];
static unsigned int native_nr_dax;

static pid_t start(const char *const *argv)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		int said = open(SAID, O_WRONLY | O_CREAT | O_TRUNC, 0666);

		dup2(said, 1);
		dup2(said, 2);
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	return pid;
}

pid_t native_start(const char *const *words)
{
	const char *argv[48] = { "/ptwalk", "run", "--machine=native", "--no-plot", "--no-store" };
	size_t n = 5;

	for (; *words && n < ARRAY_SIZE(argv) - 1; words++)
		argv[n++] = *words;
	return start(argv);
}

int native_wait(pid_t pid, unsigned int seconds)
{
	double until = host_seconds() + seconds;
	int status;

	while (waitpid(pid, &status, WNOHANG) != pid) {
		if (host_seconds() > until) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return -1;
		}
		usleep(2000);
	}
	return status;
}

/* Its exit status, or 128 and the signal; -1: it took too long. */
static int end_of(pid_t pid)
{
	int status = native_wait(pid, 1800);

	if (status < 0)
		return -1;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int native_run(const char *const *words)
{
	return end_of(native_start(words));
}

int native_ptwalk(const char *const *argv)
{
	return end_of(start(argv));
}

char *native_said(void)
{
	char *text = fs_read(SAID, NULL, NULL);

	return text ? text : xstrdup("");
}

void native_ends(const char *name, const char *const *words, int status, const char *text)
{
	int is = native_run(words);
	char *said = native_said();

	abi_case(name, is == status && strstr(said, text), "status %d, not %d: %s", is, status,
		 said);
	free(said);
}

/* There is no QEMU here, so that a run on the exact machine would not work: 2. */
/* Each run of blanks and ends of lines as one blank. */
static void unwrap(char *text)
{
	char *to = text;

	for (const char *at = text; *at; at++)
		if (!isspace((unsigned char)*at))
			*to++ = *at;
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
	*to = '\0';
}

void native_doctor_says(const char *name, const char *text)
{
	static const char *const argv[] = { "/ptwalk", "doctor", NULL };
	int status = native_ptwalk(argv);
	char *said = native_said(), *line;

	unwrap(said);
	line = strstr(said, " native ");
	abi_case(name, status == 2 && line && strstr(line, text), "status %d: %s", status, said);
	free(said);
}

/* The state that `/proc/PID/stat` tells its parent in. */
static pid_t parent_of(const char *pid)
{
	char *path = xasprintf("/proc/%s/stat", pid), *line = fs_read_line(path);
	const char *at = line ? strrchr(line, ')') : NULL;
	int parent = 0;

	if (at)
		sscanf(at + 1, " %*c %d", &parent);
	free(line);
	free(path);
	return parent;
}

static bool has_device_open(const char *pid)
{
	char *folder = xasprintf("/proc/%s/fd", pid), target[64];
	struct dirent **names = NULL;
	int n = scandir(folder, &names, NULL, NULL);
	bool has = false;

	for (int i = 0; i < n; i++) {
		char *path = xasprintf("%s/%s", folder, names[i]->d_name);
		ssize_t len = readlink(path, target, sizeof(target) - 1);

		target[len < 0 ? 0 : len] = '\0';
		has |= !strcmp(target, "/dev/ptwalk");
		free(path);
		free(names[i]);
	}
	free(names);
	free(folder);
	return has;
}

static pid_t find_driver(pid_t parent)
{
	struct dirent **names = NULL;
	int n = scandir("/proc", &names, NULL, NULL);
	pid_t found = 0;

	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;

		if (!found && *name >= '1' && *name <= '9' && parent_of(name) == parent &&
		    has_device_open(name))
			found = atoi(name);
		free(names[i]);
	}
	free(names);
	return found;
}

pid_t native_driver_of(pid_t pid)
{
	double until = host_seconds() + 900;

	while (host_seconds() < until) {
		pid_t driver = find_driver(pid);

		if (driver)
			return driver;
		usleep(2000);
	}
	return 0;
}

bool native_has_module(const char *name)
{
	char *path = xasprintf("/sys/module/%s/initstate", name);
	bool has = fs_exists(path);

	free(path);
	return has;
}

/* All files that match, each with what is in it. */
static char *read_watched(const char *pattern)
{
	struct strv lines = { 0 };
	glob_t found = { 0 };
	char *text;

	if (glob(pattern, 0, NULL, &found))
		found.gl_pathc = 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		text = fs_read(found.gl_pathv[i], NULL, NULL);
		strv_addf(&lines, "%s: %s", found.gl_pathv[i], text ? text : "(unreadable)");
		free(text);
	}
	globfree(&found);
	text = lines.n ? strv_join(&lines, "") : xstrdup("(is not there)");
	strv_release(&lines);
	return text;
}

static void native_remember(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(watched); i++) {
		free(before[i]);
		before[i] = read_watched(watched[i]);
	}
}

char *native_changed(void)
{
	char *journal = fs_read("/run/ptwalk/journal", NULL, NULL), *what = NULL;
	struct change *changes = NULL;
	int pending;

	for (size_t i = 0; i < ARRAY_SIZE(watched) && !what; i++) {
		char *now = read_watched(watched[i]);

		if (strcmp(now, before[i]) != 0)
			what = xasprintf("%s was \"%s\", is \"%s\"", watched[i], before[i], now);
		free(now);
	}
	pending = journal ? changes_pending(journal, &changes, NULL) : 0;
	if (!what && pending)
		what = xasprintf("%d changes are in the journal", pending);
	for (int i = 0; i < pending; i++)
		change_release(&changes[i]);
	free(changes);
	free(journal);
	if (!what && fs_exists("/sys/block/zram0"))
		what = xstrdup("there is a zram device");
	return what;
}

void native_all_as_before(const char *name)
{
	char *what = native_changed();

	abi_case(name, !what, "%s", what);
	free(what);
}

static bool run_mode(const char *name)
{
	static const struct {
		const char *name;
		void (*test)(void);
	} modes[] = {
		{ "whole", native_test_whole },	  { "dax", native_test_dax },
		{ "perf", native_test_perf },	  { "build", native_test_build },
		{ "quiet", native_test_quiet },	  { "locked", native_test_locked },
		{ "signed", native_test_signed },
	};

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		if (!strcmp(modes[i].name, name)) {
			modes[i].test();
			return true;
		}
	return false;
}

int main(int argc, char **argv)
{
	unsigned int count = 0, seed = 0;
	const char *mode = argc > 1 ? argv[1] : "";

	for (int i = 2; i < argc; i++)
		if (str_starts(argv[i], "--dax=") && native_nr_dax < NATIVE_MAX_DAX)
			native_dax[native_nr_dax++] = argv[i] + strlen("--dax=");
		else if (str_starts(argv[i], "--count="))
			count = (unsigned int)atoi(argv[i] + strlen("--count="));
		else if (str_starts(argv[i], "--seed="))
			seed = (unsigned int)strtoul(argv[i] + strlen("--seed="), NULL, 10);
	setvbuf(stdout, NULL, _IOLBF, 0);
	setenv("HOME", "/tmp", 1);
	setenv("PTWALK_RESULTS", "/tmp/results", 1);
	mkdir("/run", 0755);
	native_remember();
	if (!strcmp(mode, "kills"))
		native_test_kills(count, seed);
	else if (!run_mode(mode))
		return 2;
	abi_test_kernel_log();
	return abi_end();
}
