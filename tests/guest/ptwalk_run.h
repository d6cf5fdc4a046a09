/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests of what `ptwalk run` measures: a program of TEST()s about the records of its MEASURED()
 * runs. All its main takes is TEST PTWALK SPEC [MORE...]; MORE are arguments of those runs, too.
 */
#ifndef PTWALK_TESTS_GUEST_PTWALK_RUN_H
#define PTWALK_TESTS_GUEST_PTWALK_RUN_H

#include "bench/record/record.h"
#include "tests/unit/unit.h"

/* What the program was given, and where its runs are: a run NAME in folder/NAME. */
extern struct run_of {
	const char *ptwalk, *spec;
	char **more;
	char folder[64];
} run_of;

/* What MORE has after @option ("--size="); fails the test where that is not among it. */
const char *run_more(const char *option);

struct measured {
	const char *name;
	struct records *records;
	const char *const *args;
};

/* static struct records NAME: of a run with these arguments, made before the tests, in order. */
#define MEASURED(name, ...)                                                           \
	static struct records name;                                                   \
	static const char *const name##_args[] = { __VA_ARGS__, NULL };               \
	static const struct measured name##_measured = { #name, &name, name##_args }; \
	static const struct measured *const name##_measured_at                        \
		__attribute__((used, section("run_measured"))) = &name##_measured

/**
 * run_as - measure, and read the records
 * @out:	name of the run's folder
 * @args:	arguments beside --kernel and --out; NULL-terminated
 * @records:	(out) to be ended with records_release(), on success only
 *
 * The exit status must be 3 where a series is missing, and 0 where none is.
 * What goes wrong is said on stderr.
 *
 * Returns: 0, or a negative errno.
 */
int run_as(const char *out, const char *const *args, struct records *records);

#endif
