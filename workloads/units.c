// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/units.h"

#include "base/size.h"

static struct units units = { .page = PAGE };

void units_use(struct units now)
{
	units = now;
}

uint64_t units_page(void)
{
	return units.page;
}

uint64_t units_block_ptes(void)
{
	return units.block_ptes;
}

/* A table is a page of entries of 8 bytes. */
uint64_t units_leaf_of(unsigned int level, uint64_t page)
{
	uint64_t bytes = page;

	while (level--)
		bytes *= page / 8;
	return bytes;
}

uint64_t units_leaf(unsigned int level)
{
	return units_leaf_of(level, units.page);
}
