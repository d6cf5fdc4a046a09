// SPDX-License-Identifier: GPL-2.0-only
/*
 * What any walk costs: the window around nothing, and the kernel's page walker with
 * the callbacks that hmm_range_fault() has, each doing nothing.
 */
#include "compat/compat.h"
#include "op.h"

DEFINE_WINDOW(window_empty, 0)

const struct op op_empty = {
	OP(EMPTY),
	.windows = { window_empty },
};

/* A leaf must be kept from the walker, which would split it to go below. */
static int bare_pud(pud_t *pudp, unsigned long start, unsigned long end, struct mm_walk *walk)
{
	if (pud_leaf(READ_ONCE(*pudp)))
		walk->action = ACTION_CONTINUE;
	return 0;
}

static int bare_pmd(pmd_t *pmdp, unsigned long start, unsigned long end, struct mm_walk *walk)
{
	return 0;
}

static int bare_hole(unsigned long start, unsigned long end, int depth, struct mm_walk *walk)
{
	return 0;
}

static int bare_hugetlb(pte_t *ptep, unsigned long mask, unsigned long start, unsigned long end,
			struct mm_walk *walk)
{
	return 0;
}

static int bare_test(unsigned long start, unsigned long end, struct mm_walk *walk)
{
	return 0;
}

const struct mm_walk_ops bare_ops = {
	.pud_entry = bare_pud,
	.pmd_entry = bare_pmd,
	.pte_hole = bare_hole,
	.hugetlb_entry = bare_hugetlb,
	.test_walk = bare_test,
	COMPAT_WALK_RDLOCK
};

DEFINE_WINDOW(window_bare,
	      compat_call(walk_page_range)(window->mm, window->range.start, window->range.end,
					   &bare_ops, NULL))

const struct op op_bare = {
	OP(BARE),
	.needs = COMPAT_NEEDS(walk_page_range),
	.windows = { window_bare },
};
