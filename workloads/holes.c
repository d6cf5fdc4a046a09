// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/holes.h"

#include <sys/mman.h>

#include "base/size.h"
#include "workloads/anon.h"
#include "workloads/memory.h"

int holes_lay_out(struct layout *layout, unsigned int one_in, struct err *err)
{
	int ret = anon_map(layout, MADV_NOHUGEPAGE, err);

	return ret ? ret : memory_populate_every(layout, one_in * PAGE, err);
}

void holes_expect(unsigned int one_in, uint64_t pages, struct ptwalk_inspect *want)
{
	uint64_t there = (pages + one_in - 1) / one_in;

	want->leaf_pages[PTWALK_LEVEL_PTE] = there;
	want->hole_pages = pages - there;
}
