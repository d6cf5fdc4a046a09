/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dev_pagemaps of the module's own: some of one size, side by side in physical
 * memory. Who asks for them has claimed that memory first, be it with
 * pagemaps_claim() or with request_free_mem_region().
 */
#ifndef PTWALK_PAGEMAPS_H
#define PTWALK_PAGEMAPS_H

#include <linux/ioport.h>
#include <linux/memremap.h>
#include <linux/types.h>

/* Every piece begins and ends on such a boundary: the grain of sparse memory. */
#define PAGEMAPS_GRAIN SUBSECTION_SIZE

/**
 * struct pagemaps - registered pagemaps
 * @maps:	@nr of them, each over one piece; NULL: none
 * @start:	physical address of the first
 * @piece:	bytes of each
 */
struct pagemaps {
	struct dev_pagemap *maps;
	phys_addr_t start;
	u64 piece;
	unsigned int nr;
};

/**
 * pagemaps_claim - claim physical memory that nobody uses
 *
 * It must lie wholly within one range that the firmware or the command line
 * keeps from the kernel (reserved, or persistent memory), and no driver may have
 * claimed any of it. RAM of the system and device registers are refused.
 *
 * Returns: the resource, to be ended with pagemaps_disclaim(); or ERR_PTR(-EBUSY)
 * (somebody uses it), ERR_PTR(-EADDRNOTAVAIL) (it is not such memory).
 */
struct resource *pagemaps_claim(phys_addr_t start, u64 len);
void pagemaps_disclaim(struct resource *claim);

/**
 * pagemaps_register - memremap_pages() over each piece
 * @maps:	(out) to be ended with pagemaps_unregister(), on success only
 * @like:	type, flags, vmemmap_shift, ops and owner of every one of them
 * @start, @piece: multiples of PAGEMAPS_GRAIN
 * @nr:		not 0
 *
 * Sleeps. Nothing stays registered where it fails.
 *
 * Returns: 0, -ENOMEM, -EINTR (a fatal signal), or what memremap_pages() answers.
 */
int pagemaps_register(struct pagemaps *maps, const struct dev_pagemap *like, phys_addr_t start,
		      u64 piece, unsigned int nr);

/* Sleeps until nobody has a reference to any of the pagemaps. Nothing may map their pages. */
void pagemaps_unregister(struct pagemaps *maps);

/*
 * Does nobody hold a page of the first @nr_pages, beside the reference that each
 * begins with? memunmap_pages() does not wait for those of MEMORY_DEVICE_GENERIC.
 */
bool pagemaps_idle(const struct pagemaps *maps, unsigned long nr_pages);

static inline bool pagemaps_registered(const struct pagemaps *maps)
{
	return maps->maps;
}

#endif
