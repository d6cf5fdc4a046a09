/* SPDX-License-Identifier: GPL-2.0-only */
/* What perf sampled in a run, or what its windows hold to the instruction, as people read it. */
#ifndef PTWALK_CLI_PROFILE_H
#define PTWALK_CLI_PROFILE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "bench/record/record.h"

#define PROFILE_TOP 10

/**
 * profile_print - the functions of each series, the most first
 * @folder:	of the run
 * @top:	at most so many a series
 *
 * Returns: 0; -ENOENT where perf sampled nothing in that run; -EBADMSG.
 */
int profile_print(const char *folder, size_t top, FILE *, struct err *err);

/* What the windows of an exact run hold, to the instruction: of a run made with --facts. */

struct profile_exact {
	const char *series;   /* that alone; NULL: each, at the largest size of its workload */
	const char *annotate; /* a function whose instructions are shown; NULL: none */
	const char *model;  /* a CPU whose cycles are modelled, "": the arch says which; or NULL */
	const char *debug;  /* a ptwalk.ko with its debug information, or NULL */
	const char *source; /* a folder with the kernel's sources, or NULL */
	/* Folders that get a file a series, or NULL. */
	const char *callgrind, *folded, *flame;
	unsigned int top;
};

/* Was the run in that folder made with --facts? */
bool profile_is_exact(const char *folder);

/**
 * profile_exact_print - what was asked for, on stdout and into folders
 *
 * Returns: 0; -ENOENT where there is no such series or function, with those there are; or as
 * profiles_read().
 */
int profile_exact_print(const char *folder, const struct records *, const struct profile_exact *,
			struct err *err);

struct profile_run {
	const char *folder;
	const struct records *records;
};

/* Which functions account for the difference of two runs, or with two names in o->series of two series. */
int profile_diff_print(const struct profile_run *base, const struct profile_run *new,
		       const struct profile_exact *, struct err *err);

/* Are the facts of all boots the same, to the byte? -EBADE where they are not. */
int profile_facts_repeat(const char *folder, unsigned int boots, struct err *err);

#endif
