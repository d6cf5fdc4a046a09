/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dev_pagemaps of the module's own: some of one size, side by side in physical
 * memory. Who asks for them has claimed that memory first, be it with
 * pagemaps_claim() or with request_free_mem_region().
 *
 * Those of one open /dev/ptwalk are registered by PTWALK_IOC_PAGEMAPS, mapped by
 * mmap(), and gone when the file is.
 */
#ifndef PTWALK_PAGEMAPS_H
#define PTWALK_PAGEMAPS_H

#include <linux/fs.h>
#include <linux/ioport.h>
#include <linux/kconfig.h>
#include <linux/memremap.h>
#include <linux/mm_types.h>
#include <linux/rwsem.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "compat/device_map.h"
#include "uapi/memory.h"

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

/* References to all of them, as pagemap_refs_of(): memunmap_pages() does wait for these. */
u64 pagemaps_refs(const struct pagemaps *maps);

static inline bool pagemaps_registered(const struct pagemaps *maps)
{
	return maps->maps;
}

/* Why this build cannot have any, or NULL. */
#if IS_ENABLED(CONFIG_ZONE_DEVICE) && IS_ENABLED(CONFIG_FS_DAX)
#define PAGEMAPS_LACKS COMPAT_DEVICE_MAP_LACKS
#else
#define PAGEMAPS_LACKS "needs a kernel with CONFIG_ZONE_DEVICE and CONFIG_FS_DAX"
#endif

/**
 * struct pagemaps_file - the pagemaps of one open file
 * @lock:	held for writing while pagemaps come or go, for reading while pages of
 *		them are mapped. Taken within the mmap lock.
 * @maps:	one after another, from the start of @claim
 * @claim:	the physical memory
 * @leaf:	as in struct ptwalk_pagemaps
 * @grain:	the same
 * @len:	bytes of all pagemaps
 * @refs:	references to all of them when they were registered, as pagemap_refs_of()
 * @nr_vmas:	that map it; they come and go under @lock for reading
 * @taker:	who tears them down and brings them back, since pagemaps_file_take(); NULL:
 *		nobody. Changed under @lock for writing. Faults of others wait for NULL.
 * @given:	woken when it is
 */
struct pagemaps_file {
	struct rw_semaphore lock;
	struct pagemaps maps;
	struct resource *claim;
	u64 leaf;
	u64 grain;
	u64 len;
	u64 refs;
	atomic_t nr_vmas;
	struct task_struct *taker;
	wait_queue_head_t given;
};

/* NULL where there is no memory. */
struct pagemaps_file *pagemaps_file_new(void);

/*
 * The file is closed, and nothing maps it any more: all of it is gone, @own too.
 * -EBUSY: somebody still holds pages. To be called again then.
 */
int pagemaps_file_close(struct pagemaps_file *own);

/* PTWALK_IOC_PAGEMAPS, but for copying @ask in. Returns the errors that the ABI lists. */
int pagemaps_file_ask(struct file *file, const struct ptwalk_pagemaps *ask);

/* file_operations.mmap */
int pagemaps_file_mmap(struct file *file, struct vm_area_struct *vma);

/**
 * pagemaps_file_find - the file whose pagemaps are mapped at @start
 * @at:		(out) the mapping's first address
 *
 * Returns: the file, to be ended with fput(); or ERR_PTR(-ENXIO): [@start, @end) is
 * not of one such mapping, which maps a file from its beginning. ERR_PTR(-EINTR).
 */
struct file *pagemaps_file_find(struct mm_struct *mm, unsigned long start, unsigned long end,
				unsigned long *at);

/**
 * pagemaps_file_take - put others in their place, for as long as this task likes
 * @piece, @nr:	(out) what is registered, for pagemaps_file_give()
 *
 * One task at a time; sleeps until it is its turn. Others may still drop the pagemaps
 * whenever @own->lock is free, and then register none before they are given back.
 *
 * Returns: 0; -ENXIO: there are none; -EINTR: a fatal signal.
 */
int pagemaps_file_take(struct pagemaps_file *own, u64 *piece, unsigned int *nr);

/* Bring them back in place of what is registered, unless they were dropped or a page is held. */
void pagemaps_file_give(struct file *file, u64 piece, unsigned int nr);

/*
 * The pagemaps that are registered over @own->claim, under its lock for writing.
 * -ENXIO: nothing is claimed, or too little.
 */
int pagemaps_file_register(struct pagemaps_file *own, u64 piece, unsigned int nr);

/*
 * Unmap all pages, from whatever maps the file, under its lock for writing.
 * -EBUSY: there is more than one mapping, or a page or a pagemap is held.
 */
int pagemaps_file_unmap(struct file *file);

/* Does nobody hold a page or a pagemap of it? Under its lock. */
bool pagemaps_file_idle(const struct pagemaps_file *own);

#endif
