/* SPDX-License-Identifier: GPL-2.0-only */
/* Nights in a store, and what is judged of them; what fails, fails the test. */
#ifndef PTWALK_TESTS_NIGHTS_H
#define PTWALK_TESTS_NIGHTS_H

#include "bench/track/track.h"
#include "tests/unit/noise.h"

/* The series that is made to change. */
#define NIGHTS_STEPPED "hmm/devdax-pte/1G"

/* The usual one; 0: no reference. */
struct track_rule nights_rule(int64_t reference);

/* Store an exact night with @more ticks in that series. Returns its run. */
int64_t nights_exact(struct store *, unsigned int night, unsigned int more);

/* One in which the series @name is missing. */
int64_t nights_exact_without(struct store *, unsigned int night, const char *name);

/* One on a noisy machine, that series @level times as slow. */
int64_t nights_noisy(struct store *, unsigned int night, double level, struct noise *noise);

/* track_judge(), to be ended with track_release(). */
struct track_night nights_judged(struct store *, int64_t run, int64_t reference);

struct track_item *nights_item(struct track_night *, const char *name);

#endif
