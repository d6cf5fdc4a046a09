/* SPDX-License-Identifier: GPL-2.0-only */
/* Nights that were judged and kept, read again. */
#ifndef PTWALK_TRACK_RECALL_H
#define PTWALK_TRACK_RECALL_H

#include "bench/track/track.h"

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

#endif
