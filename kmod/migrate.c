// SPDX-License-Identifier: GPL-2.0-only
#include <linux/migrate.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "compat/device.h"
#include "memory.h"
#include "migrate.h"
#include "pagemaps.h"

/* Pages that are locked at once. */
#define MIGRATE_BATCH	    512
#define MIGRATE_EVICT_BATCH 64

/* Before a file is closed without what it has. */
#define MIGRATE_TRIES 10

/* The arrays of one batch, as migrate_vma_setup() takes them. */
struct migrate_arrays {
	unsigned long from[MIGRATE_BATCH];
	unsigned long to[MIGRATE_BATCH];
};

/* Offer for each page that comes the one of system memory that was kept for it. */
static void migrate_offer(unsigned long *from, unsigned long *to, unsigned long nr)
{
	unsigned long i;

	for (i = 0; i < nr; i++) {
		struct page *page = migrate_pfn_to_page(from[i]);

		to[i] = 0;
		if (page && from[i] & MIGRATE_PFN_MIGRATE)
			to[i] = migrate_pfn(page_to_pfn(device_give_back(page)));
	}
}

static void migrate_offered(const unsigned long *from, const unsigned long *to, unsigned long nr)
{
	unsigned long i;

	for (i = 0; i < nr; i++)
		if (to[i])
			device_gave_back(migrate_pfn_to_page(from[i]),
					 from[i] & MIGRATE_PFN_MIGRATE);
}

/* A CPU touched a page of private memory: bring it back. */
static vm_fault_t migrate_fault(struct vm_fault *vmf)
{
	unsigned long from = 0, to = 0;
	struct migrate_vma migrate = {
		.vma = vmf->vma,
		.src = &from,
		.dst = &to,
		.start = vmf->address & PAGE_MASK,
		.end = (vmf->address & PAGE_MASK) + PAGE_SIZE,
		.pgmap_owner = compat_page_pgmap(vmf->page)->owner,
		.flags = MIGRATE_VMA_SELECT_DEVICE_PRIVATE,
		.fault_page = vmf->page,
	};

	if (migrate_vma_setup(&migrate))
		return VM_FAULT_SIGBUS;
	migrate_offer(&from, &to, 1);
	migrate_vma_pages(&migrate);
	migrate_offered(&from, &to, 1);
	migrate_vma_finalize(&migrate);
	return 0;
}

/* Bring back what a chunk holds, of whatever process, but for what cannot move right now. */
static void migrate_evict(struct device_chunk *chunk)
{
	unsigned long from[MIGRATE_EVICT_BATCH], to[MIGRATE_EVICT_BATCH];
	unsigned long pfn = PHYS_PFN(chunk->pagemap.range.start);
	unsigned long end = PHYS_PFN(chunk->pagemap.range.end + 1);
	unsigned long nr;

	for (; pfn < end; pfn += nr) {
		nr = min_t(unsigned long, end - pfn, MIGRATE_EVICT_BATCH);
		if (migrate_device_range(from, pfn, nr))
			return;
		migrate_offer(from, to, nr);
		migrate_device_pages(from, to, nr);
		migrate_offered(from, to, nr);
		migrate_device_finalize(from, to, nr);
		cond_resched();
	}
}

COMPAT_DEFINE_PAGE_FREE(migrate_free, device_page_free)

static const struct dev_pagemap_ops migrate_ops = {
	.COMPAT_PAGE_FREE = migrate_free,
	.migrate_to_ram = migrate_fault,
};

void migrate_open(struct devices *devices)
{
	devices_init(devices, &migrate_ops);
}

/* All that is not held comes back. A page may be locked, or held by a fault, for a moment. */
static bool migrate_emptied(struct device_memory *device)
{
	struct device_chunk *chunk;
	unsigned int tries;

	for (tries = 0; !device_is_free(device) && tries < MIGRATE_TRIES; tries++) {
		if (tries)
			schedule_timeout_uninterruptible(1);
		list_for_each_entry(chunk, &device->chunks, list)
			migrate_evict(chunk);
	}
	return device_is_free(device);
}

int migrate_close(struct devices *devices)
{
	int ret = 0;
	u32 to;

	for (to = 0; to < PTWALK_NR_MEMORIES; to++)
		if (migrate_emptied(&devices->device[to]))
			device_release(&devices->device[to]);
		else
			ret = -EBUSY;
	return ret;
}

static u64 migrate_count(const struct migrate_vma *migrate)
{
	unsigned long i;
	u64 moved = 0;

	for (i = 0; i < migrate->npages; i++)
		moved += migrate->dst[i] && migrate->src[i] & MIGRATE_PFN_MIGRATE;
	return moved;
}

/* Into a device: pages that it has no room for stay where they are. */
static int migrate_in(struct migrate_vma *migrate, struct device_memory *device, u64 *moved)
{
	unsigned long i;
	int ret;

	migrate->flags = MIGRATE_VMA_SELECT_SYSTEM;
	migrate->pgmap_owner = device_owner(device->to);
	ret = migrate_vma_setup(migrate);
	if (ret)
		return ret;
	for (i = 0; i < migrate->npages && !ret; i++) {
		struct page *page;

		if (!(migrate->src[i] & MIGRATE_PFN_MIGRATE))
			continue;
		page = device_fill(device, migrate_pfn_to_page(migrate->src[i]));
		if (page)
			migrate->dst[i] = migrate_pfn(page_to_pfn(page));
		else
			ret = -ENOMEM;
	}
	migrate_vma_pages(migrate);
	*moved += migrate_count(migrate);
	migrate_vma_finalize(migrate);
	return ret;
}

/* Out of one device, where the range has pages of it. */
static int migrate_out(struct migrate_vma *migrate, u32 from, u64 *moved)
{
	int ret;

	migrate->flags = from == PTWALK_MEMORY_COHERENT ? MIGRATE_VMA_SELECT_DEVICE_COHERENT :
							  MIGRATE_VMA_SELECT_DEVICE_PRIVATE;
	migrate->pgmap_owner = device_owner(from);
	ret = migrate_vma_setup(migrate);
	if (ret)
		return ret;
	migrate_offer(migrate->src, migrate->dst, migrate->npages);
	migrate_vma_pages(migrate);
	migrate_offered(migrate->src, migrate->dst, migrate->npages);
	*moved += migrate_count(migrate);
	migrate_vma_finalize(migrate);
	return 0;
}

static int migrate_part(struct devices *devices, struct migrate_vma *migrate, u32 to, u64 *moved)
{
	u32 from;
	int ret = 0;

	if (to != PTWALK_MEMORY_SYSTEM)
		return migrate_in(migrate, &devices->device[to], moved);
	for (from = 1; from < PTWALK_NR_MEMORIES && !ret; from++)
		ret = migrate_out(migrate, from, moved);
	return ret;
}

/* Batch by batch, VMA by VMA; the mmap lock is held. */
static int migrate_all(struct devices *devices, struct migrate_arrays *arrays, u64 addr, u64 end,
		       u32 to, u64 *moved)
{
	int ret = 0;
	u64 stop;

	for (; addr < end && !ret; addr = stop) {
		struct migrate_vma migrate = { .src = arrays->from, .dst = arrays->to };

		cond_resched();
		if (fatal_signal_pending(current))
			return -EINTR;
		migrate.vma = vma_lookup(current->mm, addr);
		if (!migrate.vma)
			return -EFAULT;
		stop = min_t(u64, end, addr + MIGRATE_BATCH * PAGE_SIZE);
		stop = min_t(u64, stop, migrate.vma->vm_end);
		migrate.start = addr;
		migrate.end = stop;
		ret = migrate_part(devices, &migrate, to, moved);
	}
	return ret;
}

/* Is this where a device's coherent memory can be? */
static bool migrate_phys_ok(u64 phys, u64 len)
{
	u64 end = BIT_ULL(MAX_PHYSMEM_BITS);

	len = ALIGN(len, PAGEMAPS_GRAIN);
	return phys && IS_ALIGNED(phys, PAGEMAPS_GRAIN) && len <= end && phys <= end - len;
}

static int migrate_check(u64 addr, u64 len, u32 to, u64 phys)
{
	int ret = memory_check(addr, len);

	if (ret)
		return ret;
	if (to >= PTWALK_NR_MEMORIES)
		return -EINVAL;
	if (to == PTWALK_MEMORY_COHERENT ? !migrate_phys_ok(phys, len) : phys != 0)
		return -EINVAL;
	return device_lacks(to) ? -EOPNOTSUPP : 0;
}

int migrate_range(struct devices *devices, u64 addr, u64 len, u32 to, u64 phys, u64 *moved)
{
	struct migrate_arrays *arrays;
	int ret = migrate_check(addr, len, to, phys);

	*moved = 0;
	if (ret)
		return ret;
	arrays = kmalloc(sizeof(*arrays), GFP_KERNEL);
	if (!arrays)
		return -ENOMEM;
	ret = mutex_lock_killable(&devices->lock);
	if (ret)
		goto free_arrays;
	if (to != PTWALK_MEMORY_SYSTEM)
		ret = device_reserve(devices, to, len >> PAGE_SHIFT, phys);
	if (!ret)
		ret = mmap_read_lock_killable(current->mm);
	if (!ret) {
		ret = migrate_all(devices, arrays, addr, addr + len, to, moved);
		mmap_read_unlock(current->mm);
	}
	mutex_unlock(&devices->lock);
free_arrays:
	kfree(arrays);
	return ret;
}
