// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/run_kernels.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/progress.h"
#include "bench/cli/command.h"
#include "bench/measure/folder.h"
#include "bench/measure/prepare.h"
#include "bench/cli/present.h"
#include "bench/cli/several.h"
#include "plot/plot.h"

static struct plan plan_of(const struct run_kernels *o, size_t i)
{
	struct plan plan = *o->plan;

	plan.kernel = o->plan->kernels.v[i];
	return plan;
}

static int make_ready(const struct run_kernels *o, struct progress *progress, struct err *err)
{
	struct prepared prepared;
	int ret = 0;

	for (size_t i = 0; i < o->plan->kernels.n && !ret; i++) {
		const struct plan plan = plan_of(o, i);

		progress_at(progress, (double)i / (double)o->plan->kernels.n, plan.kernel);
		ret = prepare(&plan, progress, &prepared, err);
		if (!ret)
			prepared_release(&prepared);
	}
	return ret;
}

static int make_all_ready(const struct run_kernels *o, struct err *err)
{
	static const struct progress_stage stages[] = { { "kernel", 1 }, { "module", 1 } };
	struct progress *progress = o->quiet ? NULL : progress_new(stages, ARRAY_SIZE(stages));
	const struct vm_config config = { .qemu = o->plan->qemu };
	int ret = o->plan->machine->supported(&config, err);

	if (!ret)
		ret = make_ready(o, progress, err);
	progress_free(progress);
	return ret;
}

/* "debian:6.1" as "debian-6.1". */
static char *folder_name(const char *spec)
{
	char *name = xstrdup(spec);

	for (char *p = name; *p; p++)
		if (*p == ':' || *p == '/' || *p == '.')
			*p = *p == '.' && p > name ? '.' : '-';
	return name;
}

static int measure(const struct run_kernels *o, size_t i, const char *within,
		   struct run_outcome *out, struct err *err)
{
	const struct plan plan = plan_of(o, i);
	char *name = folder_name(plan.kernel),
	     *path = xasprintf("%s/%s", within ? within : "", name);
	struct present_options present = { .quiet = true, .plot = o->plot, .keep = true };
	struct run_request request = {
		.plan = &plan,
		.results = o->results,
		.path = within ? path : NULL,
		.command = o->command,
	};
	struct progress_stage *stages;
	size_t nr_stages;
	int ret;

	stages = run_stages(&plan, &nr_stages);
	request.progress = o->quiet ? NULL : progress_new(stages, nr_stages);
	progress_note(request.progress, "%s (%zu of %zu)", plan.kernel, i + 1, o->plan->kernels.n);
	ret = run_measure(&request, out, err);
	if (ret)
		progress_free(request.progress);
	present.progress = request.progress;
	if (!ret && present_run(out->folder, &present, err) == STATUS_ERROR)
		ret = -EBADE;
	run_stages_free(stages, nr_stages);
	free(path);
	free(name);
	return ret;
}

static int measure_all(const struct run_kernels *o, const char *within, struct strv *folders,
		       struct run_outcome *out, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < o->plan->kernels.n && !ret; i++) {
		run_outcome_release(out);
		ret = measure(o, i, within, out, err);
		if (!ret)
			strv_add(folders, out->folder);
	}
	return ret;
}

static int present(const struct run_kernels *o, const struct strv *folders, const char *where,
		   struct err *err)
{
	const struct several_options several = {
		.format = o->json ? &format_json : &format_terminal,
		.keep = where,
		.plot = o->plot ? where : NULL,
	};

	return several_present((const char *const *)folders->v, folders->n, &several, err);
}

static void print_files(const struct strv *folders, const char *where)
{
	printf("\nFiles in %s:\n", where);
	printf("  %-14s %s\n", "report.txt", "these tables (also kernels.csv, kernels.json)");
	printf("  %-14s %s\n", plot_kernels_files[0], "cost per page by kernel (also .png)");
	puts("Runs:");
	for (size_t i = 0; i < folders->n; i++)
		printf("  %s\n", folders->v[i]);
}

/* Where @from lay is @to now: the folder was renamed. */
static void rename_all(struct strv *folders, const char *from, const char *to)
{
	for (size_t i = 0; i < folders->n; i++) {
		char *path = folders->v[i];

		if (str_starts(path, from))
			folders->v[i] = xasprintf("%s%s", to, path + strlen(from));
		if (folders->v[i] != path)
			free(path);
	}
}

static int in_folder(const struct run_kernels *o, struct folder *folder, struct run_outcome *out,
		     struct strv *folders, struct err *err)
{
	char *partial = xstrdup(folder->partial), *path = xstrdup(folder->path);
	int status = STATUS_ERROR;

	if (!measure_all(o, o->out ? partial : NULL, folders, out, err))
		status = present(o, folders, partial, err);
	if (status == STATUS_ERROR || status == STATUS_NOT_COMPARABLE)
		folder_abandon(folder, NULL, NULL);
	else if (folder_finish(folder, err))
		status = STATUS_ERROR;
	if ((status == STATUS_ERROR || status == STATUS_NOT_COMPARABLE) && o->out)
		strv_release(folders);
	rename_all(folders, partial, path);
	if (status != STATUS_ERROR && status != STATUS_NOT_COMPARABLE && !o->json)
		print_files(folders, path);
	free(partial);
	free(path);
	return status;
}

int run_kernels(const struct run_kernels *o, struct run_outcome *out, struct strv *folders,
		struct err *err)
{
	struct folder folder;
	char *id;
	int ret;

	*out = (struct run_outcome){ 0 };
	if (make_all_ready(o, err))
		return STATUS_ERROR;
	id = run_stamp("%Y%m%dT%H%M%SZ-kernels");
	ret = folder_begin(&folder, o->results, id, o->out, err);
	free(id);
	return ret ? STATUS_ERROR : in_folder(o, &folder, out, folders, err);
}
