// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sizes.h>

#include "arch.h"
#include "cold.h"
#include "inspect.h"
#include "memory.h"
#include "uapi/tell.h"

/* It may count in 32 bits. */
#define COLD_PIECE SZ_1G

/* At most one more at each end of a level than its range has, and the one on top. */
static unsigned long cold_most_tables(u64 len)
{
	return (len >> PMD_SHIFT) + (len >> PUD_SHIFT) + (len >> P4D_SHIFT) + 8;
}

/* Beyond the room there is nothing is added. */
static void cold_add(void *arg, const struct page *table)
{
	struct cold *cold = arg;

	if (cold->nr_tables < cold->room)
		cold->tables[cold->nr_tables++] = table;
}

int cold_open(struct cold *cold, const struct ptwalk_run *run)
{
	int ret;

	if (!(run->flags & (PTWALK_RUN_COLD | PTWALK_RUN_TELL)))
		return 0;
	cold->evict = run->flags & PTWALK_RUN_COLD;
	/* There the memory of a table that is gone is not mapped. */
	if (cold->evict && IS_ENABLED(CONFIG_DEBUG_PAGEALLOC))
		return -EOPNOTSUPP;
	cold->room = cold_most_tables(run->len);
	cold->tables = memory_array(cold->room, sizeof(*cold->tables));
	if (!cold->tables)
		return -ENOMEM;
	ret = inspect_meet(run->addr, run->len,
			   &(struct inspect_meets){ .table = cold_add, .arg = cold });
	if (ret)
		cold_close(cold);
	else
		cold_add(cold, virt_to_page(current->mm->pgd));
	return ret;
}

void cold_close(struct cold *cold)
{
	kvfree(cold->tables);
	cold->tables = NULL;
	cold->nr_tables = 0;
}

static u64 cold_result_bytes(const struct cold *cold, const struct window *window)
{
	if (!cold->evict || !window->range.hmm_pfns)
		return 0;
	return (u64)window->nr_pages * sizeof(*window->range.hmm_pfns);
}

u64 cold_bytes(const struct cold *cold, const struct window *window)
{
	if (!cold->evict)
		return 0;
	return cold->nr_tables * (u64)PAGE_SIZE + cold_result_bytes(cold, window);
}

static void cold_flush(const void *from, u64 len)
{
	const void *end = from + len;

	for (; from < end; from += COLD_PIECE)
		arch_flush((void *)from, min_t(u64, end - from, COLD_PIECE));
}

void cold_evict(const struct cold *cold, const struct window *window)
{
	unsigned long i;

	for (i = 0; cold->evict && i < cold->nr_tables; i++)
		cold_flush(page_address(cold->tables[i]), PAGE_SIZE);
	cold_flush(window->range.hmm_pfns, cold_result_bytes(cold, window));
}

static const u8 tell_table[256] __aligned(256);

static void tell(const char *line)
{
	for (; *line; line++)
		facts_tell_byte(tell_table, *line);
}

static void tell_kind(const char *kind, const void *from, u64 len)
{
	char line[64];

	snprintf(line, sizeof(line), "M %s %lx %llx\n", kind, (unsigned long)from, len);
	tell(line);
}

void tell_check(void)
{
	tell("N 1\n");
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
