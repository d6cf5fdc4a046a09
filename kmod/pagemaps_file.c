// SPDX-License-Identifier: GPL-2.0-only
/* The pagemaps of one open file: registered, mapped, taken and given back, dropped. */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "compat/device_map.h"
#include "file.h"
#include "pagemaps.h"

static int pagemaps_check(const struct ptwalk_pagemaps *ask)
{
	u64 piece = ask->piece;

	if (ask->flags || memchr_inv(ask->reserved, 0, sizeof(ask->reserved)))
		return -EINVAL;
	if (!ask->nr)
		return ask->start || piece || ask->leaf || ask->grain ? -EINVAL : 0;
	if (ask->nr > PTWALK_MAX_PAGEMAPS || !piece || (ask->start | piece) % PAGEMAPS_GRAIN)
		return -EINVAL;
	if (piece > (PTWALK_MAX_PAGES << PAGE_SHIFT) / ask->nr ||
	    ask->start > ULLONG_MAX - piece * ask->nr)
		return -EINVAL;
	if (ask->leaf != PAGE_SIZE && ask->leaf != PMD_SIZE)
		return -EINVAL;
	if (!ask->grain || ask->grain % ask->leaf || piece % ask->grain)
		return -EINVAL;
	return 0;
}

int pagemaps_file_register(struct pagemaps_file *own, u64 piece, unsigned int nr)
{
	struct dev_pagemap like = { .type = MEMORY_DEVICE_GENERIC };
	int ret;

	/* Another thread may have dropped it, or claimed less, where the lock was let go. */
	if (!own->claim || piece * nr > resource_size(own->claim))
		return -ENXIO;
	/* Folios are what one entry maps, as those of device-dax are. */
	compat_pgmap_set_order(&like, ilog2(own->leaf) - PAGE_SHIFT);
	ret = pagemaps_register(&own->maps, &like, own->claim->start, piece, nr);

	own->len = ret ? 0 : piece * nr;
	own->refs = ret ? 0 : pagemaps_refs(&own->maps);
	return ret;
}

static int pagemaps_add(struct pagemaps_file *own, const struct ptwalk_pagemaps *ask)
{
	struct resource *claim;
	int ret;

	if (own->claim || own->taker)
		return -EBUSY;
	claim = pagemaps_claim(ask->start, ask->piece * ask->nr);
	if (IS_ERR(claim))
		return PTR_ERR(claim);
	own->claim = claim;
	own->leaf = ask->leaf;
	own->grain = ask->grain;
	ret = pagemaps_file_register(own, ask->piece, ask->nr);
	if (ret) {
		pagemaps_disclaim(own->claim);
		own->claim = NULL;
	}
	return ret;
}

/* -EBUSY: somebody maps the memory, or holds a page of it. */
static int pagemaps_drop(struct pagemaps_file *own)
{
	if (atomic_read(&own->nr_vmas))
		return -EBUSY;
	if (pagemaps_registered(&own->maps)) {
		if (!pagemaps_idle(&own->maps, own->len >> PAGE_SHIFT))
			return -EBUSY;
		pagemaps_unregister(&own->maps);
		own->len = 0;
	}
	if (own->claim)
		pagemaps_disclaim(own->claim);
	own->claim = NULL;
	return 0;
}

int pagemaps_file_ask(struct file *file, const struct ptwalk_pagemaps *ask)
{
	struct pagemaps_file *own = file_of(file)->pagemaps;
	int ret = pagemaps_check(ask);

	if (ret)
		return ret;
	if (PAGEMAPS_LACKS)
		return -EOPNOTSUPP;
	ret = down_write_killable(&own->lock);
	if (ret)
		return ret;
	ret = ask->nr ? pagemaps_add(own, ask) : pagemaps_drop(own);
	up_write(&own->lock);
	return ret;
}

/*
 * The page at @at bytes of the mapping. One grain of the first pagemap is followed by
 * one of the second, and after one of each by the next of the first.
 */
static unsigned long pagemaps_pfn(const struct pagemaps_file *own, u64 at)
{
	u64 turn = at / own->grain;
	u64 map = turn % own->maps.nr, inside = turn / own->maps.nr * own->grain;

	return PHYS_PFN(own->maps.start + map * own->maps.piece + inside + at % own->grain);
}

#define PAGEMAPS_LOOK msecs_to_jiffies(10)

/*
 * Wait until the taker gives the pagemaps back; then the fault is begun again. Who cannot
 * let go of the mmap lock waits with it, but not where somebody wants it for writing:
 * the taker, who reads, would then come after him.
 */
static vm_fault_t pagemaps_wait(struct vm_fault *vmf, struct pagemaps_file *own)
{
	struct mm_struct *mm = vmf->vma->vm_mm;
	struct file *file;
	long left;

	if (vmf->flags & FAULT_FLAG_RETRY_NOWAIT)
		return VM_FAULT_RETRY;
	if (!(vmf->flags & FAULT_FLAG_ALLOW_RETRY)) {
		do
			left = wait_event_killable_timeout(own->given, !READ_ONCE(own->taker),
							   PAGEMAPS_LOOK);
		while (!left && !rwsem_is_contended(&mm->mmap_lock));
		/* One that is killed would only begin the fault again, and come back here. */
		return left > 0 ? VM_FAULT_NOPAGE : VM_FAULT_SIGBUS;
	}
	file = get_file(vmf->vma->vm_file);
	compat_fault_unlock(vmf);
	wait_event_killable(own->given, !READ_ONCE(own->taker));
	fput(file);
	return VM_FAULT_RETRY;
}

/* Map the leaf of @size that holds the address. Only those of the file's size are mapped. */
static vm_fault_t pagemaps_map(struct vm_fault *vmf, u64 size)
{
	struct vm_area_struct *vma = vmf->vma;
	struct pagemaps_file *own = file_of(vma->vm_file)->pagemaps;
	unsigned long addr = vmf->address & ~(size - 1);
	u64 at = addr - vma->vm_start + ((u64)vma->vm_pgoff << PAGE_SHIFT);
	vm_fault_t ret = 0;
	bool taken;

	down_read(&own->lock);
	taken = own->taker && own->taker != current;
	if (taken)
		;
	else if (size > own->leaf)
		ret = VM_FAULT_FALLBACK;
	else if (size < own->leaf || addr < vma->vm_start || addr + size > vma->vm_end ||
		 at % size || at >= own->len)
		ret = VM_FAULT_SIGBUS;
	else if (size == PMD_SIZE)
		ret = compat_insert_device_pmd(vmf, pagemaps_pfn(own, at));
	else
		ret = compat_insert_device_pte(vmf, pagemaps_pfn(own, at));
	up_read(&own->lock);
	return taken ? pagemaps_wait(vmf, own) : ret;
}

static vm_fault_t pagemaps_fault(struct vm_fault *vmf)
{
	return pagemaps_map(vmf, PAGE_SIZE);
}

static vm_fault_t pagemaps_huge_fault(struct vm_fault *vmf, COMPAT_FAULT_SIZE size)
{
	return size == COMPAT_FAULT_PMD ? pagemaps_map(vmf, PMD_SIZE) : VM_FAULT_FALLBACK;
}

static void pagemaps_vma_open(struct vm_area_struct *vma)
{
	struct pagemaps_file *own = file_of(vma->vm_file)->pagemaps;

	atomic_inc(&own->nr_vmas);
}

static void pagemaps_vma_close(struct vm_area_struct *vma)
{
	struct pagemaps_file *own = file_of(vma->vm_file)->pagemaps;

	atomic_dec(&own->nr_vmas);
}

/* A mapping, and what becomes of it, is made of whole leaves. */
static int pagemaps_vma_may_split(struct vm_area_struct *vma, unsigned long addr)
{
	struct pagemaps_file *own = file_of(vma->vm_file)->pagemaps;

	return addr % own->leaf ? -EINVAL : 0;
}

static const struct vm_operations_struct pagemaps_vm_ops = {
	.open = pagemaps_vma_open,
	.close = pagemaps_vma_close,
	COMPAT_MAY_SPLIT = pagemaps_vma_may_split,
	.fault = pagemaps_fault,
	.huge_fault = pagemaps_huge_fault,
};

int pagemaps_file_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct pagemaps_file *own = file_of(file)->pagemaps;
	u64 at = (u64)vma->vm_pgoff << PAGE_SHIFT, len = vma->vm_end - vma->vm_start;
	int ret = 0;

	if (!(vma->vm_flags & VM_MAYSHARE))
		return -EINVAL;
	down_read(&own->lock);
	if (own->taker)
		ret = -EBUSY;
	else if (!pagemaps_registered(&own->maps))
		ret = -ENXIO;
	else if (len > own->len || at > own->len - len || (at | vma->vm_start | len) % own->leaf)
		ret = -EINVAL;
	else
		atomic_inc(&own->nr_vmas);
	up_read(&own->lock);
	if (!ret) {
		/* A fault may map a huge page only where the file is DAX's. */
		inode_set_flags(file->f_mapping->host, S_DAX, S_DAX);
		vma->vm_ops = &pagemaps_vm_ops;
	}
	return ret;
}

struct file *pagemaps_file_find(struct mm_struct *mm, unsigned long start, unsigned long end,
				unsigned long *at)
{
	struct file *file = ERR_PTR(-ENXIO);
	struct vm_area_struct *vma;

	if (mmap_read_lock_killable(mm))
		return ERR_PTR(-EINTR);
	vma = find_vma(mm, start);
	if (vma && vma->vm_start <= start && vma->vm_end >= end && !vma->vm_pgoff &&
	    vma->vm_ops == &pagemaps_vm_ops) {
		file = get_file(vma->vm_file);
		*at = vma->vm_start;
	}
	mmap_read_unlock(mm);
	return file;
}

int pagemaps_file_unmap(struct file *file)
{
	struct pagemaps_file *own = file_of(file)->pagemaps;

	unmap_mapping_range(file->f_mapping, 0, 0, 1);
	if (atomic_read(&own->nr_vmas) > 1)
		return -EBUSY;
	return pagemaps_file_idle(own) ? 0 : -EBUSY;
}

/*
 * Who walks may keep a reference to a pagemap over a fault, and faults wait for who unmaps: who
 * then waited for the reference would wait for ever.
 */
bool pagemaps_file_idle(const struct pagemaps_file *own)
{
	return pagemaps_idle(&own->maps, own->len >> PAGE_SHIFT) &&
	       pagemaps_refs(&own->maps) == own->refs;
}

int pagemaps_file_take(struct pagemaps_file *own, u64 *piece, unsigned int *nr)
{
	int ret = down_write_killable(&own->lock);

	while (!ret && own->taker) {
		up_write(&own->lock);
		ret = wait_event_killable(own->given, !READ_ONCE(own->taker));
		if (!ret)
			ret = down_write_killable(&own->lock);
	}
	if (ret)
		return -EINTR;
	ret = pagemaps_registered(&own->maps) ? 0 : -ENXIO;
	if (!ret)
		own->taker = current;
	*piece = own->maps.piece;
	*nr = own->maps.nr;
	up_write(&own->lock);
	return ret;
}

void pagemaps_file_give(struct file *file, u64 piece, unsigned int nr)
{
	struct pagemaps_file *own = file_of(file)->pagemaps;
	int ret = 0;

	down_write(&own->lock);
	if (pagemaps_registered(&own->maps)) {
		ret = pagemaps_file_unmap(file);
		if (!ret)
			pagemaps_unregister(&own->maps);
	}
	if (!ret)
		pagemaps_file_register(own, piece, nr);
	own->taker = NULL;
	up_write(&own->lock);
	wake_up_all(&own->given);
}

struct pagemaps_file *pagemaps_file_new(void)
{
	struct pagemaps_file *own = kzalloc(sizeof(*own), GFP_KERNEL);

	if (own) {
		init_rwsem(&own->lock);
		init_waitqueue_head(&own->given);
	}
	return own;
}

int pagemaps_file_close(struct pagemaps_file *own)
{
	int ret = pagemaps_drop(own);

	if (!ret)
		kfree(own);
	return ret;
}
