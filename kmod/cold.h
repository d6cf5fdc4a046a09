/* SPDX-License-Identifier: GPL-2.0-only */
/* Page tables and the result array: put out of the caches before each window, or told to a plugin. */
#ifndef PTWALK_COLD_H
#define PTWALK_COLD_H

#include "uapi/ptwalk.h"
#include "window.h"

/**
 * struct cold - of one run
 * @tables:	page-table pages of the range, each once
 * @nr_tables:	how many
 * @room:	for how many there is room
 * @evict:	PTWALK_RUN_COLD; else they are found for PTWALK_RUN_TELL alone
 */
struct cold {
	const struct page **tables;
	unsigned long nr_tables;
	unsigned long room;
	bool evict;
};

/*
 * Find the page tables of @run's range, where PTWALK_RUN_COLD or PTWALK_RUN_TELL asks for it. 0, -ENOMEM,
 * -EOPNOTSUPP, or what the walk answers; after 0 it is ended with cold_close(). The
 * tables may go meanwhile: their memory stays mapped, so that nothing is read in vain.
 */
int cold_open(struct cold *cold, const struct ptwalk_run *run);
void cold_close(struct cold *cold);

/* How much that is. */
u64 cold_bytes(const struct cold *cold, const struct window *window);

/* Write back and drop every line of them, and of @window's result array. Sleeps not. */
void cold_evict(const struct cold *cold, const struct window *window);

/*
 * Tell an emulator's plugin which memory is page tables, struct pages, and @window's result array.
 * @tables: those of its range.
 */
void tell_memory(const struct cold *tables, const struct window *window);

/* Tell it that the next window is a look at what there is, and no sample. Sleeps not. */
void tell_check(void);

#endif
