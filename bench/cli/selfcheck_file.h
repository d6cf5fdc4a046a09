/* SPDX-License-Identifier: GPL-2.0-only */
/* The file of a selfcheck that is sent to somebody: what is in it, and what is not. */
#ifndef PTWALK_CLI_SELFCHECK_FILE_H
#define PTWALK_CLI_SELFCHECK_FILE_H

#include "bench/cli/selfcheck.h"

/* What stands for names of persons and places. { 0 } is an empty one. */
struct selfcheck_names {
	struct strv names, words; /* a name, and what stands for it */
};

/*
 * The names of this host: its own, its users' that called this program, and the
 * folders of both. @folder is where the runs are.
 */
void selfcheck_names_init(struct selfcheck_names *, const char *folder);
void selfcheck_names_add(struct selfcheck_names *, const char *name, const char *word);
void selfcheck_names_release(struct selfcheck_names *);

/* @text with each name replaced where it is not a part of a word. Owned by the caller. */
char *selfcheck_scrub(const struct selfcheck_names *, const char *text);

/* Words of a kernel's command line that measurements depend on; all others are left out. Owned. */
char *selfcheck_cmdline(const char *cmdline);

/* Can it be written there? Asked before what takes long. -EEXIST where there is one. */
int selfcheck_file_check(const char *path, struct err *err);

/**
 * selfcheck_file_write - a tar file, gzip'ed, whole or not at all
 * @json:	what was found
 * @printed:	what was printed
 *
 * Of each run in @s->folder: its records, less the command line that asked for it
 * and most of the kernel's, what was bound, what was printed. Returns: 0 or a negative errno.
 */
int selfcheck_file_write(const struct selfcheck *, const struct selfcheck_names *, const char *path,
			 const json_t *json, const char *printed, struct err *err);

#endif
