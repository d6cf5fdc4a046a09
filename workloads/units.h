/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What memory comes in on the kernel that this process lays it out on: of 4 KiB pages, and no
 * blocks, until units_use() says otherwise.
 */
#ifndef PTWALK_WORKLOADS_UNITS_H
#define PTWALK_WORKLOADS_UNITS_H

#include <stdint.h>

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
