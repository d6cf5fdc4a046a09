/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pagemaps of one open /dev/ptwalk: registered by PTWALK_IOC_PAGEMAPS, mapped
 * by mmap(), and gone when the file is.
 */
#ifndef PTWALK_PAGEMAPS_FILE_H
#define PTWALK_PAGEMAPS_FILE_H

#include <linux/fs.h>
#include <linux/kconfig.h>
#include <linux/mm_types.h>
#include <linux/rwsem.h>
#include <linux/workqueue.h>

#include "compat/device_map.h"
#include "pagemaps.h"
#include "uapi/memory.h"

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
 * @nr_vmas:	that map it; they come and go under @lock for reading
 * @close:	the end, which may have to be waited for
 */
struct pagemaps_file {
	struct rw_semaphore lock;
	struct pagemaps maps;
	struct resource *claim;
	u64 leaf;
	u64 grain;
	u64 len;
	atomic_t nr_vmas;
	struct delayed_work close;
};

/* NULL where there is no memory. */
struct pagemaps_file *pagemaps_file_new(void);

/*
 * The file is closed, and nothing maps it any more. Where somebody still holds
 * pages, they stay until he lets them go.
 */
void pagemaps_file_close(struct pagemaps_file *own);

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

/*
 * The pagemaps that are registered over @own->claim, under its lock for writing.
 * -ENXIO: nothing is claimed, or too little.
 */
int pagemaps_file_register(struct pagemaps_file *own, u64 piece, unsigned int nr);

/*
 * Unmap all pages, from whatever maps the file, under its lock for writing.
 * -EBUSY: there is more than one mapping, or a page is held.
 */
int pagemaps_file_unmap(struct file *file);

/* The module comes and goes; the latter waits until all that was closed is gone. */
int pagemaps_file_init(void);
void pagemaps_file_exit(void);

#endif
