/* SPDX-License-Identifier: GPL-2.0-only */
/* Ranges of user memory, and large arrays. */
#ifndef PTWALK_MEMORY_H
#define PTWALK_MEMORY_H

#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "uapi/ptwalk.h"

/* 0, or -EINVAL: not whole pages, empty, too long, or not below TASK_SIZE. */
static inline int memory_check(u64 addr, u64 len)
{
	if (!len || (addr | len) & ~PAGE_MASK || len >> PAGE_SHIFT > PTWALK_MAX_PAGES)
		return -EINVAL;
	if (len > TASK_SIZE || addr > TASK_SIZE - len)
		return -EINVAL;
	return 0;
}

/*
 * Zeroed, ended with kvfree(), NULL where there is no room: without a warning,
 * and without killing anyone for it. kvcalloc() stops at 2 GiB.
 */
static inline void *memory_array(size_t n, size_t size)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_NOWARN | __GFP_RETRY_MAYFAIL | __GFP_ZERO;

	if (n <= INT_MAX / size)
		return kvcalloc(n, size, gfp);
	return __vmalloc(array_size(n, size), gfp);
}

/* The node of the first page of such an array. */
static inline int memory_array_node(const void *array)
{
	struct page *page = is_vmalloc_addr(array) ? vmalloc_to_page(array) : virt_to_page(array);

	return page_to_nid(page);
}

#endif
