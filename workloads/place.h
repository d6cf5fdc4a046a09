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

#endif
