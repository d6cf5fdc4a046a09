// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's own hmm_range_fault(), and the dev_pagemap looked at behind it. */
#include <linux/kconfig.h>
#include <linux/memremap.h>
#include <linux/mmu_notifier.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "compat/compat.h"
#include "op.h"
#include "stages.h"

#if IS_ENABLED(CONFIG_HMM_MIRROR)
DEFINE_WINDOW(window_hmm, hmm_range_fault(&window->range))
#define HMM_LACKS NULL
#else
DEFINE_WINDOW(window_hmm, -EOPNOTSUPP)
#define HMM_LACKS "needs a kernel with CONFIG_HMM_MIRROR"
#endif

const struct op op_hmm = {
	OP(HMM),
	.lacks = HMM_LACKS,
	.windows = { window_hmm },
};

/*
 * Under a lock: hmm_range_fault() takes no reference, and the driver, its own lock held,
 * reads page->pgmap of each page and compares the owner, which tells it its own pages.
 */
#if IS_ENABLED(CONFIG_ZONE_DEVICE)
#define UNDER_LOCK_LACKS STAGES_LACKS
#else
#define UNDER_LOCK_LACKS "needs a kernel with CONFIG_ZONE_DEVICE"
#endif

/* The driver's: held to look at pages, and to be told that the range changes. */
static DEFINE_RAW_SPINLOCK(under_lock_lock);

/* While the lock is held and the test has passed, nobody who takes pages away gets past this. */
static bool under_lock_invalidate(struct mmu_interval_notifier *notifier,
				  const struct mmu_notifier_range *range, unsigned long seq)
{
	raw_spin_lock(&under_lock_lock);
	mmu_interval_set_seq(notifier, seq);
	raw_spin_unlock(&under_lock_lock);
	return true;
}

static const struct mmu_interval_notifier_ops under_lock_notifier_ops = {
	.invalidate = under_lock_invalidate,
};

static __always_inline void under_lock_touch(struct window *window)
{
	const struct hmm_range *range = &window->range;
	unsigned long i, owned = 0;
	struct page *page;

	for (i = 0; i < window->nr_pages; i++) {
		if (!(range->hmm_pfns[i] & HMM_PFN_VALID))
			continue;
		page = hmm_pfn_to_page(range->hmm_pfns[i]);
		if (is_zone_device_page(page) &&
		    compat_page_pgmap(page)->owner == range->dev_private_owner)
			owned++;
	}
	window->stages.owned = owned;
}

static noinline int under_lock_all(struct window *window)
{
	struct hmm_range *range = &window->range;
	int ret = -EOPNOTSUPP;

#if IS_ENABLED(CONFIG_HMM_MIRROR)
	ret = hmm_range_fault(range);
#endif
	stages_mark(window, PTWALK_STAGE_WALK);
	if (ret)
		return ret;
	raw_spin_lock(&under_lock_lock);
	if (mmu_interval_read_retry(range->notifier, range->notifier_seq))
		ret = -EBUSY;
	stages_mark(window, PTWALK_STAGE_TEST);
	if (!ret)
		under_lock_touch(window);
	stages_mark(window, PTWALK_STAGE_TOUCH);
	raw_spin_unlock(&under_lock_lock);
	stages_mark(window, PTWALK_STAGE_RELEASE);
	return ret;
}

/* The owner that is looked for is device-dax's: nobody. */
static int under_lock_open(struct window *window)
{
	struct mmu_interval_notifier *notifier = kzalloc(sizeof(*notifier), GFP_KERNEL);
	struct hmm_range *range = &window->range;
	int ret;

	if (!notifier)
		return -ENOMEM;
	ret = mmu_interval_notifier_insert(notifier, window->mm, range->start,
					   range->end - range->start, &under_lock_notifier_ops);
	if (ret) {
		kfree(notifier);
		return ret;
	}
	range->notifier = notifier;
	range->dev_private_owner = NULL;
	window->private = notifier;
	return 0;
}

static void under_lock_close(struct window *window)
{
	mmu_interval_notifier_remove(window->private);
	kfree(window->private);
}

DEFINE_STAGED_WINDOW(window_under_lock, under_lock_all(window), PTWALK_STAGE_RELEASE)

const struct op op_page_under_lock = {
	OP(UNDER_LOCK),
	.lacks = UNDER_LOCK_LACKS,
	.open = under_lock_open,
	.close = under_lock_close,
	.windows = { window_under_lock },
};
