// SPDX-License-Identifier: GPL-2.0-only
#include "quiet.h"
#include "result.h"

/*
 * The sequence of an address space grows with each invalidation that meets a notifier, and is even
 * while there is none. One that is inserted then has the odd number below it, which it also has
 * once an invalidation that was under way has ended; one that is inserted during an invalidation
 * has the current number, which is larger, and whoever reads its sequence waits.
 */
static int quiet_insert(struct quiet *quiet, struct window *window)
{
	return mmu_interval_notifier_insert(&quiet->probe, window->mm, 0, PAGE_SIZE,
					    &result_notifier_ops);
}

int quiet_begin(struct quiet *quiet, struct window *window)
{
	int ret;

	if (!(window->asked->flags & PTWALK_RUN_IRQS_OFF))
		return 0;
	ret = quiet_insert(quiet, window);
	if (ret)
		return ret;
	quiet->seq = mmu_interval_read_begin(&quiet->probe);
	mmu_interval_notifier_remove(&quiet->probe);
	return 0;
}

int quiet_look(struct quiet *quiet, struct window *window)
{
	int ret = quiet_insert(quiet, window);

	if (ret)
		return ret;
	quiet->left = quiet->probe.invalidate_seq != quiet->seq;
	if (quiet->left)
		return -EBUSY;
	mmu_interval_notifier_remove(&quiet->probe);
	return 0;
}

void quiet_end(struct quiet *quiet)
{
	if (quiet->left)
		mmu_interval_notifier_remove(&quiet->probe);
	quiet->left = false;
}
