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
#include "bench/record/record.h"
#include "vm/vm.h"

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

/**
 * selfcheck_do - do the checks, print a line for each, write the file
 *
 * Returns: 0; -ECHILD with nothing in @err: a check failed; another negative errno.
 */
int selfcheck_do(const struct selfcheck_request *, struct err *err);

/* Tell the checks, and do none. */
void selfcheck_list(void);

/* Can the file be written there? Asked before what takes long. -EEXIST where there is one. */
int selfcheck_file_check(const char *path, struct err *err);

/**
 * selfcheck_file_write - the file to send: a tar file, gzip'ed, whole or not at all
 * @json:	what was found
 * @printed:	what was printed
 *
 * Of each run in @s->folder: its records, less the command line that asked for it
 * and most of the kernel's, what was bound, what was printed; nowhere the names of this
 * host, of its users that called this program, and of their folders.
 * Returns: 0 or a negative errno.
 */
int selfcheck_file_write(const struct selfcheck *, const char *path, const json_t *json,
			 const char *printed, struct err *err);

/* What checks call. */

/* Set a result: a verdict and its line. */
void selfcheck_say(struct selfcheck_result *, enum selfcheck_verdict, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* "pass", "FAIL", "not possible here" */
const char *selfcheck_word(enum selfcheck_verdict);

/* Put a figure among the facts. */
void selfcheck_fact(struct selfcheck_result *, const char *name, json_t *value);

/* Runs. Where one fails, the result says so. */

/* Does the machine work here? If not, the result says why. */
bool selfcheck_can(const struct selfcheck *, const struct machine *, struct selfcheck_result *);

/* What a check measures; lists with commas between their names. NULL: as by default. */
struct selfcheck_series {
	const char *workloads, *ops, *sizes, *placements, *events, *boots;
	unsigned int iterations;
};

/**
 * selfcheck_measure - a run of @machine, kept as FOLDER/@name
 * @records:	(out) to be ended with records_release(), where it is whole
 */
bool selfcheck_measure(struct selfcheck *, const char *name, const struct machine *,
		       const struct selfcheck_series *, struct records *records,
		       struct selfcheck_result *);

/* Every series was measured, and its PFN array is what is mapped; figures become facts. */
bool selfcheck_prove(const struct records *, struct selfcheck_result *);

#endif
