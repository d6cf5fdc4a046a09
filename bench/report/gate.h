/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The gate of own code: where nothing of it is changed ("own", or "none" where the kernel has no
 * lookup of its own) it counts what the built-in function counts, and fills an equal array, in
 * every series and boot that both have. Where it does not, no policy says anything of the kernel.
 */
#ifndef PTWALK_REPORT_GATE_H
#define PTWALK_REPORT_GATE_H

#include "bench/record/record.h"

struct gate {
	struct strv closed;	 /* ops whose policies are not to be believed */
	struct strv differences; /* a line each: the series, and by what it differs */
	size_t compared;	 /* pairs of series */
};

/* End with gate_release(). Counts are compared of exact runs alone, arrays of all. */
void gate_check(const struct records *, struct gate *);
void gate_release(struct gate *);

/* The op that policies are of: "hmm", or in runs with the replica of former times "walk". */
const char *gate_policy_op(const struct records *);

/* The policy under which own code of an op is the kernel's source as it is: "own" or "none". */
const char *gate_plain_policy(const struct records *, const char *op);

/* Is a column of own code whose op is closed? */
bool gate_bars(const struct gate *, const char *op, const char *policy);

#endif
