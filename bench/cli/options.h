/* SPDX-License-Identifier: GPL-2.0-only */
/* Options that several commands have: the same letters and words everywhere. */
#ifndef PTWALK_CLI_OPTIONS_H
#define PTWALK_CLI_OPTIONS_H

#include "base/option.h"
#include "kernels/build.h"

/* const char *: NULL where none was given */
#define CLI_STORE(s, field)                                                                        \
	{                                                                                          \
		"store", 0, "FILE", "The store (default: that of the runs; see ptwalk(1), FILES)", \
			OPT_TEXT(s, field)                                                         \
	}
#define CLI_RESULTS(s, field)                                                              \
	{                                                                                  \
		"results", 'r', "FOLDER", "The folder of runs (default: $PTWALK_RESULTS)", \
			OPT_TEXT(s, field)                                                 \
	}
#define CLI_QUIET(s, field)                                           \
	{                                                             \
		"quiet", 'q', NULL, "No progress", OPT_FLAG(s, field) \
	}

/* Options of commands that measure: parts of theirs, each of a struct plan. */

/* Which series, and on which machine. */
extern const struct opt plan_opts[];

/* The machine alone, for a command that fills in the selection itself. */
extern const struct opt plan_machine_opts[];

/* How many guests at a time. */
extern const struct opt jobs_opts[];

/* And how a run is cut, for a command that has one. */
extern const struct opt shards_opts[];

/* Of the native machine. */
extern const struct opt plan_here_opts[];

/* How noisy figures are sampled. */
extern const struct opt sampling_opts[];

/* `--events help` prints every event that can be named on this machine, and exits. */
extern const struct opt events_opts[];

/* Options of commands that build kernels: from which sources, with which config. */

struct tree_options {
	const char *tree;    /* a folder of sources, or NULL */
	const char *source;  /* "debian:6.1", or NULL */
	struct strv configs; /* empty: the default */
};

extern const struct opt tree_opts[];
void tree_release(struct tree_options *);

/* Is a kernel to be built at all? */
bool tree_given(const struct tree_options *);

/* Has the tree this commit? Asked before anything is built. NULL: none is named. */
int tree_check_commit(const struct tree_options *, const char *rev, struct err *err);

/* Is this folder the top of a tree of kernel sources? */
bool tree_is_here(void);

/* Is every file of the tree as HEAD has it? Where git does not tell, no. */
bool tree_is_clean(const struct tree_options *);

/* Returns: 0, or -EINVAL where the options contradict each other, or name no sources. */
int tree_check(const struct tree_options *, struct err *err);

/* Can each be read, and is it a patch at all? Asked before anything is fetched. */
int patches_check(const struct strv *patches, struct err *err);

/* A request for these sources; what it points at is the options'. */
struct build_request tree_request(const struct tree_options *);

#endif
