/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * `ptwalk doctor --hardware`: what only real hardware can show, shown on this machine as
 * far as it can. One const struct a check, one line in SELFCHECKS.
 */
#ifndef PTWALK_CLI_SELFCHECK_H
#define PTWALK_CLI_SELFCHECK_H

#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

enum selfcheck_verdict {
	SELFCHECK_PASS,
	SELFCHECK_FAIL,
	SELFCHECK_IMPOSSIBLE, /* on this machine, or not asked for */
};

/* What the checks work with. */
struct selfcheck {
	const char *folder;	 /* of runs that they make: FOLDER/NAME */
	const char *kernel;	 /* for guests */
	const char *module;	 /* built elsewhere, for the running kernel; NULL: built here */
	bool kvm;		 /* KVM may be used */
	const struct strv *only; /* the checks to do, by name; empty: all */
	struct strv
		runs; /* names of the folders that hold a run; or what was said of one that failed */
};

struct selfcheck_result {
	enum selfcheck_verdict verdict;
	char text[512]; /* one line: what was found, or why not */
	json_t *facts;	/* an object, figures by name; owned; NULL: none */
};

struct selfcheck_check {
	const char *name;
	const char *shows; /* in a line: what it would show, for docs and --list */
	void (*run)(struct selfcheck *, struct selfcheck_result *);
};

#define SELFCHECKS(X) \
	X(topology)   \
	X(tsc)        \
	X(tsc_cpus)   \
	X(pmu)        \
	X(nodes)      \
	X(native)     \
	X(events)     \
	X(placements) \
	X(kvm)        \
	X(kvm_events) \
	X(doctor)

/* What is asked for. */
struct selfcheck_request {
	const char *kernel; /* of guests; NULL: debian:6.1 */
	const char *module; /* as of struct selfcheck */
	const char *out;    /* the file to send; NULL: named by the time, in this folder */
	bool kvm;
	struct strv only;
};

extern const struct selfcheck_check *const selfchecks[];
extern const size_t nr_selfchecks;

/**
 * selfcheck_do - do the checks, print a line for each, write the file
 *
 * Returns: 0; -ECHILD with nothing in @err: a check failed; another negative errno.
 */
int selfcheck_do(const struct selfcheck_request *, struct err *err);

/* Tell the checks, and do none. */
void selfcheck_list(void);

/* Set a result: a verdict and its line. */
void selfcheck_say(struct selfcheck_result *, enum selfcheck_verdict, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* "pass", "FAIL", "not possible here" */
const char *selfcheck_word(enum selfcheck_verdict);

/* Put a figure among the facts. */
void selfcheck_fact(struct selfcheck_result *, const char *name, json_t *value);

#endif
