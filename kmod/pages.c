// SPDX-License-Identifier: GPL-2.0-only
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/page-flags.h>
#include <linux/percpu-refcount.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/smp.h>

#include "compat/compat.h"
#include "compat/device.h"
#include "compat/gup.h"
#include "pages.h"
#include "result.h"

/* What a call @at that was to take all of the pages answered. */
static int pages_verdict(struct window *window, u32 at)
{
	long got = window->got;

	at |= PTWALK_AT_KERNEL;
	if (got == window->nr_pages)
		return 0;
	if (got < 0)
		return window_fails(window, at, 0, got);
	return window_fails(window, at, window->nr_pages - got,
			    fatal_signal_pending(current) ? -EINTR : -EFAULT);
}

/* An entry that was said to hold a page, and was never written. */
static bool pages_poisoned(const struct window *window, unsigned long i)
{
	return window->range.hmm_pfns[i] == RESULT_POISON;
}

void pages_put(struct window *window)
{
	struct page **pages = pages_array(window);
	long i;

	for (i = 0; i < window->got; i++)
		if (!pages_poisoned(window, i))
			put_page(pages[i]);
	window->got = 0;
}

void pages_unpin(struct window *window)
{
	struct page **pages = pages_array(window);
	long i;

	for (i = 0; i < window->got; i++)
		if (!pages_poisoned(window, i))
			unpin_user_page(pages[i]);
	window->got = 0;
}

int pages_get(struct window *window)
{
	int ret;

	window->got = get_user_pages_fast(window->range.start, window->nr_pages,
					  window->gup_flags, pages_array(window));
	ret = pages_verdict(window, PTWALK_AT_PREPARE);
	if (ret)
		pages_put(window);
	return ret;
}

int pages_pin(struct window *window)
{
	int ret;

	window->got = pin_user_pages_fast(window->range.start, window->nr_pages,
					  window->gup_flags, pages_array(window));
	ret = pages_verdict(window, PTWALK_AT_PREPARE);
	if (ret)
		pages_unpin(window);
	return ret;
}

/* None is held any more. */
static int pages_to_pfns(struct window *window)
{
	struct page **pages = pages_array(window);
	unsigned long i, poisoned = 0;

	for (i = 0; i < window->nr_pages; i++) {
		poisoned += pages_poisoned(window, i);
		if (!pages_poisoned(window, i))
			window->range.hmm_pfns[i] = page_to_pfn(pages[i]) | HMM_PFN_VALID;
	}
	return poisoned ? window_fails(window, PTWALK_AT_ARRAY, poisoned, -EIO) : 0;
}

#if IS_ENABLED(CONFIG_HMM_MIRROR)
int pages_find(struct window *window)
{
	struct hmm_range *range = &window->range;
	unsigned long i, invalid = 0;
	int ret;

	range->notifier_seq = mmu_interval_read_begin(range->notifier);
	ret = mmap_read_lock_killable(window->mm);
	if (ret)
		return ret;
	ret = hmm_range_fault(range);
	mmap_read_unlock(window->mm);
	if (ret)
		return window_fails(window, PTWALK_AT_PREPARE | PTWALK_AT_KERNEL, 0, ret);
	for (i = 0; i < window->nr_pages; i++)
		invalid += !(range->hmm_pfns[i] & HMM_PFN_VALID);
	return invalid ? window_fails(window, PTWALK_AT_PREPARE, invalid, -EFAULT) : 0;
}
#else
int pages_find(struct window *window)
{
	return -EOPNOTSUPP;
}
#endif

/*
 * Who takes pages away tells the notifier first, and frees struct pages only after a grace
 * period that begins later (memunmap_pages(): its percpu_ref is killed then).
 */
int pages_each(struct window *window, int (*look)(struct window *window, struct page *page))
{
	const struct hmm_range *range = &window->range;
	unsigned long i;
	int ret = 0;

	for (i = 0; i < window->nr_pages && !ret; i++) {
		if (!(range->hmm_pfns[i] & HMM_PFN_VALID))
			continue;
		rcu_read_lock();
		if (mmu_interval_read_retry(range->notifier, range->notifier_seq))
			ret = -EBUSY;
		else
			ret = look(window, hmm_pfn_to_page(range->hmm_pfns[i]));
		rcu_read_unlock();
		if (!(i % SZ_64K))
			cond_resched();
	}
	return ret;
}

int pages_look(struct window *window)
{
	int ret;

	if (COMPAT_FOLL_NOFAULT || window->range.default_flags)
		return 0;
	ret = pages_find(window);
	result_poison(window);
	return ret;
}

int pages_finish_get(struct window *window)
{
	int ret = pages_verdict(window, PTWALK_AT_WINDOW);

	pages_put(window);
	return ret ? ret : pages_to_pfns(window);
}

int pages_finish_pin(struct window *window)
{
	int ret = pages_verdict(window, PTWALK_AT_WINDOW);

	pages_unpin(window);
	return ret ? ret : pages_to_pfns(window);
}

int pages_finish_put(struct window *window)
{
	pages_put(window);
	return pages_to_pfns(window);
}

int pages_finish_unpin(struct window *window)
{
	pages_unpin(window);
	return pages_to_pfns(window);
}

int pages_check_get(struct window *window)
{
	int ret;

	window->got = get_user_pages_fast_only(window->range.start, window->nr_pages,
					       window->gup_flags, pages_array(window));
	ret = pages_verdict(window, PTWALK_AT_LOOK);
	pages_put(window);
	result_poison(window);
	return ret;
}

/* Pinning a page only to read it, where others may share it, faults it out of the share. */
static int pages_check_shared(struct window *window)
{
	unsigned long i, shared = 0;

	for (i = 0; i < window->nr_pages; i++)
		shared += compat_pin_unshares(pages_array(window)[i]);
	return shared ? window_fails(window, PTWALK_AT_LOOK, shared, -EFAULT) : 0;
}

int pages_check_pin(struct window *window)
{
	int ret;

	/* A fork is under way: pins then wait for it. */
	if (raw_read_seqcount(&window->mm->write_protect_seq) & 1)
		return -EBUSY;
	window->got = get_user_pages_fast_only(window->range.start, window->nr_pages,
					       window->gup_flags, pages_array(window));
	ret = pages_verdict(window, PTWALK_AT_LOOK);
	if (!ret)
		ret = pages_check_shared(window);
	pages_put(window);
	result_poison(window);
	return ret ? ret : pages_check_unpin(window);
}

int pages_check_unpin(struct window *window)
{
	compat_call(cpu_vm_stats_fold)(smp_processor_id());
	return 0;
}

u64 pagemap_refs_of(struct dev_pagemap *pagemap)
{
	struct percpu_ref *ref = compat_pagemap_ref(pagemap);
	unsigned long __percpu *counts;
	u64 refs;
	int cpu;

	rcu_read_lock();
	refs = atomic_long_read(&ref->data->count);
	if (__ref_is_percpu(ref, &counts))
		for_each_possible_cpu(cpu)
			refs += *per_cpu_ptr(counts, cpu);
	rcu_read_unlock();
	return refs;
}
