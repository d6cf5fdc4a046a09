// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/kconfig.h>
#include <linux/mm.h>
#include <linux/numa.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "pagemaps.h"
#include "pages.h"

/* Kinds of memory that are nobody's until a driver claims them. */
static const unsigned long pagemaps_kinds[] = {
	IORES_DESC_RESERVED,
	IORES_DESC_PERSISTENT_MEMORY_LEGACY,
	IORES_DESC_PERSISTENT_MEMORY,
};

struct resource *pagemaps_claim(phys_addr_t start, u64 len)
{
	struct resource *claim;
	size_t i = 0;

	while (i < ARRAY_SIZE(pagemaps_kinds) &&
	       region_intersects(start, len, IORESOURCE_MEM, pagemaps_kinds[i]) !=
		       REGION_INTERSECTS)
		i++;
	if (i == ARRAY_SIZE(pagemaps_kinds))
		return ERR_PTR(-EADDRNOTAVAIL);
	/* Fails as well where only a part of it is of that kind. */
	claim = request_mem_region(start, len, "ptwalk");
	return claim ? claim : ERR_PTR(-EBUSY);
}

void pagemaps_disclaim(struct resource *claim)
{
	release_mem_region(claim->start, resource_size(claim));
}

#if IS_ENABLED(CONFIG_ZONE_DEVICE)
static int pagemaps_register_one(struct dev_pagemap *map, phys_addr_t start, u64 piece)
{
	void *addr;

	if (fatal_signal_pending(current))
		return -EINTR;
	map->nr_range = 1;
	map->range.start = start;
	map->range.end = start + piece - 1;
	addr = memremap_pages(map, NUMA_NO_NODE);
	return PTR_ERR_OR_ZERO(addr);
}

int pagemaps_register(struct pagemaps *maps, const struct dev_pagemap *like, phys_addr_t start,
		      u64 piece, unsigned int nr)
{
	int ret = 0;

	*maps = (struct pagemaps){ .start = start, .piece = piece };
	maps->maps = kvcalloc(nr, sizeof(*maps->maps), GFP_KERNEL);
	if (!maps->maps)
		return -ENOMEM;
	while (maps->nr < nr) {
		struct dev_pagemap *map = &maps->maps[maps->nr];

		memcpy(map, like, sizeof(*map));
		ret = pagemaps_register_one(map, start + maps->nr * piece, piece);
		if (ret)
			break;
		maps->nr++;
	}
	if (ret)
		pagemaps_unregister(maps);
	return ret;
}

void pagemaps_unregister(struct pagemaps *maps)
{
	while (maps->nr)
		memunmap_pages(&maps->maps[--maps->nr]);
	kvfree(maps->maps);
	maps->maps = NULL;
}
#else
int pagemaps_register(struct pagemaps *maps, const struct dev_pagemap *like, phys_addr_t start,
		      u64 piece, unsigned int nr)
{
	return -EOPNOTSUPP;
}

void pagemaps_unregister(struct pagemaps *maps)
{
}
#endif

bool pagemaps_idle(const struct pagemaps *maps, unsigned long nr_pages)
{
	unsigned long pfn = PHYS_PFN(maps->start), end = pfn + nr_pages;

	for (; pfn < end; pfn++) {
		struct page *page = pfn_to_page(pfn);

		/* Only the first page of several that are one has a count. */
		if (!PageTail(page) && page_ref_count(page) != 1)
			return false;
		if (!(pfn % SZ_64K))
			cond_resched();
	}
	return true;
}

u64 pagemaps_refs(const struct pagemaps *maps)
{
	unsigned int i;
	u64 refs = 0;

	for (i = 0; i < maps->nr; i++)
		refs += pagemap_refs_of(&maps->maps[i]);
	return refs;
}
