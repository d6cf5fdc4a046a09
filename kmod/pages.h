/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * References to the pages of a window's range, for the ops that take or drop
 * them. The result array holds the pages while they are held, and their PFNs,
 * as entries without flags but HMM_PFN_VALID, once they are not.
 */
#ifndef PTWALK_PAGES_H
#define PTWALK_PAGES_H

#include <linux/kconfig.h>
#include <linux/mm.h>

#include "compat/symbols.h"
#include "window.h"

#if IS_ENABLED(CONFIG_HMM_MIRROR)
#define PAGES_LACKS NULL
#else
#define PAGES_LACKS "needs a kernel with CONFIG_HMM_MIRROR"
#endif
#define PAGES_NEEDS_FOLD COMPAT_NEEDS(cpu_vm_stats_fold)

static __always_inline struct page **pages_array(struct window *window)
{
	static_assert(sizeof(*window->range.hmm_pfns) == sizeof(struct page *));

	return (struct page **)window->range.hmm_pfns;
}

/* Hold every page of the range, or none. -EFAULT: one of them cannot be had. */
int pages_get(struct window *window);
int pages_pin(struct window *window);

/* Drop what is held. */
void pages_put(struct window *window);
void pages_unpin(struct window *window);

/*
 * op.finish of an op that takes references, and of one that drops them (which
 * then holds some only where its window was not opened): none is held any more,
 * and the array holds PFNs.
 */
int pages_finish_get(struct window *window);
int pages_finish_pin(struct window *window);
int pages_finish_put(struct window *window);
int pages_finish_unpin(struct window *window);

/* op.prepare: the array holds hmm_range_fault()'s entries. -EFAULT: not all are valid. */
int pages_find(struct window *window);

/*
 * @look at each page that the last walk found, which cannot go meanwhile, nor its struct page;
 * it must not sleep. 0, or its first other answer; -EBUSY: the range changed since the walk.
 */
int pages_each(struct window *window, int (*look)(struct window *window, struct page *page));

/*
 * op.prepare of an op that takes references: where a page is missing that it must
 * not fault in, and the kernel could not be told so, -EFAULT.
 */
int pages_look(struct window *window);

/*
 * op.check of an op that may sleep: 0 where, as things stand, it does not. With
 * interrupts off and no other CPU, things stand until the window is closed.
 */
int pages_check_get(struct window *window);
int pages_check_pin(struct window *window);

/*
 * op.check: pins are counted per CPU and folded into the node's count now and
 * then; begin at the same point each time.
 */
int pages_check_unpin(struct window *window);

/*
 * References to the pagemap, but for some number that is always the same: differences mean something.
 * It must not go meanwhile.
 */
u64 pagemap_refs_of(struct dev_pagemap *pagemap);

#endif
