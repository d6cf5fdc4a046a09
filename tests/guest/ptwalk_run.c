// SPDX-License-Identifier: GPL-2.0-only
#include "tests/guest/ptwalk_run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/proc.h"
#include "base/str.h"

int ptwalk_run_as(const struct ptwalk_run_of *of, const char *out, const char *const *more,
		  struct records *records)
{
	char *path = xasprintf("%s/%s", of->folder, out);
	char *file = xasprintf("%s/records.jsonl", path), *log = xasprintf("%s.log", path);
	struct strv argv = { 0 };
	struct err err;
	int ret;

	strv_add(&argv, of->ptwalk);
	strv_add(&argv, "run");
	strv_addf(&argv, "--kernel=%s", of->spec);
	strv_addf(&argv, "--out=%s", path);
	for (; *more; more++)
		strv_add(&argv, *more);
	ret = proc_run((const char *const *)argv.v,
		       &(struct proc_options){ .log = log, .timeout_seconds = of->seconds }, &err);
	/* 3: a series is missing, which each test looks at. */
	if (!ret || (ret == -ECHILD && strstr(err.text, "with exit status 3")))
		ret = records_read(file, records, &err);
	if (ret)
		fprintf(stderr, "%s\n", err.text);
	strv_release(&argv);
	free(log);
	free(file);
	free(path);
	return ret;
}
