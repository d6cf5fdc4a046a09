/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a lay-out takes its memory from: page tables from the node that the
 * faulting thread is bound to, pages from the node that their mapping is.
 */
#ifndef PTWALK_WORKLOADS_PLACE_H
#define PTWALK_WORKLOADS_PLACE_H

#include <stdint.h>

#include "base/err.h"
#include "kmod/uapi/ptwalk.h"

struct hwloc_topology;

struct workload_place {
	struct hwloc_topology *topology; /* NULL: nothing is placed */
	uint64_t home;			 /* mask: the thread's node when nothing is laid out */
	uint64_t tables;		 /* mask of NUMA nodes; several: in turn */
	uint64_t pages;
};

/* "0-1,3"; "none" for no node. Owned by the caller. */
char *place_list_nodes(uint64_t nodes);

/* Bytes that the nodes can give to pages, or 0 where that is not known. */
uint64_t place_available(const struct workload_place *);

/* From now on this thread takes memory from @nodes alone. -errno of the kernel, named. */
int place_thread(const struct workload_place *, uint64_t nodes, struct err *err);

/* Pages of this mapping, none of which is there yet, are taken from place->pages. */
int place_mapping(const struct workload_place *, void *addr, uint64_t len, struct err *err);

/**
 * place_prove - are page tables and pages where they were asked for?
 * @granule:	bytes that are taken at once
 *
 * All of them on the node; of several nodes, each has its share (of the tables
 * only where there are many: others take from the same turn).
 *
 * Returns: 0, or -EBADE with the nodes that were met in @err.
 */
int place_prove(const struct workload_place *, uint64_t granule, const struct ptwalk_inspect *met,
		struct err *err);

/*
 * What memory comes in on the kernel that this process lays it out on: of 4 KiB pages, and no
 * blocks, until units_use() says otherwise.
 */

struct units {
	uint64_t page;	     /* bytes */
	uint64_t block_ptes; /* PTEs that the kernel makes one block where a folio lies behind them;
			      * 0: it does not */
};

/* Told once, before anything is laid out. */
void units_use(struct units);

/* Bytes of a page. */
uint64_t units_page(void);

/* As in struct units. */
uint64_t units_block_ptes(void);

/* Bytes under an entry of @level, PTWALK_LEVEL_*; and on a kernel with pages of @page bytes. */
uint64_t units_leaf(unsigned int level);
uint64_t units_leaf_of(unsigned int level, uint64_t page);

#endif
