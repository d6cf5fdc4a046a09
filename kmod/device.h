/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Devices with memory of their own, as a driver has it: anonymous pages of a
 * process migrate there, and come back. Two with private memory, which no CPU
 * can address, and one with coherent memory, which any can.
 *
 * The memory belongs to the file that asked for it. What it holds comes back
 * when that is closed, or once nobody holds it.
 */
#ifndef PTWALK_DEVICE_H
#define PTWALK_DEVICE_H

#include <linux/kconfig.h>
#include <linux/list.h>
#include <linux/memremap.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

#include "uapi/memory.h"

/**
 * struct device_chunk - physical addresses under one dev_pagemap
 * @pagemap:	registered for as long as this is
 * @claim:	of its addresses
 * @device:	whose memory it is
 * @list:	in @device's chunks
 */
struct device_chunk {
	struct dev_pagemap pagemap;
	struct resource *claim;
	struct device_memory *device;
	struct list_head list;
};

/**
 * struct device_memory - of one device
 * @to:		PTWALK_MEMORY_*
 * @chunks:	its memory; changed under struct devices.lock
 * @lock:	of the rest
 * @free:	pages that hold nothing, linked by zone_device_data
 * @nr_free:	how many
 * @nr_pages:	how many there are in all
 */
struct device_memory {
	u32 to;
	struct list_head chunks;
	spinlock_t lock;
	struct page *free;
	unsigned long nr_free;
	unsigned long nr_pages;
};

/**
 * struct devices - what one file has
 * @lock:	one migration into device memory at a time
 * @ops:	of their pagemaps
 * @device:	by PTWALK_MEMORY_*; the first, system memory, is none
 */
struct devices {
	struct mutex lock;
	const struct dev_pagemap_ops *ops;
	struct device_memory device[PTWALK_NR_MEMORIES];
};

/*
 * The owner of the device's pages, as hmm_range_fault() and migrate_vma_setup() take it:
 * an address that is nobody else's.
 */
static inline void *device_owner(u32 to)
{
	return (char *)THIS_MODULE + to;
}

#if IS_ENABLED(CONFIG_DEVICE_MIGRATION)

/* Devices without memory. */
void devices_init(struct devices *devices, const struct dev_pagemap_ops *ops);

/* End all of its memory, which is free. It is as devices_init() made it. */
void device_release(struct device_memory *device);

/* The last reference to a page is gone: by a migration, or because its process unmapped it. */
void device_page_free(struct page *page);

/* Does it hold nothing? */
bool device_is_free(const struct device_memory *device);

/* Why this kernel has no memory @to, or NULL. */
const char *device_lacks(u32 to);

/*
 * Let the device have @nr_pages free pages at the least; where its memory is
 * coherent, those from @phys on. 0; -ENOMEM: no room; or what pagemaps_claim()
 * answers.
 */
int device_reserve(struct devices *devices, u32 to, unsigned long nr_pages, u64 phys);

/**
 * device_fill - take a page for what @source holds
 * @source:	a page of system memory, or NULL: zeroes
 *
 * Returns: the page, locked and with one reference, as a migration wants its
 * destination; NULL: there is no room, of the device's or the system's.
 */
struct page *device_fill(struct device_memory *device, struct page *source);

/*
 * What a page of device_fill()'s holds, as a locked page of system memory, which
 * was kept for it since then: this cannot fail. device_gave_back() then says
 * whether the migration took it; if not, it must not be ended yet.
 */
struct page *device_give_back(struct page *page);
void device_gave_back(struct page *page, bool taken);

#else

static inline const char *device_lacks(u32 to)
{
	return "needs a kernel that migrates to device memory (CONFIG_DEVICE_MIGRATION)";
}

#endif

#endif
