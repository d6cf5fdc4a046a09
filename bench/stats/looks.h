/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * When may one look at noisy figures and stop? At looks fixed beforehand, each
 * with its share of alpha: who looks after every boot and stops once there is a
 * difference finds one sooner or later.
 */
#ifndef PTWALK_STATS_LOOKS_H
#define PTWALK_STATS_LOOKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "bench/stats/hodges.h"
#include "bench/stats/verdict.h"

#define LOOKS_MAX	8
#define LOOKS_UNITS_MAX 1000

/* Boots (or processes) an arm at each look, rising. */
struct looks {
	size_t n;
	size_t units[LOOKS_MAX];
};

/* 8, 16, 32. */
extern const struct looks looks_usual;

/**
 * looks_parse - "8,16,32", or "12": a single look
 *
 * Returns: 0; -EINVAL: not rising numbers from 1 to LOOKS_UNITS_MAX, at most
 * LOOKS_MAX of them.
 */
int looks_parse(const char *text, struct looks *looks, struct err *err);

/**
 * looks_alpha - what look @look, from 0, may spend of @alpha
 *
 * alpha x its boots / the boots of all looks: 8, 16 and 32 get 1/7, 2/7 and 4/7.
 * They sum to alpha, so that all looks together claim a difference where there
 * is none in at most alpha of all cases, however they depend on each other
 * (Bonferroni).
 */
double looks_alpha(const struct looks *looks, size_t look, double alpha);

struct looks_rule {
	double width; /* no interval may be wider: 0.01 is a ratio known to +-1 %; 0: any may */
};

/**
 * looks_settled - does a series need no more boots?
 *
 * Its interval is narrow enough to tell: better, worse or same (verdict_judge()
 * at this look's alpha); and no wider than the rule says, where it does.
 */
bool looks_settled(enum verdict verdict, const struct hodges *change,
		   const struct looks_rule *rule);

#endif
