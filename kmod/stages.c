// SPDX-License-Identifier: GPL-2.0-only
#include <linux/irqflags.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "stages.h"

/* The least of so many is a mark's, whatever else disturbs some. */
#define STAGES_TRIES 64

u32 stages_mark_ticks(struct window *window)
{
	u64 least = U32_MAX;
	unsigned long irqs;
	unsigned int i;

	local_irq_save(irqs);
	for (i = 0; i < STAGES_TRIES; i++) {
		window->stages.ticks[1] = 0;
		stages_mark(window, 0);
		stages_mark(window, 1);
		least = min(least, window->stages.ticks[1]);
	}
	local_irq_restore(irqs);
	return least;
}

void stages_clear(struct window *window)
{
	memset(&window->stages, 0, sizeof(window->stages));
	window->retries = 0;
}

void stages_settle(struct window *window, u32 mark_ticks)
{
	struct ptwalk_stages *stages = &window->stages;
	unsigned int i;
	u64 marks;

	window->ticks = 0;
	for (i = 0; i < PTWALK_NR_STAGES; i++) {
		marks = (u64)stages->times[i] * mark_ticks;
		stages->ticks[i] -= min(stages->ticks[i], marks);
		if (i != PTWALK_STAGE_INJECT)
			window->ticks += stages->ticks[i];
	}
}
