// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/progress.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "kernels/build.h"

struct kernel_options {
	struct build_request request;
	bool quiet;
};

static const struct opt no_options[] = { { 0 } };

static int set_arch(void *options, const char *arg, struct err *err)
{
	struct kernel_options *o = options;

	return arch_known(arg, &o->request.arch, err);
}

static const struct opt build_options[] = {
	{ "tree", 't', "DIR", "Build this kernel tree; nothing is written to it",
	  OPT_TEXT(struct kernel_options, request.tree) },
	{ "rev", 0, "REV",
	  "This commit of the tree (default: its files as they are, changes included)",
	  OPT_TEXT(struct kernel_options, request.rev) },
	{ "source", 0, "debian:VERSION",
	  "Build Debian's sources of this kernel, fetched into the cache",
	  OPT_TEXT(struct kernel_options, request.source) },
	OPT_HEADER("And how:"),
	{ "arch", 0, "ARCH", "For this architecture: x86 (default), or arm64", OPT_CALL(set_arch) },
	{ "config", 'c', "FRAGMENT",
	  "Config: a name in kernels/config, or a path; may be repeated (default: bench)",
	  OPT_TEXTS(struct kernel_options, request.configs) },
	{ "policy", 0, "POLICY", "Change mm/hmm.c: none, range, batch, entry",
	  OPT_TEXT(struct kernel_options, request.policy) },
	{ "patch", 0, "FILE", "Apply this patch (or .cocci); may be repeated",
	  OPT_TEXTS(struct kernel_options, request.patches) },
	{ "name", 0, "NAME", "Let --kernel build:NAME find it",
	  OPT_TEXT(struct kernel_options, request.name) },
	{ "limit", 0, "SECONDS", "End a build that takes longer (default: 14400)",
	  OPT_SECONDS(struct kernel_options, request.limit_seconds, 1000000) },
	CLI_QUIET(struct kernel_options, quiet),
	{ 0 },
};

static void list_summaries(const char *what, void (*list)(struct strv *, struct strv *))
{
	_cleanup_(strv_release) struct strv names = { 0 }, summaries = { 0 };

	list(&names, &summaries);
	printf("%s:\n", what);
	for (size_t i = 0; i < names.n; i++) {
		_cleanup_free_ char *at = xasprintf("  %-22s ", names.v[i]);

		command_entry(stdout, at, summaries.v[i]);
	}
}

static int list_builds(void)
{
	size_t n;
	struct build_entry *entries = builds_list(&n);

	puts("builds:");
	for (size_t i = 0; i < n; i++) {
		_cleanup_free_ char *at = xasprintf(
			"  build:%-16.24s %.12s  ",
			*entries[i].name ? entries[i].name : entries[i].key, entries[i].key);
		_cleanup_free_ char *what =
			xasprintf("%s%s%s, %s, config %s", entries[i].release,
				  entries[i].arch == arch_host ? "" : " of ",
				  entries[i].arch == arch_host ? "" : entries[i].arch->name,
				  entries[i].label, entries[i].configs);

		command_entry(stdout, at, what);
	}
	if (!n)
		puts("  none yet; `ptwalk kernel build` makes one");
	builds_free(entries, n);
	list_summaries("\nconfigs", build_configs);
	list_summaries("\npolicies", build_policies);
	return STATUS_CLEAN;
}

static int build(const struct kernel_options *o)
{
	static const struct progress_stage stages[] = { { "source", 15 }, { "build", 300 } };
	struct progress *progress = o->quiet ? NULL : progress_new(stages, ARRAY_SIZE(stages));
	struct err err = { 0 };
	struct build built;
	int ret = kernel_build(&o->request, &built, progress, &err);

	progress_free(progress);
	if (!ret && built.built)
		fprintf(stderr, "ptwalk: built %s in %.1f s\n", built.label, built.seconds);
	else if (!ret)
		fprintf(stderr, "ptwalk: %s is built already\n", built.label);
	if (!ret)
		puts(built.spec);
	build_release(&built);
	return ret ? command_fail("kernel build", &err) : STATUS_CLEAN;
}

static const struct command verb_build;

static int run_build(int argc, char **argv)
{
	struct kernel_options o = { 0 };
	int status = STATUS_ERROR;

	if (!command_parse(&verb_build, argc, argv, &o))
		status = build(&o);
	strv_release(&o.request.configs);
	strv_release(&o.request.patches);
	return status;
}

static const struct command verb_list;

static int run_list(int argc, char **argv)
{
	char nothing;

	return command_parse(&verb_list, argc, argv, &nothing) ? STATUS_ERROR : list_builds();
}

static const struct command verb_build = {
	.name = "build",
	.summary = "build a kernel from source into the cache",
	.doc = "Build a kernel from source into the cache.\vPrints the name that --kernel takes. The "
	       "same tree, changes, config and compiler are built once.",
	.examples = "  ptwalk kernel build --tree ~/linux --patch my.patch --name mine\n"
		    "  ptwalk kernel build --source debian:6.1\n",
	.options = build_options,
	.run = run_build,
};

static const struct command verb_list = {
	.name = "list",
	.summary = "list what is built, and with what it can be built",
	.doc = "List the kernels that are built, configs and policies.",
	.examples = "  ptwalk kernel list\n",
	.options = no_options,
	.run = run_list,
};

static const struct command *const verbs[] = { &verb_build, &verb_list, NULL };

const struct command command_kernel = {
	.name = "kernel",
	.summary = "build kernels from source, with patches; list them",
	.verbs = verbs,
};
