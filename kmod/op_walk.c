// SPDX-License-Identifier: GPL-2.0-only
/* The module's replica of hmm_range_fault(), under each policy. */
#include "op.h"
#include "replica.h"

DEFINE_WINDOW(window_none, walk_none(&window->range))
DEFINE_WINDOW(window_range, walk_range(&window->range))
DEFINE_WINDOW(window_batch, walk_batch(&window->range))
DEFINE_WINDOW(window_entry, walk_entry(&window->range))

const struct op op_walk = {
	OP(WALK),
	.needs = REPLICA_NEEDS,
	.windows = {
		[PTWALK_POLICY_NONE] = window_none,
		[PTWALK_POLICY_RANGE] = window_range,
		[PTWALK_POLICY_BATCH] = window_batch,
		[PTWALK_POLICY_ENTRY] = window_entry,
	},
};
