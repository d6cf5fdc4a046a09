/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What makes the times of a host noisy: one const struct a check, one line in
 * NOISE_CHECKS. Each only reads; quiet.h changes what can be changed.
 */
#ifndef PTWALK_NOISE_CHECK_H
#define PTWALK_NOISE_CHECK_H

#include <stdbool.h>

#include "bench/noise/host.h"

#define NOISE_TEXT 256

enum noise_health {
	NOISE_QUIET,
	NOISE_NOISY,
	NOISE_UNKNOWN, /* the host does not say */
};

struct noise_check {
	const char *name;
	const char *why;  /* it matters: a clause */
	const char *todo; /* where it is noisy */
	/* What is found goes to @found, in a clause. */
	enum noise_health (*look)(const struct noise_host *host, char found[NOISE_TEXT]);
};

/* In the order they are told. */
#define NOISE_CHECKS(X) \
	X(governor)     \
	X(turbo)        \
	X(smt)          \
	X(isolation)    \
	X(watchdog)     \
	X(irqs)         \
	X(thp)          \
	X(aslr)         \
	X(mitigations)  \
	X(load)

#define X(name) extern const struct noise_check noise_check_##name;
NOISE_CHECKS(X)
#undef X

extern const struct noise_check *const noise_checks[];
extern const size_t nr_noise_checks;

const char *noise_health_name(enum noise_health); /* "quiet", "noisy", "?" */

#endif
