// SPDX-License-Identifier: GPL-2.0-only
/* What a driver does, pass by pass, and what protocols are made of. */
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "compat/compat.h"
#include "file.h"
#include "pages.h"
#include "race.h"

static struct race *race_of(struct race_driver *driver)
{
	return container_of(driver, struct race, driver);
}

u64 race_draw(u64 *random)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return *random;
}

void race_sleep(u64 *random, u32 most)
{
	u32 us = most ? 1 + (u32)(race_draw(random) >> 32) % most : 0;

	if (us)
		usleep_range(us, us + us / 8);
}

void race_point(struct race_driver *driver, enum race_point point)
{
	struct race *race = race_of(driver);

	if (race->point == point)
		race_sleep(&race->random, race->asked.delay);
}

static int race_call_now(struct race *race)
{
	int ret = race->unlocked ? 0 : mmap_read_lock_killable(race->mm);

	if (ret)
		return ret;
	ret = race->walk(&race->window);
	if (!race->unlocked)
		mmap_read_unlock(race->mm);
	return ret;
}

/* The address space may be another process's, and gone. */
static int race_call(struct race *race)
{
	int ret;

	if (!mmget_not_zero(race->mm))
		return -ESRCH;
	ret = race_call_now(race);
	mmput(race->mm);
	return ret;
}

int race_walk(struct race_driver *driver)
{
	struct hmm_range *range = driver->range;
	struct race *race = race_of(driver);

	/* What a walk finds there may be a request. */
	memset(range->hmm_pfns, 0, ((range->end - range->start) >> PAGE_SHIFT) * sizeof(long));
	race->walked = atomic_long_read(&race->invalidations);
	return race_call(race);
}

bool race_again(struct race_driver *driver)
{
	struct race *race = race_of(driver);
	bool futile = race->again && driver->range->notifier_seq == race->failed;

	race->failed = driver->range->notifier_seq;
	race->futile += futile;
	if (race->again == race->asked.budget || fatal_signal_pending(current)) {
		race->told.stuck += futile;
		race->told.gave_up += !futile;
		return false;
	}
	race->again++;
	return true;
}

static unsigned long race_entry(unsigned long pfn)
{
	if (!(pfn & HMM_PFN_VALID))
		return 0;
	return pfn & (~HMM_PFN_FLAGS | HMM_PFN_VALID | HMM_PFN_WRITE);
}

void race_fill(struct race_driver *driver)
{
	const struct hmm_range *range = driver->range;
	struct race *race = race_of(driver);
	unsigned long *entry = &race->table[(range->start - race->start) >> PAGE_SHIFT];
	unsigned long i, nr_pages = (range->end - range->start) >> PAGE_SHIFT;

	for (i = 0; i < nr_pages; i++) {
		WRITE_ONCE(entry[i], race_entry(range->hmm_pfns[i]));
		race->told.mapped += entry[i] != 0;
	}
}

/* The owner is compared, so that the load is not left out. */
static bool race_look(unsigned long entry)
{
	struct page *page = hmm_pfn_to_page(entry);

	return is_zone_device_page(page) && READ_ONCE(compat_page_pgmap(page)->owner) == page;
}

/*
 * Under the lock, and behind the test, no invalidation has returned since the walk began. Where
 * one has, nothing keeps the page: to look would be to use what may be gone. Who frees struct
 * pages waits for a grace period that begins behind the invalidation.
 */
void race_touch(struct race_driver *driver)
{
	const struct hmm_range *range = driver->range;
	struct race *race = race_of(driver);
	unsigned long i, nr_pages = (range->end - range->start) >> PAGE_SHIFT, found = 0;

	for (i = 0; i < nr_pages; i++) {
		unsigned long pfn = race_entry(range->hmm_pfns[i]);

		if (!pfn)
			continue;
		rcu_read_lock();
		if (atomic_long_read(&race->invalidations) != race->walked)
			race->told.late++;
		else
			found += race_look(pfn);
		rcu_read_unlock();
	}
	race->told.errors += found != 0;
}

void race_clear(struct race_driver *driver, const struct mmu_notifier_range *range)
{
	struct race *race = race_of(driver);
	unsigned long start = max(range->start, race->start), end = min(range->end, race->end);

	for (; start < end; start += PAGE_SIZE)
		WRITE_ONCE(race->table[(start - race->start) >> PAGE_SHIFT], 0);
}

/* References to the pages, held for a while: what keeps them is no protocol. */
static int race_hold(struct race *race)
{
	struct window *window = &race->window;
	int ret;

	window->got = 0;
	ret = race_call(race);
	if (window->got < 0) {
		ret = window->got;
		window->got = 0;
	}
	race->told.mapped += window->got;
	atomic_long_add(window->got, &race->holding);
	if (race->point != RACE_NOWHERE)
		race_sleep(&race->random, race->asked.delay);
	atomic_long_sub(window->got, &race->holding);
	if (race->holds == PTWALK_OP_PIN_FAST)
		pages_unpin(window);
	else
		pages_put(window);
	return ret;
}

static void race_next_chunk(struct race *race)
{
	struct hmm_range *range = race->driver.range;
	unsigned long len = (unsigned long)race->asked.chunk << PAGE_SHIFT;

	range->start = range->end < race->end ? range->end : race->start;
	range->end = range->start + min(len, race->end - range->start);
	race->window.nr_pages = (range->end - range->start) >> PAGE_SHIFT;
}

static void race_chunk(struct race *race)
{
	struct ptwalk_race_phase *phase = &race->told.phases[READ_ONCE(race->phase)];
	u64 ns = ktime_get_ns();
	int ret;

	race_next_chunk(race);
	race->point = (race_draw(&race->random) >> 32) % RACE_NR_POINTS;
	race->again = 0;
	race->futile = 0;
	WRITE_ONCE(race->told.chunks, race->told.chunks + 1);
	ret = race->holds ? race_hold(race) : race->protocol->map(&race->driver);
	WRITE_ONCE(race->done, race->done + 1);

	ns = ktime_get_ns() - ns;
	phase->pass_ns = max(phase->pass_ns, ns);
	phase->retries += race->again;
	race->told.ns += ns;
	race->told.retries += race->again;
	race->told.futile += race->futile;
	race->told.errors += ret && ret != -EBUSY && ret != -ESRCH;
}

static int race_walk_for(struct race *race, u32 ms)
{
	u64 end = ktime_get_ns() + (u64)ms * NSEC_PER_MSEC;

	/* GUP takes references in the caller's address space. */
	if (race->holds && race->mm != current->mm)
		return -EINVAL;
	while (ktime_get_ns() < end && !signal_pending(current)) {
		race_chunk(race);
		if (!atomic_read(&race->mm->mm_users))
			return -ESRCH;
		cond_resched();
	}
	return 0;
}

long race_ioctl_walk(struct file *file, const void __user *arg)
{
	struct race *race = READ_ONCE(file_of(file)->race);
	long ret;
	u32 ms;

	if (copy_from_user(&ms, arg, sizeof(ms)))
		return -EFAULT;
	if (!race)
		return -EINVAL;
	if (ms > PTWALK_RACE_MAX_WALK)
		return -E2BIG;
	if (!mutex_trylock(&race->walking))
		return -EBUSY;
	ret = race_walk_for(race, ms);
	mutex_unlock(&race->walking);
	return ret;
}
