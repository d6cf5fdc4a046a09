// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/progress.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/measure/folder.h"
#include "bench/cli/options.h"
#include "bench/measure/measure.h"
#include "bench/report/truth.h"
#include "kernels/build.h"

#define MAX_ARMS     8
#define TRUTH_REPORT "truth.txt"

struct truth_options {
	struct build_request request;
	struct strv sizes;
	char *results;
	const char *out, *boots;
	bool quiet;
};

/* One policy on its way from a source to a summary. */
struct truth_run {
	struct build build;
	struct arm arm;
	struct summary summary;
	bool read;
};

static const struct opt options[] = {
	{ "source", 0, "debian:VERSION", "Debian's sources (default: debian:6.1)",
	  OPT_TEXT(struct truth_options, request.source) },
	{ "tree", 't', "DIR", "This kernel tree instead; nothing is written to it",
	  OPT_TEXT(struct truth_options, request.tree) },
	{ "rev", 0, "REV", "This commit of the tree", OPT_TEXT(struct truth_options, request.rev) },
	{ "config", 'c', "FRAGMENT", "As of `ptwalk kernel build`",
	  OPT_TEXTS(struct truth_options, request.configs) },
	{ "size", 's', "SIZE,...", "Sizes to walk; the largest is shown (default: 1G)",
	  OPT_LIST(struct truth_options, sizes) },
	{ "boots", 'b', "N", "Boots of each kernel (default: 1)",
	  OPT_TEXT(struct truth_options, boots) },
	{ "results", 'r', "FOLDER", "The folder of runs (default: $PTWALK_RESULTS)",
	  OPT_COPY(struct truth_options, results) },
	{ "out", 0, "FOLDER", "Keep the runs and the table in this new folder",
	  OPT_TEXT(struct truth_options, out) },
	CLI_QUIET(struct truth_options, quiet),
	{ 0 },
};

/* Every device-dax level; the replica beside hmm in the first arm's kernel alone. */
static int make_plan(const struct truth_options *o, const char *kernel, bool first,
		     struct plan *plan, struct err *err)
{
	static const char *const names[] = { "devdax-pte", "devdax-pmd", "devdax-pud" };

	*plan = (struct plan){ .kernel = kernel, .boots_text = o->boots };
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		strv_add(&plan->selection.workload_names, names[i]);
	strv_add(&plan->selection.op_names, "empty");
	strv_add(&plan->selection.op_names, "hmm");
	if (first)
		strv_add(&plan->selection.op_names, "walk");
	for (size_t i = 0; i < o->sizes.n; i++)
		strv_add(&plan->selection.size_names, o->sizes.v[i]);
	if (!o->sizes.n)
		strv_add(&plan->selection.size_names, "1G");
	return plan_resolve(plan, err);
}

static int measure_policy(const struct truth_options *o, struct truth_run *arm, const char *policy,
			  bool first, struct err *err)
{
	_cleanup_free_ char *path = o->out ? xasprintf("%s/%s", o->out, policy) : NULL;
	struct plan plan;
	const struct measurement m = {
		.plan = &plan,
		.results = o->results,
		.command = "ptwalk policy-truth",
		.quiet = o->quiet,
	};
	int ret = make_plan(o, arm->build.spec, first, &plan, err);

	arm->arm = (struct arm){ .spec = xstrdup(arm->build.spec), .path = path };
	if (!ret)
		ret = measure(&m, &arm->arm, 1, err);
	if (!ret) {
		summary_build(&arm->arm.run.records, &arm->summary);
		arm->read = true;
	}
	plan_release(&plan);
	return ret;
}

static int fill_arm(const struct truth_options *o, struct truth_run *arm, const char *policy,
		    bool first, struct progress *progress, struct err *err)
{
	struct build_request request = o->request;
	int ret;

	progress_note(progress, "policy %s", policy);
	request.policy = policy;
	ret = kernel_build(&request, &arm->build, progress, err);
	if (!ret)
		ret = measure_policy(o, arm, policy, first, err);
	if (ret)
		err_prefix(err, "policy %s", policy);
	return ret;
}

static void truth_run_release(struct truth_run *arm)
{
	if (arm->read)
		summary_release(&arm->summary);
	arm_release(&arm->arm);
	build_release(&arm->build);
}

static int keep_table(const struct truth_options *o, const struct truth *truth, struct err *err)
{
	char *path = xasprintf("%s/" TRUTH_REPORT, o->out), *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	int ret = f ? 0 : err_set(err, ENOMEM, "no memory");

	if (f) {
		truth_text(truth, f, false);
		fclose(f);
		ret = fs_write_file(path, text, len, 0644, err);
	}
	free(text);
	free(path);
	return ret;
}

static int judge(const struct truth *truth, const struct truth_run *arms)
{
	for (size_t i = 0; i < truth->nr_arms; i++)
		if (arms[i].summary.repeat.nr_differences)
			return STATUS_NOT_REPEATABLE;
	return truth->nr_missing ? STATUS_MISSING : STATUS_CLEAN;
}

static int present(const struct truth_options *o, const struct truth_run *arms,
		   const struct truth_arm *of, size_t n, struct err *err)
{
	struct truth truth;
	int status;

	truth_build(of, n, arms[0].build.configs, &truth);
	truth_text(&truth, stdout, isatty(STDOUT_FILENO));
	status = judge(&truth, arms);
	if (o->out && keep_table(o, &truth, err))
		status = command_fail("policy-truth", err);
	if (fflush(stdout) || ferror(stdout)) {
		err_set(err, errno, "cannot write to standard output: %s", strerror(errno));
		status = command_fail("policy-truth", err);
	}
	truth_release(&truth);
	return status;
}

static int truth(const struct truth_options *o, struct err *err)
{
	static const struct progress_stage stages[] = { { "source", 1 }, { "build", 1 } };
	struct progress *progress = o->quiet ? NULL : progress_new(stages, ARRAY_SIZE(stages));
	struct truth_run arms[MAX_ARMS] = { 0 };
	struct truth_arm of[MAX_ARMS];
	int ret = o->out ? fs_mkdir_p(o->out, err) : 0, status = STATUS_ERROR;

	for (size_t i = 0; !ret && i < nr_policies; i++) {
		of[i] = (struct truth_arm){ policies[i].name, &arms[i].summary };
		ret = fill_arm(o, &arms[i], policies[i].name, !i, progress, err);
	}
	progress_free(progress);
	if (ret)
		command_fail("policy-truth", err);
	else
		status = present(o, arms, of, nr_policies, err);
	for (size_t i = 0; i < nr_policies; i++)
		truth_run_release(&arms[i]);
	return status;
}

static int run(int argc, char **argv)
{
	struct truth_options o = { .results = folder_results() };
	struct err err = { 0 };
	int status = STATUS_ERROR, ret = 0;

	if (command_parse(&command_policy_truth, argc, argv, &o))
		goto out;
	if (!ret && !o.request.tree && !o.request.source)
		o.request.source = "debian:6.1";
	if (!ret && o.out && fs_exists(o.out))
		ret = err_set(&err, EEXIST, "%s is there already: --out makes a new folder", o.out);
	status = ret ? command_fail("policy-truth", &err) : truth(&o, &err);
out:
	strv_release(&o.request.configs);
	strv_release(&o.sizes);
	free(o.results);
	return status;
}

const struct command command_policy_truth = {
	.name = "policy-truth",
	.summary = "the replica's policies beside kernels patched with them",
	.doc = "Patch a kernel with each policy, build it, time its own hmm_range_fault(), and print "
	       "that beside the module's replica.",
	.options = options,
	.run = run,
};
