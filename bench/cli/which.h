/* SPDX-License-Identifier: GPL-2.0-only */
/* Which runs a command is about: `--results FOLDER` and the argument RUN. */
#ifndef PTWALK_CLI_WHICH_H
#define PTWALK_CLI_WHICH_H

#include <argp.h>

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

#define WHICH_MOST 32

struct which {
	const char *results;	      /* NULL: folder_results() */
	const char *run;	      /* NULL: "last" */
	const char *more[WHICH_MOST]; /* after that */
	size_t nr_more;
	bool many; /* in: there may be more */
};

/* To be a child of a command's argp; its input is a struct which. */
extern const struct argp which_argp;

/* The folder of that run, owned by the caller; NULL with @err set. */
char *which_folder(const struct which *, struct err *err);

/* The folders of all of them. 0, or -ENOENT. */
int which_folders(const struct which *, struct strv *folders, struct err *err);

#endif
