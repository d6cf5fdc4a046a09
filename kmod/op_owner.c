// SPDX-License-Identifier: GPL-2.0-only
/*
 * Private pages of two devices, walked for one of them. Its own are valid as
 * they are; the other's have to come to system memory first, where both can use
 * them. Two schemes do that:
 *
 * one step:	the walk is told the owner, and to fault in what is not valid
 * two steps:	a walk without a request; a look at each page's owner; a walk that
 *		requests those pages that the look found wanting
 *
 * A fault invalidates the range, so each walk is a driver's loop. What a window
 * brought to system memory goes back to the other device when it is closed.
 */
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/sched/signal.h>

#include "compat/device.h"
#include "migrate.h"
#include "op.h"
#include "pages.h"
#include "result.h"

#if !IS_ENABLED(CONFIG_HMM_MIRROR)
#define OWNER_LACKS "needs a kernel with CONFIG_HMM_MIRROR"
#elif !IS_ENABLED(CONFIG_DEVICE_PRIVATE) || !IS_ENABLED(CONFIG_DEVICE_MIGRATION)
#define OWNER_LACKS "needs a kernel with CONFIG_DEVICE_PRIVATE"
#else
#define OWNER_LACKS NULL
#endif

/* Pages that another task looks at, for a moment, stay where they are. */
#define OWNER_TRIES 3

static __always_inline int owner_walk(struct window *window)
{
	struct hmm_range *range = &window->range;
	int ret = -EOPNOTSUPP;

#if IS_ENABLED(CONFIG_HMM_MIRROR)
	do {
		range->notifier_seq = mmu_interval_read_begin(range->notifier);
		mmap_read_lock(window->mm);
		ret = hmm_range_fault(range);
		mmap_read_unlock(window->mm);
	} while (ret == -EBUSY && !fatal_signal_pending(current));
#endif
	return ret;
}

static __always_inline int owner_one_step(struct window *window)
{
	window->range.default_flags = HMM_PFN_REQ_FAULT;
	window->range.pfn_flags_mask = 0;
	return owner_walk(window);
}

static bool owner_is(unsigned long entry, const void *owner)
{
	struct page *page = hmm_pfn_to_page(entry);

	return !is_device_private_page(page) || compat_page_pgmap(page)->owner == owner;
}

/* Request what is not valid, or is private but not ours. Is there any such page? */
static __always_inline bool owner_look(struct window *window)
{
	struct hmm_range *range = &window->range;
	bool wanting = false;
	unsigned long i;

	for (i = 0; i < window->nr_pages; i++) {
		unsigned long *entry = &range->hmm_pfns[i];

		if (*entry & HMM_PFN_VALID && owner_is(*entry, range->dev_private_owner))
			continue;
		*entry = HMM_PFN_REQ_FAULT;
		wanting = true;
	}
	return wanting;
}

static __always_inline int owner_two_steps(struct window *window)
{
	int ret;

	window->range.default_flags = 0;
	window->range.pfn_flags_mask = 0;
	ret = owner_walk(window);
	if (ret || !owner_look(window))
		return ret;
	/* Pages that were valid ask to stay so. */
	window->range.pfn_flags_mask = HMM_PFN_REQ_FAULT;
	return owner_walk(window);
}

static int owner_add(struct window *window, struct page *page)
{
	window->got += is_device_private_page(page);
	return 0;
}

/* How many pages of the range are private ones of @owner's. */
static int owner_count(struct window *window, void *owner, unsigned long *pages)
{
	struct hmm_range *range = &window->range;
	void *ours = range->dev_private_owner;
	int ret;

	range->default_flags = 0;
	range->pfn_flags_mask = 0;
	range->dev_private_owner = owner;
	ret = owner_walk(window);
	range->dev_private_owner = ours;
	window->got = 0;
	if (!ret)
		ret = pages_each(window, owner_add);
	*pages += window->got;
	window->got = 0;
	return ret;
}

static int owner_prepare(struct window *window)
{
	unsigned long pages = 0;
	int ret;

	ret = owner_count(window, device_owner(PTWALK_MEMORY_OWN), &pages);
	if (!ret)
		ret = owner_count(window, device_owner(PTWALK_MEMORY_FOREIGN), &pages);
	if (!ret && pages != window->nr_pages)
		ret = window_fails(window, PTWALK_AT_PREPARE, window->nr_pages - pages, -ENXIO);
	result_poison(window);
	return ret;
}

/* What is in system memory now was the other device's, as all was some device's. */
static int owner_finish(struct window *window)
{
	struct hmm_range *range = &window->range;
	unsigned int tries;
	u64 moved = 1;
	int ret = 0;

	for (tries = 0; tries < OWNER_TRIES && moved && !ret; tries++)
		ret = migrate_range(window->devices, range->start, range->end - range->start,
				    PTWALK_MEMORY_FOREIGN, 0, &moved);
	/* The window is over: what this changed is no collision of its. */
	range->notifier_seq = mmu_interval_read_begin(range->notifier);
	return ret;
}

DEFINE_WINDOW(window_one_step, owner_one_step(window))
DEFINE_WINDOW(window_two_steps, owner_two_steps(window))

const struct op op_owner_one = {
	OP(OWNER_ONE),
	.lacks = OWNER_LACKS,
	.unlocked = true,
	.prepare = owner_prepare,
	.finish = owner_finish,
	.windows = { window_one_step },
};

const struct op op_owner_two = {
	OP(OWNER_TWO),
	.lacks = OWNER_LACKS,
	.unlocked = true,
	.prepare = owner_prepare,
	.finish = owner_finish,
	.windows = { window_two_steps },
};
