// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/run_kernels.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "bench/cli/command.h"
#include "bench/cli/present.h"
#include "bench/cli/runs.h"
#include "bench/cli/several.h"
#include "bench/measure/measure.h"
#include "plot/plot.h"

struct kernels_run {
	const struct run_kernels *o;
	struct whole place; /* of the table, and with --out of the runs */
	struct arm *arms;
	size_t n;
};

/* "debian:6.1" as "debian-6.1". */
static char *folder_name(const char *spec)
{
	char *name = xstrdup(spec);

	for (char *p = name; *p; p++)
		if (*p == ':' || *p == '/' || *p == '.')
			*p = *p == '.' && p > name ? '.' : '-';
	return name;
}

static void make_arms(struct kernels_run *k)
{
	k->n = k->o->plan->kernels.n;
	k->arms = xcalloc(k->n, sizeof(*k->arms));
	for (size_t i = 0; i < k->n; i++) {
		const char *spec = k->o->plan->kernels.v[i];
		_cleanup_free_ char *name = folder_name(spec);

		k->arms[i] = (struct arm){ .name = spec, .spec = xstrdup(spec) };
		if (k->o->out)
			k->arms[i].path = xasprintf("%s/%s", k->place.partial, name);
	}
}

static void release_arms(struct kernels_run *k)
{
	for (size_t i = 0; i < k->n; i++) {
		free((char *)k->arms[i].path);
		arm_release(&k->arms[i]);
	}
	free(k->arms);
}

static void draw(void *arg, struct arm *arm, struct progress *progress)
{
	const struct kernels_run *k = arg;

	if (!k->o->out && !k->o->no_store)
		runs_keep("run", k->o->store, &arm->run.records, progress);
	if (k->o->plot)
		present_draw(&arm->run.records, arm->run.folder, progress);
}

static int measure_all(struct kernels_run *k, struct err *err)
{
	const struct present_options present = { .quiet = true, .keep = true };
	const struct measurement m = {
		.plan = k->o->plan,
		.results = k->o->results,
		.command = k->o->command,
		.quiet = k->o->quiet,
		.last_stage = k->o->plot ? "plot" : NULL,
		.whole = draw,
		.arg = k,
	};
	int ret = measure(&m, k->arms, k->n, err);

	for (size_t i = 0; !ret && i < k->n; i++) {
		const struct run *run = &k->arms[i].run;

		if (present_records(&run->records, run->folder, &present, err) == STATUS_ERROR)
			ret = -1;
	}
	return ret;
}

static int present(const struct kernels_run *k, struct err *err)
{
	const struct several_options several = {
		.format = k->o->json ? &format_json : &format_terminal,
		.keep = k->place.partial,
		.plot = k->o->plot ? k->place.partial : NULL,
	};
	_cleanup_free_ const struct records **runs = xcalloc(k->n, sizeof(*runs));

	for (size_t i = 0; i < k->n; i++)
		runs[i] = &k->arms[i].run.records;
	return several_present_runs(runs, k->n, &several, err);
}

static void print_files(const struct kernels_run *k, const char *where)
{
	printf("\nFiles in %s:\n", where);
	printf("  %-14s %s\n", "report.txt", "these tables (also kernels.csv, kernels.json)");
	printf("  %-14s %s\n", plot_kernels_files[0], "cost per page by kernel (also .png)");
	puts("Runs:");
	for (size_t i = 0; i < k->n; i++) {
		_cleanup_free_ char *name = folder_name(k->arms[i].name);

		if (k->o->out)
			printf("  %s/%s\n", where, name);
		else
			printf("  %s\n", k->arms[i].run.folder);
	}
}

/* Of runs that went into --out: they are stored once they are in their place. */
static void store_all(const struct kernels_run *k)
{
	for (size_t i = 0; k->o->out && !k->o->no_store && i < k->n; i++)
		runs_keep("run", k->o->store, &k->arms[i].run.records, NULL);
}

static int run_in_place(struct kernels_run *k)
{
	_cleanup_free_ char *where = xstrdup(k->place.path);
	struct err err = { 0 };
	int status = STATUS_ERROR;

	make_arms(k);
	if (!measure_all(k, &err))
		status = present(k, &err);
	if (status == STATUS_ERROR || status == STATUS_NOT_COMPARABLE)
		whole_abandon(&k->place);
	else if (whole_finish(&k->place, &err))
		status = STATUS_ERROR;
	if (status == STATUS_ERROR)
		return present_failure("run", arms_kept(k->arms, k->n), &err);
	if (status == STATUS_NOT_COMPARABLE)
		command_fail("run", &err);
	if (status == STATUS_NOT_COMPARABLE)
		return status;
	store_all(k);
	if (!k->o->json)
		print_files(k, where);
	return status;
}

int run_kernels(const struct run_kernels *o)
{
	_cleanup_free_ char *id = run_stamp("%Y%m%dT%H%M%SZ-kernels");
	struct kernels_run k = { .o = o };
	struct err err = { 0 };
	int status;

	if (measure_possible(o->plan, &err) || folder_begin(&k.place, o->results, id, o->out, &err))
		return command_fail("run", &err);
	status = run_in_place(&k);
	release_arms(&k);
	return status;
}
