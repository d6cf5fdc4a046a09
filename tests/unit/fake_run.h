/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A made-up run on the exact machine, for tests of what reads runs: five
 * workloads, seven ops and policies, four sizes. Its costs are straight lines
 * with a table's worth of steps, of the order that real kernels show.
 */
#ifndef PTWALK_TESTS_FAKE_RUN_H
#define PTWALK_TESTS_FAKE_RUN_H

#include "bench/record/record.h"

#define FAKE_OVERHEAD 7
#define FAKE_SAMPLES  3
#define FAKE_BOOTS    2

/* The run in memory, to be ended with records_release(). */
void fake_run(struct records *records);

/* The same of so many boots. */
void fake_boots(struct records *records, unsigned boots);

/* The same with the first @series of the first boot alone. */
void fake_small(struct records *records, size_t series);

/* The series of boot @boot, for a test to spoil; fails the test where there is none. */
struct record_series *fake_series(struct records *records, unsigned boot, const char *name);

/* Take a series out of boot @boot and leave a missing one with @reason in its place. */
void fake_missing(struct records *records, unsigned boot, const char *name, const char *reason);

/* How often @what is in @text. */
size_t fake_count(const char *text, const char *what);

/* The whole run as the text of its file. Owned by the caller. */
char *fake_text(const struct records *records);

/* One record of each kind with every field set, to be ended with record_release(). */
void fake_record(enum record_kind kind, struct record *record);

/* The same as its line, newline included. Owned by the caller. */
char *fake_line(enum record_kind kind);

#endif
