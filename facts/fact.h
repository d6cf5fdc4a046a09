/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is counted of a window, said once: the plugin counts it, its file names it, records and
 * tables show it. X(member, name, of what): in this order everywhere.
 */
#ifndef PTWALK_FACTS_FACT_H
#define PTWALK_FACTS_FACT_H

#include <stddef.h>
#include <stdint.h>

/*
 * Of single instructions, and so of functions and source lines, too. An atomic is a
 * read-modify-write that other CPUs see as one: a lock prefix, xchg with memory; on arm64 LSE,
 * or the store of an exclusive pair. It is among loads and stores as well.
 */
#define FACT_EVENTS(X)                              \
	X(INSTRUCTIONS, "instructions", "executed") \
	FACT_BESIDE(X)

#define FACT_BESIDE(X)                                                                      \
	X(LOADS, "loads", "reads of memory")                                                \
	X(STORES, "stores", "writes of memory")                                             \
	X(ATOMICS, "atomics", "atomic read-modify-writes")                                  \
	X(BRANCHES, "branches", "conditional branches")                                     \
	X(TAKEN, "taken", "branches, jumps, calls and returns that left the straight line") \
	X(CALLS, "calls", "direct calls")                                                   \
	X(ICALLS, "icalls", "indirect calls")

enum fact_event {
#define X(id, name, what) FACT_##id,
	FACT_EVENTS(X)
#undef X
	FACT_NR_EVENTS
};

/*
 * A window's totals as records keep them: beside its instructions, which are its ticks, the distinct
 * lines, lines written and pages.
 */
#define FACT_TOTALS(X)                                           \
	FACT_BESIDE(X)                                           \
	X(LINES, "lines", "distinct 64-byte lines")              \
	X(LINES_WRITTEN, "lines_written", "of those, stored to") \
	X(PAGES, "pages", "distinct 4 KiB pages")

enum fact_total {
#define X(id, name, what) FACT_TOTAL_##id,
	FACT_TOTALS(X)
#undef X
	FACT_NR_TOTALS
};

/*
 * By how much a window's total may differ where nothing of the walk does: how many lines and pages the
 * kernel's own objects are on says where its allocator put them, which is what ran before.
 */
#define FACT_PLACED 8

static inline uint64_t fact_slack(enum fact_total fact)
{
	return fact >= FACT_TOTAL_LINES ? FACT_PLACED : 0;
}

/* Where an access went. A table is a page of page tables; an array is what the walk fills. */
#define FACT_KINDS(X)       \
	X(TABLE, "tables")  \
	X(PAGE, "pages")    \
	X(ARRAY, "array")   \
	X(PERCPU, "percpu") \
	X(STACK, "stack")   \
	X(IMAGE, "image")   \
	X(OTHER, "other")

enum fact_kind {
#define X(id, name) FACT_KIND_##id,
	FACT_KINDS(X)
#undef X
	FACT_NR_KINDS
};

/*
 * Of a kind of memory: accesses, and distinct 64-byte lines and 4 KiB pages, by physical address.
 * The window's own are the sums.
 */
struct fact_memory {
	uint64_t reads, writes, lines, lines_written, pages;
};

struct facts {
	uint64_t events[FACT_NR_EVENTS];
	struct fact_memory memory[FACT_NR_KINDS];
};

#define FACT_LINE 64

/* The caches that are modelled, and no fact: data, by physical address, LRU, no prefetcher. */
#define FACT_L1_KIB  32
#define FACT_L1_WAYS 8
#define FACT_L2_KIB  1024
#define FACT_L2_WAYS 16

#define FACT_FILE_FIRST "facts 1" /* the first line of the plugin's file; it tells its format */

#endif
