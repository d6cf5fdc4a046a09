/* SPDX-License-Identifier: GPL-2.0-only */
/* Ranges of user memory, and large arrays. */
#ifndef PTWALK_MEMORY_H
#define PTWALK_MEMORY_H

#include <linux/limits.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/numa.h>
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

/* The same from @node, or from another where that one is full; NUMA_NO_NODE: from any. */
static inline void *memory_array_on(size_t n, size_t size, int node)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_NOWARN | __GFP_RETRY_MAYFAIL | __GFP_ZERO;

	if (node == NUMA_NO_NODE)
		return memory_array(n, size);
	if (n <= INT_MAX / size)
		return kvmalloc_node(n * size, gfp, node);
	return vzalloc_node(array_size(n, size), node);
}

/* The node of such an array of @bytes, or NUMA_NO_NODE where it lies on several. */
static inline int memory_array_node(const void *array, size_t bytes)
{
	bool mapped = is_vmalloc_addr(array);
	int node = NUMA_NO_NODE;
	size_t at;

	for (at = 0; at < bytes; at += PAGE_SIZE) {
		struct page *page = mapped ? vmalloc_to_page(array + at) : virt_to_page(array + at);

		if (at && page_to_nid(page) != node)
			return NUMA_NO_NODE;
		node = page_to_nid(page);
	}
	return node;
}

/* A wish of the ABI: 0, or -EINVAL where it is for a node that has no memory. */
static inline int memory_check_node(u32 want)
{
	if (want && (want > MAX_NUMNODES || !node_state(want - 1, N_MEMORY)))
		return -EINVAL;
	return 0;
}

#endif
