// SPDX-License-Identifier: GPL-2.0-only
/* A file's pagemaps are torn down phase by phase, and brought back, while drivers walk them. */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "compat/compat.h"
#include "file.h"
#include "pagemaps.h"
#include "race.h"

/* Between two looks whether pages are held. */
#define RACE_LOOK_US 100

static u64 race_references(const struct pagemaps *maps)
{
	unsigned long pfn = PHYS_PFN(maps->start);
	unsigned long end = pfn + (maps->piece >> PAGE_SHIFT) * maps->nr;
	u64 references = 0;

	for (; pfn < end; pfn++)
		if (!PageTail(pfn_to_page(pfn)))
			references += page_ref_count(pfn_to_page(pfn));
	return references;
}

/* Nobody is in a fault that maps a page, nor will be. */
static int race_disable(struct pagemaps_file *own, struct mm_struct *mm, u64 *piece,
			unsigned int *nr)
{
	int ret;

	race_phase_begin(mm, PTWALK_PHASE_DISABLE);
	ret = pagemaps_file_take(own, piece, nr);
	return ret;
}

/* What is unmapped has references that may only go. 0, or -ENXIO: all of it is gone already. */
static int race_invalidate_all(struct file *file, struct ptwalk_race_teardown *ask, u64 *random)
{
	struct pagemaps_file *own = file_of(file)->pagemaps;
	u64 before, after;
	int ret = -ENXIO;

	race_phase_begin(current->mm, PTWALK_PHASE_INVALIDATE);
	unmap_mapping_range(file->f_mapping, 0, 0, 1);
	ask->stale += race_phase_end(current->mm, PTWALK_PHASE_INVALIDATE);

	down_read(&own->lock);
	if (pagemaps_registered(&own->maps)) {
		before = race_references(&own->maps);
		race_sleep(random, ask->delay);
		after = race_references(&own->maps);
		ask->gained += after > before ? after - before : 0;
		ret = 0;
	}
	up_read(&own->lock);
	return ret;
}

/* 0; -EBUSY: pages or pagemaps are held; -ENXIO: another thread has dropped it. */
static int race_drain_now(struct pagemaps_file *own)
{
	int ret = down_write_killable(&own->lock);

	if (ret)
		return ret;
	if (!pagemaps_registered(&own->maps))
		ret = -ENXIO;
	else if (!pagemaps_file_idle(own))
		ret = -EBUSY;
	if (!ret) {
		pagemaps_unregister(&own->maps);
		own->len = 0;
	}
	up_write(&own->lock);
	return ret;
}

static int race_drain(struct pagemaps_file *own, struct ptwalk_race_teardown *ask)
{
	unsigned long end = jiffies + msecs_to_jiffies(ask->patience) + 1;
	unsigned long pfn = PHYS_PFN(own->maps.start);
	struct dev_pagemap *found;
	int ret;

	race_phase_begin(current->mm, PTWALK_PHASE_DRAIN);
	for (;;) {
		ret = race_drain_now(own);
		if (ret != -EBUSY || time_after(jiffies, end) || fatal_signal_pending(current))
			break;
		usleep_range(RACE_LOOK_US, 2 * RACE_LOOK_US);
	}
	ask->held = ret == -EBUSY;
	if (ret)
		return ask->held ? 0 : ret;
	found = compat_get_dev_pagemap(pfn, NULL);
	if (found) {
		ask->undead = 1;
		put_dev_pagemap(found);
	}
	ask->stale += race_phase_end(current->mm, PTWALK_PHASE_DRAIN);
	return 0;
}

static int race_teardown(struct file *file, struct ptwalk_race_teardown *ask)
{
	struct pagemaps_file *own = file_of(file)->pagemaps;
	u64 piece, random = ask->seed ? ask->seed : 1;
	unsigned int nr;
	int ret = race_disable(own, current->mm, &piece, &nr);

	if (ret)
		return ret;
	ask->stale += race_phase_end(current->mm, PTWALK_PHASE_DISABLE);
	race_sleep(&random, ask->delay);
	ret = race_invalidate_all(file, ask, &random);
	if (!ret)
		ret = race_drain(own, ask);
	race_sleep(&random, ask->delay);
	race_phase_begin(current->mm, PTWALK_PHASE_RESTORE);
	pagemaps_file_give(file, piece, nr);
	ask->stale += race_phase_end(current->mm, PTWALK_PHASE_RESTORE);
	return ret;
}

long race_ioctl_teardown(struct file *file, void __user *arg)
{
	struct ptwalk_race_teardown ask;
	int ret;

	if (copy_from_user(&ask, arg, sizeof(ask)))
		return -EFAULT;
	if (ask.delay > PTWALK_RACE_MAX_DELAY || !ask.patience ||
	    ask.patience > PTWALK_RACE_MAX_PATIENCE)
		return -EINVAL;
	if (ask.stale || ask.gained || ask.undead || ask.held ||
	    memchr_inv(ask.reserved, 0, sizeof(ask.reserved)))
		return -EINVAL;
	if (PAGEMAPS_LACKS)
		return -EOPNOTSUPP;
	ret = race_teardown(file, &ask);
	return !ret && copy_to_user(arg, &ask, sizeof(ask)) ? -EFAULT : ret;
}
