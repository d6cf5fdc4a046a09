/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest's physical memory, where its arch has it. Of a command line that
 * takes RAM away: the lowest of node 0's, the rest of it from arch_memory.above on, then
 * a region of legacy pmem for each device-dax device of node
 * 0; then the RAM and the regions of node 1, and so on. What lies between the
 * regions is reserved, so that they stay apart and their gaps are not used as
 * RAM. Spare memory, which is reserved and no more, comes right after the RAM of
 * node 0, or ends where the machine's addresses do, as a part of the last node.
 * Of NVDIMMs: the RAM of all nodes, then a region for each device; there is no
 * spare memory.
 */
#ifndef PTWALK_VM_LAYOUT_H
#define PTWALK_VM_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/vm.h"

#define LAYOUT_DEFAULT_RAM_MIB 3072U
#define LAYOUT_MAX_DAX	       64

/* Above spare memory at high addresses: for PCI, and for devices' memory that is not there. */
#define LAYOUT_ROOM (8ULL << 30)

struct layout_region {
	uint64_t start; /* of the region: room for the info block, then the data */
	uint64_t data;	/* first usable byte, aligned */
	uint64_t size;	/* usable bytes */
	uint64_t align; /* as in struct vm_dax */
};

/* From vm_layout.above on; node 0 has all that is below it as well. */
struct layout_node {
	uint64_t start;	  /* of its RAM */
	uint64_t ram_end; /* first address after that */
	uint64_t end;	  /* first address after its regions, and of the next node */
};

struct layout_spare {
	uint64_t start, size; /* bytes; size 0: none */
};

struct vm_layout {
	bool wide;	/* the CPU has arch_memory.wide_bits address bits */
	size_t dimms;	/* regions that are NVDIMMs: all or none */
	uint64_t above; /* where memory goes on after the lowest */
	uint64_t limit; /* of addresses */
	uint64_t low;	/* bytes of RAM apart from that, from address 0 */
	uint64_t end;	/* first address after all memory */
	uint64_t total; /* bytes of memory, reserved gaps included; NVDIMMs are none of it */
	struct layout_node nodes[VM_MAX_NODES];
	size_t nr_nodes; /* from 1 */
	struct layout_region dax[LAYOUT_MAX_DAX];
	size_t nr_dax;
	struct layout_spare spare[VM_NR_SPARE];
};

/*
 * -EINVAL where a size, alignment or node is none; -EFBIG where it does not fit; -EOPNOTSUPP where
 * spare memory is asked of an arch that has none.
 */
int layout_init(struct vm_layout *, const struct vm_config *, struct err *err);

/* Bytes of memory of a node, reserved gaps included. */
uint64_t layout_node_bytes(const struct vm_layout *, size_t node);

/* The kernel's memmap= words for it, or "". Owned by the caller. */
char *layout_words(const struct vm_layout *);

/*
 * "--spare=low:0x140000000:0x40000000", as a variable "PTWALK_SPARE_LOW=0x140000000:0x40000000";
 * NULL where there is none. Owned by the caller.
 */
char *layout_spare_word(const struct vm_layout *, enum vm_spare which, bool variable);

#endif
