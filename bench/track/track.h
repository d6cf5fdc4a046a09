/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A night judged against its history: what `ptwalk nightly` makes of a stored
 * run. Figures only; bench/report/night.h renders them.
 *
 * A history is made of the runs that nightlies stored. Exact counts are compared with
 * the night before, bit for bit, and a new environment is a caveat; noisy values of one
 * environment are put before bench/stats/night.h, a night's value being the median of its boots'.
 *
 * The night before is the last one that was judged: a change in one that was
 * stored, and whose nightly was ended before it spoke, is told the night after.
 */
#ifndef PTWALK_TRACK_TRACK_H
#define PTWALK_TRACK_TRACK_H

#include "bench/stats/night.h"
#include "bench/store/history.h"
#include "bench/store/store.h"

/* The kind of session whose runs make histories. */
#define TRACK_SESSION "nightly"

enum track_outcome {
	TRACK_FIRST,	    /* no night before it; noisy: in this environment */
	TRACK_LEARNING,	    /* too few to judge by */
	TRACK_SAME,	    /* as the history leads to expect */
	TRACK_BETTER,	    /* a change for the better, confirmed */
	TRACK_WORSE,	    /* one for the worse, confirmed */
	TRACK_SUSPECT,	    /* a change that a second run has not confirmed yet */
	TRACK_UNCONFIRMED,  /* that it did not confirm */
	TRACK_UNREPEATABLE, /* an exact count that differs between boots, or in the second run */
	TRACK_MISSING,	    /* the night before had it */
	TRACK_NR_OUTCOMES,
};

/* One series in one night. Ticks a call; NAN: there is none. */
struct track_item {
	const struct store_series *series;
	enum track_outcome outcome;
	double base;	  /* the night before; noisy: median of the segment it is held against */
	double value;	  /* tonight */
	double reference; /* in the pinned run */
	double low, high; /* noisy: where one value belongs */
	double p;	  /* noisy, not adjusted */
	size_t nights;	  /* that @base stands on */
	int64_t base_run; /* the newest of them; 0: none */
	bool told;	  /* noisy: the same change was reported on an earlier night */
	double *history;  /* noisy: values of the nights before, oldest first */
	size_t nr_history;
	struct night_look look; /* noisy */
};

struct track_night {
	struct store_series_list list;
	struct track_item *items; /* those of the run, then what is missing */
	size_t n;
	int64_t run, second, reference; /* 0: none */
	int64_t previous;		/* the nightly before, of this machine; 0: none */
	bool new_environment; /* it was in another one: noisy figures are not comparable */
	char *environment, *previous_environment; /* as store_env(); NULL where not read */
	char *reference_environment; /* of a reference in another one: nothing is held against it */
	int64_t time;
	size_t counts[TRACK_NR_OUTCOMES];
	struct strv wrong; /* "NAME: REASON" of series that are; none once its records are pruned */
};

struct track_rule {
	struct night_rule night;
	int64_t reference; /* the pinned run; 0: none */
};

/**
 * track_judge - what a stored run says
 * @run:	of a session of kind TRACK_SESSION
 * @night:	(out) to be ended with track_release(), on success only
 *
 * Changes are TRACK_SUSPECT. Returns: 0; -ENOENT; or as store_history().
 */
int track_judge(struct store *, int64_t run, const struct track_rule *, struct track_night *night,
		struct err *err);

/**
 * track_confirm - settle the suspects by a second run of the same kernel
 *
 * None of them is TRACK_SUSPECT any more. Returns: 0; -ESTALE: the second run is
 * of another environment; or as track_judge().
 */
int track_confirm(struct store *, struct track_night *, int64_t second, const struct track_rule *,
		  struct err *err);

/* Write verdicts and, of changes not told before, change points: all or nothing. */
int track_keep(struct store *, const struct track_night *, int64_t session, struct err *err);

/* Nights that were judged and kept, read again. */

/**
 * track_recall - what was said of a run, as track_keep() wrote it
 * @runs:	all of the store
 * @run:	one of them
 * @night:	(out) to be ended with track_release(), on success only
 *
 * The pinned reference and the values of the history are not kept: there are
 * none. A night that was never judged has no items.
 *
 * Returns: 0; or as store_verdicts_of_run().
 */
int track_recall(struct store *, const struct store_runs *runs, const struct store_run *run,
		 struct track_night *night, struct err *err);

/**
 * track_latest - the newest run of each machine that a nightly judged
 * @nights:	(out) to be freed, each ended with track_release(); on success only
 *
 * In the order of the machines' newest runs, the newest first.
 */
int track_latest(struct store *, const struct store_runs *runs, struct track_night **nights,
		 size_t *n, struct err *err);

void track_release(struct track_night *);

/* "same", "worse", ... */
const char *track_outcome_name(enum track_outcome);

/* Relative: of tonight's value from @base; NAN where either is none or the base is 0. */
double track_change(const struct track_item *);

#endif
