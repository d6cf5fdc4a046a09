// SPDX-License-Identifier: GPL-2.0-only
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/page-flags.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "compat/compat.h"
#include "compat/gup.h"
#include "pages.h"

/* What a call that was to take all of the pages answered. */
static int pages_verdict(const struct window *window, long got)
{
	if (got == window->nr_pages)
		return 0;
	if (got < 0)
		return got;
	return fatal_signal_pending(current) ? -EINTR : -EFAULT;
}

void pages_put(struct window *window)
{
	struct page **pages = pages_array(window);
	long i;

	for (i = 0; i < window->got; i++)
		put_page(pages[i]);
	window->got = 0;
}

void pages_unpin(struct window *window)
{
	if (window->got > 0)
		unpin_user_pages(pages_array(window), window->got);
	window->got = 0;
}

int pages_get(struct window *window)
{
	int ret;

	window->got = get_user_pages_fast(window->range.start, window->nr_pages,
					  window->gup_flags, pages_array(window));
	ret = pages_verdict(window, window->got);
	if (ret)
		pages_put(window);
	return ret;
}

int pages_pin(struct window *window)
{
	int ret;

	window->got = pin_user_pages_fast(window->range.start, window->nr_pages,
					  window->gup_flags, pages_array(window));
	ret = pages_verdict(window, window->got);
	if (ret)
		pages_unpin(window);
	return ret;
}

static void pages_to_pfns(struct window *window)
{
	struct page **pages = pages_array(window);
	unsigned long i;

	for (i = 0; i < window->nr_pages; i++)
		window->range.hmm_pfns[i] = page_to_pfn(pages[i]) | HMM_PFN_VALID;
}

#if IS_ENABLED(CONFIG_HMM_MIRROR)
int pages_find(struct window *window)
{
	struct hmm_range *range = &window->range;
	unsigned long i;
	int ret;

	range->notifier_seq = mmu_interval_read_begin(range->notifier);
	ret = mmap_read_lock_killable(window->mm);
	if (ret)
		return ret;
	ret = hmm_range_fault(range);
	mmap_read_unlock(window->mm);
	for (i = 0; i < window->nr_pages && !ret; i++)
		if (!(range->hmm_pfns[i] & HMM_PFN_VALID))
			ret = -EFAULT;
	return ret;
}
#else
int pages_find(struct window *window)
{
	return -EOPNOTSUPP;
}
#endif

static void pages_clear(struct window *window)
{
	memset(pages_array(window), 0, window->nr_pages * sizeof(struct page *));
}

int pages_look(struct window *window)
{
	int ret;

	if (COMPAT_FOLL_NOFAULT || window->range.default_flags)
		return 0;
	ret = pages_find(window);
	pages_clear(window);
	return ret;
}

int pages_finish_get(struct window *window)
{
	int ret = pages_verdict(window, window->got);

	pages_put(window);
	if (!ret)
		pages_to_pfns(window);
	return ret;
}

int pages_finish_pin(struct window *window)
{
	int ret = pages_verdict(window, window->got);

	pages_unpin(window);
	if (!ret)
		pages_to_pfns(window);
	return ret;
}

int pages_finish_put(struct window *window)
{
	pages_put(window);
	pages_to_pfns(window);
	return 0;
}

int pages_finish_unpin(struct window *window)
{
	pages_unpin(window);
	pages_to_pfns(window);
	return 0;
}

int pages_check_get(struct window *window)
{
	int ret;

	window->got = get_user_pages_fast_only(window->range.start, window->nr_pages,
					       window->gup_flags, pages_array(window));
	ret = window->got == window->nr_pages ? 0 : -EFAULT;
	pages_put(window);
	pages_clear(window);
	return ret;
}

/* Pinning a page only to read it, where others may share it, faults it out of the share. */
static bool pages_shared(struct window *window)
{
	unsigned long i;

	for (i = 0; i < window->nr_pages; i++)
		if (compat_pin_unshares(pages_array(window)[i]))
			return true;
	return false;
}

int pages_check_pin(struct window *window)
{
	int ret;

	/* A fork is under way: pins then wait for it. */
	if (raw_read_seqcount(&window->mm->write_protect_seq) & 1)
		return -EBUSY;
	window->got = get_user_pages_fast_only(window->range.start, window->nr_pages,
					       window->gup_flags, pages_array(window));
	ret = window->got == window->nr_pages && !pages_shared(window) ? 0 : -EFAULT;
	pages_put(window);
	pages_clear(window);
	return ret ? ret : pages_check_unpin(window);
}

int pages_check_unpin(struct window *window)
{
	compat_call(cpu_vm_stats_fold)(smp_processor_id());
	return 0;
}

/* Who else holds a page for a moment (reclaim, migration) is waited for. */
#define REFERENCES_TRIES 10

static u64 references_of(struct page *page)
{
	/* All tasks share the zero page. */
	if (compat_is_zero_page(page))
		return 0;
	return compat_ref_count(page) + ((u64)compat_pin_count(page) << 32);
}

/* A page whose count is 0 gives no reference: get_user_pages() would warn of it. */
static int references_can(struct window *window)
{
	unsigned long asked = window->range.default_flags, i;
	int ret;

	window->range.default_flags = 0;
	ret = pages_find(window);
	window->range.default_flags = asked;
	for (i = 0; i < window->nr_pages && !ret; i++)
		if (!compat_ref_count(hmm_pfn_to_page(window->range.hmm_pfns[i])))
			ret = -EUCLEAN;
	return ret;
}

/* With one reference of our own to each page, which is the same each time. */
static int references_sum(struct window *window, u64 *sum)
{
	unsigned int gup_flags = window->gup_flags;
	unsigned long i;
	int ret;

	/* Pages wait in batches for their list, and are held by those. */
	compat_call(lru_add_drain_all)();
	window->gup_flags |= COMPAT_FOLL_NOFAULT;
	ret = pages_get(window);
	window->gup_flags = gup_flags;
	if (ret)
		return ret;
	*sum = 0;
	for (i = 0; i < window->nr_pages; i++)
		*sum += references_of(pages_array(window)[i]) * (2 * i + 1);
	pages_put(window);
	return 0;
}

int references_begin(struct references *references, struct window *window)
{
	int ret;

	if (references->known)
		return 0;
	ret = references_can(window);
	if (!ret)
		ret = references_sum(window, &references->sum);
	references->known = !ret;
	return ret;
}

int references_end(const struct references *references, struct window *window)
{
	unsigned int tries;
	u64 sum;
	int ret;

	if (!references->known)
		return 0;
	for (tries = 0; tries < REFERENCES_TRIES; tries++) {
		if (tries)
			usleep_range(1000, 2000);
		ret = references_sum(window, &sum);
		if (ret)
			return ret;
		if (sum == references->sum)
			return 0;
	}
	return -EIO;
}
