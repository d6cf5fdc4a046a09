/* SPDX-License-Identifier: GPL-2.0-only */
/* Raw samples that have had their time: for `ptwalk store prune` and `ptwalk nightly --prune`. */
#ifndef PTWALK_CLI_PRUNE_H
#define PTWALK_CLI_PRUNE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "bench/store/store.h"

struct prune_options {
	int64_t age;  /* seconds: of runs that began longer ago */
	bool dry_run; /* only count them */
	bool compact; /* and let the file shrink */
	bool quiet;   /* no progress */
};

/* "400d", "52w", "2y" as seconds. Returns: 0, or -EINVAL. */
int prune_age(const char *text, int64_t *seconds, struct err *err);

/**
 * prune_samples - drop them, some runs at a time
 * @runs:	(out) how many runs lost theirs, or would; also where it fails
 *
 * What was dropped stays dropped where it is interrupted: every run has all of
 * its samples, or none.
 *
 * Returns: 0; -EINTR; or as store_prune().
 */
int prune_samples(struct store *, const struct prune_options *, size_t *runs, struct err *err);

#endif
