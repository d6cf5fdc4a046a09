/* SPDX-License-Identifier: GPL-2.0-only */
/* Does a new value belong to its history? */
#ifndef PTWALK_STATS_NIGHT_H
#define PTWALK_STATS_NIGHT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Does a new value belong to the current segment? */

struct predict_rule {
	double alpha; /* two-sided: how often a quiet night may be outside */
	double floor; /* sigma is never taken to be less; in the unit of the values, may be 0 */
};

struct prediction {
	double centre;	  /* median of the segment */
	double sigma;	  /* 1.4826 x MAD, or the floor */
	double low, high; /* where one new value belongs */
};

/**
 * predict_bound - bounds of one new value
 * @segment:	the values since the last change, at least two
 * @prediction:	(out) on success only
 *
 * median +- t x 1.4826 x MAD x sqrt(1 + 1/h), h being their number. t is Student's
 * with 0.37 (h - 1) degrees of freedom, at least 1: the MAD knows as much of sigma
 * as a standard deviation of 0.37 times as many values. With h - 1 degrees, one
 * quiet night in 15 is outside a bound meant for 1 in 100 where h is 5.
 *
 * Returns: 0; -EINVAL: fewer than two values; -EDOM: one that is not finite, or
 * a rule out of range; -ENOMEM.
 */
int predict_bound(const double *segment, size_t h, const struct predict_rule *rule,
		  struct prediction *prediction, struct err *err);

/*
 * One night of many noisy series: each new value against the segment that its
 * history is in, all series together, and a second run before any alarm. Exact
 * series do not come here: exact.h compares them.
 */

struct night_rule {
	double alpha; /* share of false suspects among a night's suspects, before they are confirmed */
	double confirm; /* two-sided, of the second run's value alone */
	double floor;	/* the least relative change worth a word: 0.005 is 0.5 % */
	size_t window;	/* nights of history that are looked at, at most */
	size_t least;	/* with fewer in the segment, nothing is said of a value: it learns */
	size_t lately;	/* a change of level is news for so many nights */
};

/* 5 %, 5 %, 0.5 %, 180 nights, 5 nights. */
extern const struct night_rule night_usual;

/* What one value says, before the second run. */
struct night_look {
	bool learning;	  /* too few nights to judge by: p is 1, and nothing else is known */
	double expected;  /* median of the segment that it is held against */
	double low, high; /* where one value of that segment belongs, at rule->confirm */
	double change; /* relative: of the value, or where @changed of its level, from @expected */
	double p;      /* two-sided: that the segment shows as much by chance */
	bool changed;  /* a new level shows, tonight included, rather than one value out of place */
	size_t nights; /* in the segment before tonight; where @changed, in the new one with tonight */
};

/**
 * night_look - one series, one night
 * @history:	nights before, oldest first, one value each, above 0; of one
 *		environment, machine and version
 * @tonight:	the value of this night, above 0
 *
 * Values are judged by their logs. The history is split by potts_segments(), and
 * predict_bound() on its last segment says how far out tonight's value is. A
 * change too small for one night shows when history and tonight together end in a
 * segment that is new: its level is then what is held against the segment before.
 * It shows so for rule->lately nights: who has been told need not be told again.
 *
 * Returns: 0; -EDOM: a value that is not above 0; another negative errno.
 */
int night_look(const double *history, size_t n, double tonight, const struct night_rule *rule,
	       struct night_look *look, struct err *err);

/**
 * night_suspects - which of a night's series are to be measured again
 * @suspect:	(out) one for each look
 *
 * Those whose p, adjusted over all series (adjust_bh()), is at most rule->alpha,
 * where they changed by rule->floor at least.
 *
 * Returns: 0, or what adjust_bh() returns.
 */
int night_suspects(const struct night_look *looks, size_t n, const struct night_rule *rule,
		   bool *suspect, struct err *err);

/**
 * night_confirm - does a second run of the same kernel say the same?
 * @look:	what the first said
 * @second:	its value
 * @confirmed:	(out) true: it lies outside too, on the same side; or, of a level
 *		that changed, it is nearer to the new one, and the change still shows
 *
 * Returns: as night_look().
 */
int night_confirm(const double *history, size_t n, double tonight, const struct night_look *look,
		  double second, const struct night_rule *rule, bool *confirmed, struct err *err);

#endif
