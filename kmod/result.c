// SPDX-License-Identifier: GPL-2.0-only
#include <linux/hmm.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "compat/device.h"
#include "memory.h"
#include "result.h"

static bool result_invalidate(struct mmu_interval_notifier *notifier,
			      const struct mmu_notifier_range *range, unsigned long seq)
{
	mmu_interval_set_seq(notifier, seq);
	return true;
}

const struct mmu_interval_notifier_ops result_notifier_ops = {
	.invalidate = result_invalidate,
};

int result_init(struct result *result, struct window *window, const struct op *op,
		struct ptwalk_run *out)
{
	int node = out->result_want ? (int)out->result_want - 1 : NUMA_NO_NODE;
	struct hmm_range *range = &window->range;
	const size_t size = sizeof(*range->hmm_pfns);
	int ret;

	if (!(op->flags & PTWALK_OPF_PFNS))
		return 0;
	range->hmm_pfns = memory_array_on(window->nr_pages, size, node);
	if (!range->hmm_pfns)
		return -ENOMEM;
	ret = mmu_interval_notifier_insert(&result->notifier, window->mm, range->start,
					   range->end - range->start, &result_notifier_ops);
	if (ret) {
		kvfree(range->hmm_pfns);
		return ret;
	}
	out->result_node = memory_array_node(range->hmm_pfns, window->nr_pages * size);
	result->nr_pages = window->nr_pages;
	window->kept = op == &op_hmm ? COMPAT_HMM_PFN_KEPT : 0;
	range->notifier = &result->notifier;
	return 0;
}

void result_release(struct result *result, struct window *window)
{
	if (!result->nr_pages)
		return;
	mmu_interval_notifier_remove(&result->notifier);
	kvfree(window->range.hmm_pfns);
}

void result_poison(struct window *window)
{
	if (window->range.hmm_pfns)
		memset64((u64 *)window->range.hmm_pfns, RESULT_POISON | window->kept,
			 window->nr_pages);
}

int result_check_present(struct window *window, int (*walk)(struct window *window))
{
	struct hmm_range *range = &window->range;
	unsigned long asked = range->default_flags, has = HMM_PFN_VALID, lacking = 0, i;
	int ret;

	if (asked & HMM_PFN_REQ_WRITE)
		has |= HMM_PFN_WRITE;
	range->default_flags = 0;
	ret = walk(window);
	range->default_flags = asked;
	for (i = 0; i < window->nr_pages && !ret; i++)
		lacking += (range->hmm_pfns[i] & has) != has;
	result_poison(window);
	if (ret)
		return window_fails(window, PTWALK_AT_LOOK | PTWALK_AT_KERNEL, 0, ret);
	return lacking ? window_fails(window, PTWALK_AT_LOOK, lacking, -EFAULT) : 0;
}

static u64 result_term(const struct ptwalk_run *out, u64 entry, unsigned long i)
{
	return out->flags & PTWALK_RUN_HASH ? ptwalk_hash(entry, i) : entry * (2 * i + 1);
}

int result_sum(const struct result *result, struct window *window, const struct op *op,
	       struct ptwalk_run *out)
{
	const unsigned long *pfns = window->range.hmm_pfns;
	unsigned long i, unwritten = 0;

	if (op->flags & PTWALK_OPF_REFUSED)
		return 0;
	for (i = 0; i < result->nr_pages; i++) {
		unwritten += pfns[i] == (RESULT_POISON | window->kept);
		/* What the walk did not keep is another entry. */
		if (op->flags & PTWALK_OPF_ENTRIES)
			out->entry_sum += result_term(out, pfns[i] ^ window->kept, i);
		if (pfns[i] & HMM_PFN_ERROR)
			out->error_pages++;
		if (pfns[i] & HMM_PFN_VALID) {
			out->valid_pages++;
			out->pfn_sum += result_term(out, pfns[i] & ~HMM_PFN_FLAGS, i);
		}
		if (!(i % SZ_1M))
			cond_resched();
	}
	/* A chunk that is given up may never have been walked. */
	if (!unwritten || window->stages.stuck)
		return 0;
	return window_fails(window, PTWALK_AT_ARRAY, unwritten, -EIO);
}
