/* SPDX-License-Identifier: GPL-2.0-only */
/* Child processes that are waited for. */
#ifndef PTWALK_BASE_PROC_H
#define PTWALK_BASE_PROC_H

#include <stdbool.h>

#include "base/err.h"

struct proc_options {
	const char *cwd; /* NULL: the caller's */
	const char *log; /* stdout and stderr go here, appended; NULL: dropped */
	char **output;	 /* (out) stdout, NUL-terminated, owned by the caller; NULL: as @log */
	const char *const *env;	  /* NULL-terminated: NAME=VALUE to set, NAME to unset */
	unsigned timeout_seconds; /* 0: none; else the child's process group is ended then */
	bool gentle; /* end it by SIGTERM first, and by SIGKILL 3 s later; else at once */
	/* Called 20 to 50 times a second while it runs; NULL: none. */
	void (*tick)(void *arg);
	void *tick_arg;
};

/**
 * proc_run - run a program to its end, with no standard input
 * @argv:	NULL-terminated; argv[0] is looked up along $PATH
 *
 * Interrupting the caller (SIGINT, SIGTERM) ends the child: see interrupt.h.
 *
 * Returns: 0 when it exited with 0; -ENOENT when there is no such program;
 * -ETIMEDOUT; -EINTR; -ECHILD when it failed, with its exit status, and the
 * last line of its log, in @err.
 */
int proc_run(const char *const *argv, const struct proc_options *, struct err *err);

#endif
