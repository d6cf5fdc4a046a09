/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernels built from source, out of tree, in the cache: a tree, changes to it,
 * a config. The same thing is built once; a changed file rebuilds only itself.
 * What is built is a kernel like any other: kernel_find("build:NAME").
 */
#ifndef PTWALK_KERNELS_BUILD_H
#define PTWALK_KERNELS_BUILD_H

#include <stdbool.h>

#include "arch/arch.h"
#include "base/err.h"
#include "base/progress.h"
#include "base/str.h"

struct build_request {
	const char *tree;    /* a folder with a kernel's sources, or NULL; never written to */
	const char *rev;     /* a commit of @tree; NULL: its files as they are, changes included */
	const char *called;  /* @tree, for people; NULL: its path */
	const char *source;  /* "debian:6.1": the distribution's own sources; NULL with @tree */
	struct strv configs; /* fragments: names in kernels/config, or paths; none: "bench" */
	struct strv patches; /* unified diffs, and semantic patches (.cocci), in this order */
	const struct arch *arch; /* that it is for; NULL: this host's */
	const char *policy;	 /* a name in kernels/policy, applied before @patches; NULL: none */
	const char *name; /* kernel_find("build:NAME") then finds it; NULL: by its key alone */
	unsigned int limit_seconds; /* of one build; 0: four hours */
};

struct build {
	char *key;	/* 24 hexadecimal digits: of tree, changes, config and compiler */
	char *spec;	/* for kernel_find() and --kernel: "build:NAME", else "build:KEY" */
	char *folder;	/* CACHE/builds/KEY */
	char *log;	/* of the build: CACHE/builds/KEY.log */
	char *tree;	/* git's name for the tree that was built, changes included */
	char *label;	/* of the tree, for people: "debian:6.1 6.1.192-2 + batch" */
	char *configs;	/* all fragments it has: "bench debug" */
	bool built;	/* now; false: it was there */
	double seconds; /* that building took; 0 where it was there */
};

/**
 * kernel_build - make sure that a kernel is built
 * @build:	(out) to be ended with build_release(), whatever is returned
 *
 * Enters the progress stages "source" and "build" where there is something to
 * do. Safe with several processes, and after a crash of any. An interrupt
 * ends it; what was compiled so far is used by the next build.
 *
 * Returns: 0; -EINVAL (a bad request: no such fragment, policy or revision);
 * -ENOENT (a tool, tree or package is missing; @err says how to get it);
 * -EINTR; -ETIMEDOUT; another negative errno. Three say that this tree with
 * these changes makes no such kernel: -EBADMSG (a patch does not apply; @err
 * names its hunk), -EOPNOTSUPP (an option of a fragment did not take; @err
 * names it), -ECHILD (it does not compile; @err has the first error, and
 * build->log is kept).
 */
int kernel_build(const struct build_request *, struct build *build, struct progress *,
		 struct err *err);
void build_release(struct build *);

/* Strings are owned. */
struct build_entry {
	char *key, *name; /* name: "" where it has none */
	char *label;	  /* as in struct build */
	char *configs;	  /* "bench debug" */
	char *release;	  /* of the kernel: "6.1.192" */
	const struct arch *arch;
};

/* Every build of the cache, by name, then by key. The array is owned: builds_free(). */
struct build_entry *builds_list(size_t *n);
void builds_free(struct build_entry *, size_t n);

/* Names that --config and --policy take, each with what it is for (its first comment line). */
void build_configs(struct strv *names, struct strv *summaries);
void build_policies(struct strv *names, struct strv *summaries);

#endif
