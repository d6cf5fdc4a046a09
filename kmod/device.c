// SPDX-License-Identifier: GPL-2.0-only
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/numa.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "compat/device.h"
#include "device.h"
#include "pagemaps.h"

#define DEVICE_NAME "ptwalk device"

const char *device_lacks(u32 to)
{
	bool private = to == PTWALK_MEMORY_OWN || to == PTWALK_MEMORY_FOREIGN;

	if (private && !IS_ENABLED(CONFIG_DEVICE_PRIVATE))
		return "needs a kernel with CONFIG_DEVICE_PRIVATE";
	return NULL;
}

void devices_init(struct devices *devices, const struct dev_pagemap_ops *ops)
{
	struct device_memory *device;
	u32 to;

	mutex_init(&devices->lock);
	devices->ops = ops;
	for (to = 0; to < PTWALK_NR_MEMORIES; to++) {
		device = &devices->device[to];
		device->to = to;
		INIT_LIST_HEAD(&device->chunks);
		spin_lock_init(&device->lock);
	}
}

static void device_put_free(struct device_memory *device, struct page *page)
{
	unsigned long irqs;

	spin_lock_irqsave(&device->lock, irqs);
	page->zone_device_data = device->free;
	device->free = page;
	device->nr_free++;
	spin_unlock_irqrestore(&device->lock, irqs);
}

static struct page *device_get_free(struct device_memory *device)
{
	unsigned long irqs;
	struct page *page;

	spin_lock_irqsave(&device->lock, irqs);
	page = device->free;
	if (page) {
		device->free = page->zone_device_data;
		device->nr_free--;
	}
	spin_unlock_irqrestore(&device->lock, irqs);
	return page;
}

static struct device_chunk *device_chunk_of(struct page *page)
{
	return container_of(compat_page_pgmap(page), struct device_chunk, pagemap);
}

void device_page_free(struct page *page)
{
	if (page->zone_device_data)
		__free_page(page->zone_device_data);
	device_put_free(device_chunk_of(page)->device, page);
}

/* Addresses where there is nothing, or those that the caller names. */
static struct resource *device_region(u32 to, unsigned long len, u64 phys)
{
	if (to == PTWALK_MEMORY_COHERENT)
		return pagemaps_claim(phys, len);
	if (!IS_ENABLED(CONFIG_DEVICE_PRIVATE))
		return ERR_PTR(-EOPNOTSUPP);
	return request_free_mem_region(&iomem_resource, len, DEVICE_NAME);
}

static int device_map(struct device_chunk *chunk, const struct dev_pagemap_ops *ops,
		      unsigned long len, u64 phys)
{
	u32 to = chunk->device->to;
	struct dev_pagemap *pagemap = &chunk->pagemap;
	struct resource *region = device_region(to, len, phys);
	void *mapped;

	if (IS_ERR(region))
		return PTR_ERR(region);
	pagemap->type = to == PTWALK_MEMORY_COHERENT ? MEMORY_DEVICE_COHERENT :
						       MEMORY_DEVICE_PRIVATE;
	pagemap->range.start = region->start;
	pagemap->range.end = region->end;
	pagemap->nr_range = 1;
	pagemap->ops = ops;
	pagemap->owner = device_owner(to);
	mapped = memremap_pages(pagemap, to == PTWALK_MEMORY_COHERENT ?
						 phys_to_target_node(phys) : NUMA_NO_NODE);
	if (IS_ERR(mapped))
		pagemaps_disclaim(region);
	else
		chunk->claim = region;
	return PTR_ERR_OR_ZERO(mapped);
}

/* The lowest page is to be taken first: the same layout each time. */
static void device_add_pages(struct device_memory *device, const struct dev_pagemap *pagemap)
{
	unsigned long first = PHYS_PFN(pagemap->range.start);
	unsigned long pfn = PHYS_PFN(pagemap->range.end + 1);

	device->nr_pages += pfn - first;
	while (pfn-- > first)
		device_put_free(device, pfn_to_page(pfn));
}

int device_reserve(struct devices *devices, u32 to, unsigned long nr_pages, u64 phys)
{
	struct device_memory *device = &devices->device[to];
	struct device_chunk *chunk;
	unsigned long len;
	int ret;

	if (READ_ONCE(device->nr_free) >= nr_pages)
		return 0;
	len = ALIGN(nr_pages << PAGE_SHIFT,
		    to == PTWALK_MEMORY_COHERENT ? PAGEMAPS_GRAIN : 1UL << SECTION_SIZE_BITS);
	chunk = kzalloc(sizeof(*chunk), GFP_KERNEL);
	if (!chunk)
		return -ENOMEM;
	chunk->device = device;
	ret = device_map(chunk, devices->ops, len, phys);
	if (ret) {
		kfree(chunk);
		return ret;
	}
	list_add_tail(&chunk->list, &device->chunks);
	device_add_pages(device, &chunk->pagemap);
	return 0;
}

struct page *device_fill(struct device_memory *device, struct page *source)
{
	int node = source ? page_to_nid(source) : numa_mem_id();
	gfp_t gfp = GFP_HIGHUSER_MOVABLE | (source ? 0 : __GFP_ZERO);
	struct page *page, *kept = alloc_pages_node(node, gfp, 0);

	if (!kept)
		return NULL;
	page = device_get_free(device);
	if (!page) {
		__free_page(kept);
		return NULL;
	}
	if (source)
		copy_highpage(kept, source);
	if (device->to == PTWALK_MEMORY_COHERENT)
		copy_highpage(page, kept);
	compat_zone_device_page_init(page, &device_chunk_of(page)->pagemap);
	page->zone_device_data = kept;
	return page;
}

struct page *device_give_back(struct page *page)
{
	struct page *kept = page->zone_device_data;

	lock_page(kept);
	if (is_device_coherent_page(page))
		copy_highpage(kept, page);
	return kept;
}

void device_gave_back(struct page *page, bool taken)
{
	/* The migration's end puts what was offered, taken or not. */
	if (taken)
		page->zone_device_data = NULL;
	else
		get_page(page->zone_device_data);
}

bool device_is_free(const struct device_memory *device)
{
	return READ_ONCE(device->nr_free) == device->nr_pages;
}

void device_release(struct device_memory *device)
{
	struct device_chunk *chunk, *next;

	list_for_each_entry_safe(chunk, next, &device->chunks, list) {
		memunmap_pages(&chunk->pagemap);
		pagemaps_disclaim(chunk->claim);
		list_del(&chunk->list);
		kfree(chunk);
	}
	device->free = NULL;
	device->nr_free = 0;
	device->nr_pages = 0;
}
