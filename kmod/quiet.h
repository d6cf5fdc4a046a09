/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is anything of an address space being invalidated? With interrupts off nobody would end it, so
 * an op whose window reads a notifier's sequence, or inserts one, would wait there for ever.
 */
#ifndef PTWALK_QUIET_H
#define PTWALK_QUIET_H

#include <linux/mmu_notifier.h>

#include "window.h"

/**
 * struct quiet - of one window
 * @probe:	is in no tree but while it is asked, or as @left says
 * @seq:	that a notifier has which is inserted while nothing is invalidated, and nothing was
 *		since quiet_begin()
 * @left:	something was, and taking @probe out must wait for its end
 */
struct quiet {
	struct mmu_interval_notifier probe;
	unsigned long seq;
	bool left;
};

/* Before a window with interrupts off, while they are on: waits. 0, or what an insert answers. */
int quiet_begin(struct quiet *quiet, struct window *window);

/* Right before it, interrupts off and no other CPU: 0; -EBUSY: it has to be begun again. */
int quiet_look(struct quiet *quiet, struct window *window);

/* After it, interrupts on, in either case. */
void quiet_end(struct quiet *quiet);

#endif
