/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Child processes. Each leads a process group of its own, out of the terminal's (Ctrl-C
 * is ours to pass on), is killed with us, and ends together with the children it leaves.
 */
#ifndef PTWALK_BASE_PROC_H
#define PTWALK_BASE_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/cleanup.h"
#include "base/err.h"

/* A folder that a child process, and no other, finds at another place as well. */
struct bind {
	const char *folder; /* NULL ends a list */
	const char *at;	    /* a folder, too: what it holds is hidden */
};

struct proc_options {
	const char *cwd; /* NULL: the caller's */
	const char *log; /* stdout and stderr go here, appended; NULL: dropped */
	char **output;	 /* (out) stdout, NUL-terminated, owned by the caller; NULL: as @log */
	int *status; /* (out) as wait() gives it, once it ended, limits and Ctrl-C apart; NULL: unasked */
	const char *const *env;	  /* NULL-terminated: NAME=VALUE to set, NAME to unset */
	const struct bind *binds; /* NULL: it sees all folders where they are */
	const char *missing;	  /* where there is no such program: "install the package git" */
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
 * Interrupting the caller (SIGINT, SIGTERM) ends the child: see interrupt_pending().
 *
 * Returns: 0 when it exited with 0; -ENOENT when there is no such program;
 * -ETIMEDOUT; -EINTR; -ECHILD when it failed, with its exit status, and the
 * last line of its log, in @err; -ECANCELED, with the same, when a signal of
 * somebody else ended it.
 */
int proc_run(const char *const *argv, const struct proc_options *, struct err *err);

/* What proc_run() returns of a program @name that ended, whose output went to @log (NULL: nowhere). */
int proc_judge(const char *name, int status, const char *log, struct err *err);

/* A child that is watched by hand; { 0 } is none. */
struct proc {
	pid_t pid;		    /* 0: none, or it ended */
	int status;		    /* as wait() gives it, once it ended */
	unsigned long peak_rss_kib; /* once it ended */
};

/* A descriptor of ours, and what it is in the child: below 100. */
struct proc_fd {
	int ours, theirs;
};

struct proc_spawn {
	const char *cwd;	  /* NULL: the caller's */
	const char *const *env;	  /* as in proc_options */
	const struct bind *binds; /* the same */
	/* Those of 0, 1 and 2 that are not here, or whose own is -1, are /dev/null. */
	const struct proc_fd *fds; /* 8 at most */
	size_t nr_fds;
};

/*
 * Start argv[0], looked up along $PATH. One that is there and cannot be started says so on
 * its stderr and ends with 127. -ENOENT when there is no such program.
 */
int proc_spawn(struct proc *, const char *const *argv, const struct proc_spawn *, struct err *err);

/* As fork(): 0 in the child, which ends by _exit(); 1 in the parent; or a negative errno. */
int proc_fork(struct proc *, struct err *err);

/* Has it ended? Then it was reaped, and what it left of its group is killed. */
bool proc_ended(struct proc *);

/* Of CPU time that all its threads have had; 0 where it has ended. */
double proc_cpu_seconds(const struct proc *);

/* Wait so long for its end; false where it lives on. */
bool proc_await(struct proc *, double seconds);

/**
 * proc_end - end it and its group, unless it has ended
 * @grace:	seconds from SIGTERM to SIGKILL; 0: SIGKILL at once
 * @patience:	seconds after which one that hangs inside the kernel is left behind
 *
 * Returns: false where it was left behind.
 */
bool proc_end(struct proc *, double grace, double patience);

/* Killed without grace, for _cleanup_(). */
void proc_release(struct proc *);

/* "failed with exit status 1", "was ended by signal 9 (Killed)"; owned by the caller. */
char *proc_status_text(int status);

/* A pipe, closed on exec: [0] is to be read. */
int proc_pipe(int ends[2], struct err *err);

/*
 * Let this process, which is to run a program, see folders there. As root, or in a user namespace in
 * which it has its own id alone.
 *
 * Returns: 0 or a negative errno: -EPERM (namespaces are not to be had here), ...
 */
int bind_enter(const struct bind *binds);

#endif
