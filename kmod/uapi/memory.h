/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Memory of the module's own, for the ops of ptwalk.h to work on. */
#ifndef PTWALK_UAPI_MEMORY_H
#define PTWALK_UAPI_MEMORY_H

#include "ptwalk.h"

#define PTWALK_MAX_PAGEMAPS 1024

/* Where pages of anonymous memory can be. */
#define PTWALK_MEMORY_SYSTEM   0
#define PTWALK_MEMORY_OWN      1 /* device-private, of the device that the ops walk for */
#define PTWALK_MEMORY_FOREIGN  2 /* device-private, of another device */
#define PTWALK_MEMORY_COHERENT 3 /* of a device, and addressable by the CPU */
#define PTWALK_NR_MEMORIES     4

/**
 * struct ptwalk_pagemaps - dev_pagemaps of this open file's own, to be mapped by mmap()
 * @start:	(in) physical address of the first byte, a multiple of 2 MiB
 * @piece:	(in) bytes of each pagemap, a multiple of 2 MiB
 * @leaf:	(in) bytes that one entry maps: those of a PTE or of a PMD
 * @grain:	(in) bytes after which the mapping goes on in the next pagemap, and
 *		after the last in the first again: a multiple of @leaf, and a part of
 *		@piece. @piece itself: the pagemaps are mapped one after another.
 * @nr:		(in) how many, side by side, 1 .. PTWALK_MAX_PAGEMAPS; 0: what the file
 *		has is dropped, and all else must be 0
 * @flags:	(in) zero
 *
 * The memory must be kept from the kernel (reserved, or persistent memory) and
 * claimed by nobody. Once registered, byte 0 of the file is byte 0 of the first
 * pagemap; it is mapped shared, and in whole leaves. The end of the file is the
 * end of the pagemaps; where pages of them are held, when the last one is put.
 *
 * Also -EBUSY: the memory is in use; the file has pagemaps already; what is to be
 * dropped is mapped or held. -EADDRNOTAVAIL: it is no such memory. -ENOMEM: no
 * room for its struct pages. -EOPNOTSUPP: a kernel without CONFIG_ZONE_DEVICE or
 * CONFIG_FS_DAX. mmap() answers -ENXIO before pagemaps are registered, and
 * -EINVAL where it is private, not in whole leaves, or beyond the last pagemap.
 */
struct ptwalk_pagemaps {
	__u64 start;
	__u64 piece;
	__u64 leaf;
	__u64 grain;
	__u32 nr;
	__u32 flags;
	__u64 reserved[6];
};
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_pagemaps) == 88, "struct ptwalk_pagemaps");

/**
 * struct ptwalk_migrate - bring pages of the caller's to another memory
 * @addr:	(in) first byte, page aligned
 * @len:	(in) bytes, a multiple of the page size, not 0; all of it mapped
 *		(-EFAULT), and no hugetlb, DAX or device's mapping (-EINVAL)
 * @to:		(in) PTWALK_MEMORY_*
 * @flags:	(in) zero
 * @phys:	(in) for PTWALK_MEMORY_COHERENT: physical address of memory that
 *		nothing uses, @len bytes of it, both rounded to 2 MiB (the address
 *		must be: -EINVAL); else zero
 * @moved:	(out) pages that this call brought there; also where it fails
 *
 * Into a device go anonymous pages of system memory, and pages that are not there
 * yet; what is pinned, of a file, or of another device stays, and @moved is less.
 * The memory is this file's: what is in it comes back when a CPU touches it
 * (private memory), when PTWALK_MEMORY_SYSTEM asks for it, and when the file is
 * closed.
 *
 * Also -EOPNOTSUPP: this kernel has no such memory; -ENOMEM; -EBUSY: the
 * addresses at @phys are in use; -EADDRNOTAVAIL: they are not kept from the kernel
 * (reserved, or persistent memory).
 */
struct ptwalk_migrate {
	__u64 addr;
	__u64 len;
	__u32 to;
	__u32 flags;
	__u64 phys;
	__u64 moved;
	__u64 reserved[4];
};
PTWALK_STATIC_ASSERT(sizeof(struct ptwalk_migrate) == 72, "struct ptwalk_migrate");

#define PTWALK_IOC_PAGEMAPS _IOW(PTWALK_IOC_MAGIC, 4, struct ptwalk_pagemaps)
#define PTWALK_IOC_MIGRATE  _IOWR(PTWALK_IOC_MAGIC, 6, struct ptwalk_migrate)

#endif /* PTWALK_UAPI_MEMORY_H */
