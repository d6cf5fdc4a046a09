/* SPDX-License-Identifier: GPL-2.0-only */
/* What lay-outs share: is there memory, mapping at the fixed address, populating, unmapping. */
#ifndef PTWALK_WORKLOADS_MEMORY_H
#define PTWALK_WORKLOADS_MEMORY_H

#include "workloads/workload.h"

/* And are huge pages there, and not off? */
int memory_thp_supported(const struct workload *, const struct workload_site *, uint64_t size,
			 struct err *err);

/**
 * memory_map - map @layout->len bytes, readable and writable, at WORKLOAD_BASE
 * @flags:	MAP_SHARED or MAP_PRIVATE and the like
 * @fd:		what to map, or -1
 * @offset:	from where in it, in bytes
 *
 * Nothing that is mapped there already is replaced: that is -EEXIST.
 */
int memory_map(struct layout *, int flags, int fd, uint64_t offset, struct err *err);

/* Private anonymous memory, under an advice of madvise(): see memory_advise(). */
int memory_map_anon(struct layout *, int advice, struct err *err);

/* Advise all of it: MADV_HUGEPAGE, MADV_NOHUGEPAGE. */
int memory_advise(const struct layout *, int advice, struct err *err);

/*
 * Fault in every granule for writing. Where the kernel can (since 5.14), without
 * writing to it: a device's memory is not touched then.
 */
int memory_populate(const struct layout *, struct err *err);

/* The same for @len bytes from @at, page by page. */
int memory_populate_part(const struct layout *, uint64_t at, uint64_t len, struct err *err);

/* The same for one page in every @stride bytes, from the first on. */
int memory_populate_every(const struct layout *, uint64_t stride, struct err *err);

/* Fault in every page for reading. */
int memory_populate_read(const struct layout *, struct err *err);

/* memory_map_anon() and memory_populate(). */
int memory_lay_out_anon(struct layout *, int advice, struct err *err);

/* Is there a zram module, so that one can be added? -EOPNOTSUPP: no. */
int zram_supported(struct err *err);

/*
 * Add a zram of @bytes, for as long as @settings are changed; its descriptor, and its @path, owned
 * by the caller, or a negative errno.
 */
int zram_open(struct settings *settings, uint64_t bytes, char **path, struct err *err);

/*
 * Of xfs.c, a file whose page cache is in folios of the granule: can there be one, and its
 * descriptor, or a negative errno.
 */
#define WORKLOAD_MKFS_XFS "/usr/sbin/mkfs.xfs"
int xfs_supported(struct err *err);
int xfs_file(struct layout *, struct err *err);

/*
 * No entry of a mapping that may not be written is writable: for workload.verify, ask what is
 * mapped.
 */
int memory_verify_readonly(const struct layout *, uint64_t len, struct err *err);

/* All of it is mapped as @access says ("r--p", or a beginning of it), which is called @what. */
int memory_verify_mapped(const struct layout *, uint64_t len, const char *access, const char *what,
			 struct err *err);

/*
 * Of workloads over pagemaps of the module's own: what the range takes of spare memory, in bytes,
 * and of that each pagemap. A pagemap has 2 MiB at least.
 */
uint64_t pagemaps_piece(const struct pagemaps_shape *, uint64_t len);

/* How often one pagemap follows another over the first @len of @whole bytes, the first included. */
uint64_t pagemaps_runs(const struct pagemaps_shape *, uint64_t whole, uint64_t len);

#endif
