// SPDX-License-Identifier: GPL-2.0-only
/* What a driver holds, against the CPU's page tables; and phases, behind each of which that is done. */
#include <linux/hmm.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>

#include "race.h"

/* A walk for the truth is overtaken so often at the most. */
#define RACE_MOST_WALKS 1000

static bool race_is_stale(unsigned long entry, unsigned long truth)
{
	if (!entry)
		return false;
	if (!(truth & HMM_PFN_VALID) || (entry ^ truth) & ~HMM_PFN_FLAGS)
		return true;
	return entry & HMM_PFN_WRITE && !(truth & HMM_PFN_WRITE);
}

static u64 race_compare(const struct race *race)
{
	unsigned long i, nr_pages = (race->end - race->start) >> PAGE_SHIFT;
	u64 stale = 0;

	for (i = 0; i < nr_pages; i++)
		stale += race_is_stale(race->held[i], race->truth[i]);
	return stale;
}

/* What the device may use now. -EBUSY: it is being invalidated. */
static int race_copy(struct race *race, unsigned long seq)
{
	struct race_driver *driver = &race->driver;
	int ret = 0;

	mutex_lock(&driver->lock);
	if (mmu_interval_read_retry(&driver->notifier, seq))
		ret = -EBUSY;
	else
		memcpy(race->held, race->table,
		       ((race->end - race->start) >> PAGE_SHIFT) * sizeof(*race->held));
	mutex_unlock(&driver->lock);
	return ret;
}

#if IS_ENABLED(CONFIG_HMM_MIRROR)
/* Of an address space that is gone, nothing is mapped. */
static int race_find_truth(struct race *race, struct hmm_range *range)
{
	int ret;

	memset(range->hmm_pfns, 0, ((race->end - race->start) >> PAGE_SHIFT) * sizeof(long));
	if (!mmget_not_zero(race->mm))
		return 0;
	ret = mmap_read_lock_killable(race->mm);
	if (!ret) {
		ret = hmm_range_fault(range);
		mmap_read_unlock(race->mm);
	}
	mmput(race->mm);
	return ret;
}
#else
static int race_find_truth(struct race *race, struct hmm_range *range)
{
	return -EOPNOTSUPP;
}
#endif

/*
 * What holds at any time, whatever happens to the range meanwhile: where nothing is invalidated
 * between two moments, what the device may use at the first the CPU maps at the second. The other
 * way round it need not: pages are faulted in, and become writable, without a word.
 */
static int race_compare_now(struct race *race, u64 *stale)
{
	struct race_driver *driver = &race->driver;
	struct hmm_range range = {
		.notifier = &driver->notifier,
		.start = race->start,
		.end = race->end,
		.hmm_pfns = race->truth,
		.dev_private_owner = driver->range->dev_private_owner,
	};
	int ret;

	range.notifier_seq = mmu_interval_read_begin(range.notifier);
	ret = race_copy(race, range.notifier_seq);
	if (!ret)
		ret = race_find_truth(race, &range);
	if (!ret && mmu_interval_read_retry(range.notifier, range.notifier_seq))
		ret = -EBUSY;
	if (!ret)
		*stale = race_compare(race);
	return ret;
}

static u64 race_check(struct race *race, u32 phase)
{
	struct ptwalk_race_phase *told = &race->told.phases[phase];
	unsigned int walks = 0;
	u64 stale = 0;
	int ret = -EBUSY;

	if (race->holds) {
		/* Pages may be held but where the drain of all of them has ended. */
		told->checks++;
		stale = phase == PTWALK_PHASE_DRAIN ? atomic_long_read(&race->holding) : 0;
		told->stale += stale;
		return stale;
	}
	while (ret == -EBUSY && walks++ < RACE_MOST_WALKS && !fatal_signal_pending(current))
		ret = race_compare_now(race, &stale);
	if (ret)
		return 0;
	told->checks += (race->end - race->start) >> PAGE_SHIFT;
	told->stale += stale;
	return stale;
}

void race_phase_begin_one(struct race *race, u32 phase)
{
	race->told.phases[phase].rounds++;
	race->ended = READ_ONCE(race->done);
	race->begun_ns = ktime_get_ns();
	WRITE_ONCE(race->phase, phase);
}

u64 race_phase_end_one(struct race *race, u32 phase)
{
	struct ptwalk_race_phase *told = &race->told.phases[phase];

	told->took_ns = max(told->took_ns, ktime_get_ns() - race->begun_ns);
	told->overlaps += READ_ONCE(race->told.chunks) > race->ended;
	return race_check(race, phase);
}
