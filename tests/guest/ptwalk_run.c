// SPDX-License-Identifier: GPL-2.0-only
#include "tests/guest/ptwalk_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"

/* No run takes longer, on whatever machine and in whatever company: ctest knows better. */
#define LIMIT 1800 /* seconds */

struct run_of run_of = { .folder = "/tmp/ptwalk-run.XXXXXX" };

/* The linker's: all that MEASURED() put there. */
extern const struct measured *const __start_run_measured[], *const __stop_run_measured[];

const char *run_more(const char *option)
{
	for (char **more = run_of.more; *more; more++)
		if (str_starts(*more, option))
			return *more + strlen(option);
	fail_msg("%s is not among the arguments", option);
	return NULL;
}

/* @missing: the exit status says that some series are. */
static int read_run(const char *file, bool missing, struct records *records, struct err *err)
{
	int ret = records_read(file, records, err);

	if (ret || missing == (records->nr_missing > 0))
		return ret;
	ret = err_set(err, EPROTO, "exit status %d, and %zu series are missing", missing ? 3 : 0,
		      records->nr_missing);
	records_release(records);
	return ret;
}

/* The folder goes when the test ends: what the run said is in the test's output, or nowhere. */
static void print_failure(const char *log, const struct err *err)
{
	char *said = fs_read(log, NULL, NULL);

	fprintf(stderr, "%s%s\n", said ? said : "", err->text);
	free(said);
}

int run_as(const char *out, const char *const *args, struct records *records)
{
	char *path = xasprintf("%s/%s", run_of.folder, out);
	char *file = xasprintf("%s/records.jsonl", path), *log = xasprintf("%s.log", path);
	struct strv argv = { 0 };
	struct err err = { 0 };
	bool missing;
	int ret, status;

	strv_add(&argv, run_of.ptwalk);
	strv_add(&argv, "run");
	strv_add(&argv, "--no-plot");
	strv_add(&argv, "--no-store");
	strv_addf(&argv, "--kernel=%s", run_of.spec);
	strv_addf(&argv, "--out=%s", path);
	for (; args && *args; args++)
		strv_add(&argv, *args);
	ret = proc_run(
		(const char *const *)argv.v,
		/* Lines are whole, for who looks for words. */
		&(struct proc_options){ .log = log,
					.status = &status,
					.timeout_seconds = LIMIT,
					.env = (const char *const[]){ "COLUMNS=160", NULL } },
		&err);
	missing = ret == -ECHILD && WIFEXITED(status) && WEXITSTATUS(status) == 3;
	if (!ret || missing)
		ret = read_run(file, missing, records, &err);
	if (ret)
		print_failure(log, &err);
	strv_release(&argv);
	free(log);
	free(file);
	free(path);
	return ret;
}

static int measure(const struct measured *m)
{
	struct strv args = { 0 };
	int ret;

	for (size_t i = 0; m->args[i]; i++)
		strv_add(&args, m->args[i]);
	for (char **more = run_of.more; *more; more++)
		strv_add(&args, *more);
	ret = run_as(m->name, (const char *const *)args.v, m->records);
	strv_release(&args);
	return ret;
}

static int measure_all(void **state)
{
	int ret = mkdtemp(run_of.folder) ? 0 : -errno;

	(void)state;
	for (size_t i = 0; !ret && &__start_run_measured[i] < __stop_run_measured; i++)
		ret = measure(__start_run_measured[i]);
	return ret;
}

static int remove_all(void **state)
{
	(void)state;
	for (size_t i = 0; &__start_run_measured[i] < __stop_run_measured; i++)
		records_release(__start_run_measured[i]->records);
	return fs_remove(run_of.folder, NULL);
}

static int begin(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: %s PTWALK SPEC [MORE...]\n", argv[0]);
		return 2;
	}
	run_of.ptwalk = argv[1];
	run_of.spec = argv[2];
	run_of.more = argv + 3;
	return 0;
}

UNIT_GROUP(measure_all, remove_all, begin);
