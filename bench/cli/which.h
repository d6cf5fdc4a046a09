/* SPDX-License-Identifier: GPL-2.0-only */
/* Which run a command is about: `--results FOLDER` and the one argument RUN. */
#ifndef PTWALK_CLI_WHICH_H
#define PTWALK_CLI_WHICH_H

#include <argp.h>

#include "base/err.h"

struct which {
	const char *results; /* NULL: folder_results() */
	const char *run;     /* NULL: "last" */
};

/* To be a child of a command's argp; its input is a struct which. */
extern const struct argp which_argp;

/* The folder of that run, owned by the caller; NULL with @err set. */
char *which_folder(const struct which *, struct err *err);

#endif
