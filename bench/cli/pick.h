/* SPDX-License-Identifier: GPL-2.0-only */
/* Which series of runs that are there: what `show` and `compare` have of -o, -w and -s. */
#ifndef PTWALK_CLI_PICK_H
#define PTWALK_CLI_PICK_H

#include "base/option.h"
#include "bench/record/record.h"

struct pick {
	struct strv ops, workloads, sizes; /* patterns, as a shell's; none: all */
};

extern const struct opt pick_opts[];
void pick_release(struct pick *);

bool pick_given(const struct pick *);

/**
 * pick_apply - leave only what is asked for, and the empty window
 *
 * An op is "hmm", "hmm/entry", or the whole name of a series as tables print it.
 * Returns: 0; -EINVAL where a pattern fits nothing, with what there is.
 */
int pick_apply(const struct pick *, struct records *, struct err *err);

#endif
