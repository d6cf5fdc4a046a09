// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/mm.h>

#include "tell.h"
#include "uapi/tell.h"

static const u8 tell_table[256] __aligned(256);

static void tell_kind(const char *kind, const void *from, u64 len)
{
	char line[64];
	const char *c;

	snprintf(line, sizeof(line), "M %s %lx %llx\n", kind, (unsigned long)from, len);
	for (c = line; *c; c++)
		facts_tell_byte(tell_table, *c);
}

void tell_memory(const struct cold *tables, const struct window *window)
{
	unsigned long i;

	for (i = 0; i < tables->nr_tables; i++)
		tell_kind("tables", page_address(tables->tables[i]), PAGE_SIZE);
	if (window->range.hmm_pfns)
		tell_kind("array", window->range.hmm_pfns,
			  (u64)window->nr_pages * sizeof(*window->range.hmm_pfns));
	/* One array of them, as far as there can be memory. */
	tell_kind("pages", pfn_to_page(0),
		  (u64)sizeof(struct page) << (MAX_PHYSMEM_BITS - PAGE_SHIFT));
}
