/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands to be killed at random points, and what must hold then. */
#ifndef PTWALK_TESTS_KILL_H
#define PTWALK_TESTS_KILL_H

#include "base/str.h"

/* Series of the runs that the guest tells. */
#define KILL_SERIES 14

struct victim {
	const char *name;
	void (*prepare)(void); /* or NULL */
	/* The command line for the @i-th time. */
	void (*command)(int i, struct strv *argv);
	/* @status: of a process that ended by itself, or -1. Fails the test. */
	void (*check)(int i, int status);
	void (*end)(void); /* or NULL */
};

extern const struct victim victim_run, victim_nightly, victim_dashboard;

/* A folder for the test, a dashboard's place in it, and what the last command printed. */
extern char *kill_dir, *kill_site, *kill_output;

/* Commands that said they were done, and things that appeared, whole. */
extern int kill_reported, kill_whole;

/* A path in the folder; a program of the build. Owned by the caller. */
char *kill_path(const char *name);
char *kill_program(const char *name);

/* Start the command for the @i-th time, kill it after so many seconds. Its exit status; -1: it was killed. */
int kill_after(int i, double seconds);

#endif
