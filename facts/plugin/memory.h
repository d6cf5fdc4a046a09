/* SPDX-License-Identifier: GPL-2.0-only */
/* What memory the open window has touched: distinct lines and pages, by kind. */
#ifndef PTWALK_FACTS_MEMORY_H
#define PTWALK_FACTS_MEMORY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "facts/fact.h"

/* "KIND ADDRESS LENGTH", as in tell.h: which memory is of that kind, until memory_forget(). */
void memory_told(const char *words);

/* Forget what was told of @kind. */
void memory_forget(enum fact_kind kind);

/* A window opens: nothing is touched. */
void memory_open(void);

/* The stack is where @address is: what is around it, aligned to its size. */
void memory_stack(uint64_t address);

/**
 * memory_touch - an access of the open window
 * @address:	virtual
 * @physical:	of its first byte
 * @bytes:	its length: of an access that lies on two lines, both are touched; of one that lies on
 *		two pages, the first one's, since QEMU does not say where the second is
 * @steady:	whoever reads or writes there again touches the same, until memory_moves()
 */
void memory_touch(uint64_t address, uint64_t physical, unsigned int bytes, bool write, bool percpu,
		  bool steady);

/*
 * The same where an access of this window has said already which memory that page is; false: it has
 * not, and nothing is done.
 */
bool memory_touch_known(uint64_t address, unsigned int bytes, bool write, bool percpu);

/* An address may be other memory from now on. */
void memory_moves(void);

/* What it came to, by kind. */
const struct fact_memory *memory_facts(void);

/* A line a kind. */
void memory_put(const struct fact_memory *memory, FILE *out);

#endif
