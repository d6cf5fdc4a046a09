// SPDX-License-Identifier: GPL-2.0-only
#include "tests/guest/ptwalk_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"

int ptwalk_run_begin(struct ptwalk_run_of *of, int argc, char **argv, int nr, const char *usage,
		     unsigned int seconds)
{
	if (argc != nr + 1) {
		fprintf(stderr, "usage: %s %s\n", argv[0], usage);
		return 2;
	}
	*of = (struct ptwalk_run_of){
		.ptwalk = argv[1],
		.spec = argv[2],
		.folder = "/tmp/ptwalk-run.XXXXXX",
		.seconds = seconds,
	};
	if (mkdtemp(of->folder))
		return 0;
	perror(of->folder);
	return 2;
}

int ptwalk_run_end(struct ptwalk_run_of *of)
{
	return fs_remove(of->folder, NULL);
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

int ptwalk_run_as(const struct ptwalk_run_of *of, const char *out, const char *const *more,
		  struct records *records)
{
	char *path = xasprintf("%s/%s", of->folder, out);
	char *file = xasprintf("%s/records.jsonl", path), *log = xasprintf("%s.log", path);
	struct strv argv = { 0 };
	struct err err = { 0 };
	bool missing;
	int ret;

	strv_add(&argv, of->ptwalk);
	strv_add(&argv, "run");
	strv_add(&argv, "--no-plot");
	strv_add(&argv, "--no-store");
	strv_addf(&argv, "--kernel=%s", of->spec);
	strv_addf(&argv, "--out=%s", path);
	for (; *more; more++)
		strv_add(&argv, *more);
	ret = proc_run((const char *const *)argv.v,
		       &(struct proc_options){ .log = log, .timeout_seconds = of->seconds }, &err);
	missing = ret == -ECHILD && strstr(err.text, "with exit status 3");
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
