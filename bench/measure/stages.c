// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/stages.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "bench/measure/shard.h"
#include "bench/stats/design.h"

unsigned int next_arm(const struct measurement *m, size_t n, size_t boots)
{
	const struct blocks blocks = {
		.seed = m->plan->seed,
		.arms = (unsigned int)n,
		.each = 1,
	};

	return n > 1 ? blocks_arm(&blocks, boots) : 0;
}

/* What the measuring of a boot takes. */
static double measure_seconds(const struct plan *plan)
{
	struct selected at = { 0 };
	double seconds = 0;

	while (selection_next(&plan->selection, &at))
		seconds += cost_seconds(at.size);
	return seconds;
}

/* In the order in which they are made. */
static void add_boots(const struct measurement *m, const struct arm *arms, size_t n,
		      struct strv *names)
{
	_cleanup_free_ unsigned int *made = xcalloc(n, sizeof(*made));
	const struct plan *plan = m->plan;

	for (size_t k = 0; k < n * plan->boots; k++) {
		const size_t i = m->in_turn ? next_arm(m, n, k) : k / plan->boots;
		const struct run run = { .plan = plan, .who = n > 1 ? arms[i].name : NULL };
		_cleanup_free_ char *boot = run_stage(&run, "boot", ++made[i]);
		_cleanup_free_ char *measured = run_stage(&run, "measure", made[i]);

		strv_add(names, boot);
		strv_add(names, measured);
	}
}

struct progress *new_progress(const struct measurement *m, const struct arm *arms, size_t nr_arms,
			      struct strv *names)
{
	_cleanup_free_ struct progress_stage *stages = NULL;
	size_t n = 0;

	if (m->quiet)
		return NULL;
	add_boots(m, arms, nr_arms, names);
	stages = xcalloc(names->n + 3, sizeof(*stages));
	stages[n++] = (struct progress_stage){ "kernel", 0.2 };
	stages[n++] = (struct progress_stage){ "module", 0.2 };
	for (size_t i = 0; i < names->n; i++)
		stages[n++] = (struct progress_stage){ names->v[i], i % 2 ? measure_seconds(m->plan)
									  : SHARD_BOOT_SECONDS };
	if (m->last_stage)
		stages[n++] = (struct progress_stage){ m->last_stage, 1 };
	return progress_new(stages, n);
}
