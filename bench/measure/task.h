/* SPDX-License-Identifier: GPL-2.0-only */
/* A script that makes one shard of a run, wherever it is started. */
#ifndef PTWALK_MEASURE_TASK_H
#define PTWALK_MEASURE_TASK_H

#include "bench/measure/jobs.h"

struct task {
	char *folder; /* each shard is a folder K in it, once it is whole */
	char *script; /* "SCRIPT K" makes it */
	char *quoted; /* the same for a shell */
	char *logs;   /* a folder for what is said meanwhile */
	unsigned int n;
};

/* @folder: made; to be ended with task_release() in either case. */
int task_begin(struct task *, const struct run *, const struct jobs *, const char *folder,
	       struct err *err);
void task_release(struct task *);

/* The last words of a shard that could not be made; NULL: none. Owned by the caller. */
char *task_why(const struct task *, const char *k);

#endif
