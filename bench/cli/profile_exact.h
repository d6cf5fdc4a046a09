/* SPDX-License-Identifier: GPL-2.0-only */
/* What the windows of an exact run hold, to the instruction: of a run made with --facts. */
#ifndef PTWALK_CLI_PROFILE_EXACT_H
#define PTWALK_CLI_PROFILE_EXACT_H

#include <stdbool.h>

#include "base/err.h"
#include "bench/record/record.h"

struct profile_exact {
	const char *series;   /* that alone; NULL: each, at the largest size of its workload */
	const char *annotate; /* a function whose instructions are shown; NULL: none */
	const char *debug;    /* a ptwalk.ko with its debug information, or NULL */
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

/* The tables of run --facts. */
int profile_facts_print(const char *folder, const struct records *, struct err *err);

/* Are the facts of all boots the same, to the byte? -EBADE where they are not. */
int profile_facts_repeat(const char *folder, unsigned int boots, struct err *err);

#endif
