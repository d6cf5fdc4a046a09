// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/progress.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "kernels/build.h"

enum key {
	KEY_REV = 256,
	KEY_SOURCE,
	KEY_PATCH,
	KEY_POLICY,
	KEY_NAME,
	KEY_LIMIT,
};

struct kernel_options {
	struct build_request request;
	const char *verb;
	bool quiet;
};

static const struct argp_option argp_options[] = {
	{ "tree", 't', "DIR", 0, "Build this kernel tree; nothing is written to it", 1 },
	{ "rev", KEY_REV, "REV", 0,
	  "This commit of the tree (default: its files as they are, changes included)", 1 },
	{ "source", KEY_SOURCE, "debian:VERSION", 0,
	  "Build Debian's sources of this kernel, fetched into the cache", 1 },
	{ "config", 'c', "FRAGMENT", 0,
	  "Config: a name in kernels/config, or a path; may be repeated (default: bench)", 2 },
	{ "policy", KEY_POLICY, "POLICY", 0, "Change mm/hmm.c: none, range, batch, entry", 2 },
	{ "patch", KEY_PATCH, "FILE", 0, "Apply this patch (or .cocci); may be repeated", 2 },
	{ "name", KEY_NAME, "NAME", 0, "Let --kernel build:NAME find it", 3 },
	{ "limit", KEY_LIMIT, "SECONDS", 0, "End a build that takes longer (default: 14400)", 3 },
	OPTION_QUIET(3),
	{ 0 },
};

static void set_limit(struct kernel_options *o, const char *arg, struct argp_state *state)
{
	char *end;
	unsigned long n = strtoul(arg, &end, 10);

	if (*end || *arg == '-' || !n || n > 1000000)
		argp_error(state, "'%s' is not a number of seconds", arg);
	o->request.limit_seconds = (unsigned int)n;
}

static void set_verb(struct kernel_options *o, const char *arg, struct argp_state *state)
{
	if (o->verb)
		argp_error(state, "one thing at a time, not '%s' and '%s'", o->verb, arg);
	if (strcmp(arg, "build") && strcmp(arg, "list"))
		argp_error(state, "cannot '%s' kernels; there are: build, list", arg);
	o->verb = arg;
}

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct kernel_options *o = state->input;

	switch (key) {
	case 't':
		o->request.tree = arg;
		return 0;
	case KEY_REV:
		o->request.rev = arg;
		return 0;
	case KEY_SOURCE:
		o->request.source = arg;
		return 0;
	case 'c':
		strv_add(&o->request.configs, arg);
		return 0;
	case KEY_POLICY:
		o->request.policy = arg;
		return 0;
	case KEY_PATCH:
		strv_add(&o->request.patches, arg);
		return 0;
	case KEY_NAME:
		o->request.name = arg;
		return 0;
	case KEY_LIMIT:
		set_limit(o, arg, state);
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	case ARGP_KEY_ARG:
		set_verb(o, arg, state);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "what is to be done: build or list?");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void list_summaries(const char *what, void (*list)(struct strv *, struct strv *))
{
	struct strv names = { 0 }, summaries = { 0 };

	list(&names, &summaries);
	printf("%s:\n", what);
	for (size_t i = 0; i < names.n; i++)
		printf("  %-22s %s\n", names.v[i], summaries.v[i]);
	strv_release(&summaries);
	strv_release(&names);
}

static int list_builds(void)
{
	size_t n;
	struct build_entry *entries = builds_list(&n);

	puts("builds:");
	for (size_t i = 0; i < n; i++)
		printf("  build:%-16.24s %.12s  %s, %s, config %s\n",
		       *entries[i].name ? entries[i].name : entries[i].key, entries[i].key,
		       entries[i].release, entries[i].label, entries[i].configs);
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
	return ret ? command_fail("kernel", &err) : STATUS_CLEAN;
}

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.args_doc = "build|list",
		.doc = "Build a kernel from source into the cache, or list what is built.\v"
		       "Prints the name that --kernel takes. The same tree, changes, config and "
		       "compiler are built once.",
	};
	struct kernel_options o = { 0 };
	int status = STATUS_ERROR, ret = argp_parse(&argp, argc, argv, 0, NULL, &o);

	if (!ret)
		status = strcmp(o.verb, "build") ? list_builds() : build(&o);
	strv_release(&o.request.configs);
	strv_release(&o.request.patches);
	return status;
}

const struct command command_kernel = {
	.name = "kernel",
	.summary = "build kernels from source, with patches",
	.run = run,
};
