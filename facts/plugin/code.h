/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's instructions: what each is, and how often the open window has met it. */
#ifndef PTWALK_FACTS_CODE_H
#define PTWALK_FACTS_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "facts/fact.h"

#define CODE_MOST_BYTES 15

enum flow {
	FLOW_NONE,
	FLOW_BRANCH, /* conditional */
	FLOW_JUMP,
	FLOW_CALL,
	FLOW_ICALL,
	FLOW_RETURN,
};

/* One instruction at one address; they stay until the plugin ends. */
struct insn {
	uint64_t address;
	uint8_t size;
	uint8_t bytes[CODE_MOST_BYTES];
	enum flow flow;
	bool atomic, percpu;
	bool plain;				 /* can do nothing but go on to the next one */
	bool moves;				 /* may change which memory an address is */
	size_t edge;				 /* the window's call from here, a guess */
	uint64_t executed, loads, stores, taken; /* in the window */
};

/*
 * Instructions that follow each other, of which only the last leads elsewhere: all run, or they are
 * left by a fault. They stay until the plugin ends, too.
 */
struct block {
	struct block *next; /* of those that the window has met */
	bool met;
	uint64_t runs; /* of them all, in the window */
	size_t n;
	struct insn *insns[];
};

/* How instructions are read, by QEMU's name of what it runs: one file each. */
struct target {
	const char *name;  /* "x86_64" */
	int (*init)(void); /* NULL: nothing to do; 0, or -1 */
	/* Set flow, atomic, percpu, plain and moves, which come cleared, from its bytes. */
	void (*decode)(struct insn *);
	bool (*tells)(const uint8_t *bytes, size_t size);    /* as code_tells() */
	uint32_t (*mark)(const uint8_t *bytes, size_t size); /* as code_mark() */
};

extern const struct target target_x86, target_arm64;

/* How to read @target's instructions. Returns: 0; -1 where the plugin does not know them. */
int code_init(const char *target);

/* The most instructions there can be. */
#define CODE_MOST (1U << 20)

/*
 * The instruction at @address; a new one, or one that others took the place of, is decoded.
 * NULL where there are CODE_MOST already.
 */
struct insn *code_insn(uint64_t address, const uint8_t *bytes, size_t size);

/* The one at @address that was met already; NULL. */
struct insn *code_at(uint64_t address);

/* A new block of @n instructions. */
struct block *code_block(struct insn *const *insns, size_t n);

/* The bytes of instruction @bytes say one to the plugin (tell.h)? */
bool code_tells(const uint8_t *bytes, size_t size);

/* A mark of kmod/window.h, or 0. */
uint32_t code_mark(const uint8_t *bytes, size_t size);

/* A function begins at @address. @name is copied. */
void code_symbol(uint64_t address, const char *name);

/* The function that @address is in, and its beginning; "?" and @address where none is known. */
const char *code_function(uint64_t address, uint64_t *start);

/*
 * Who calls whom in a window, and what that costs with all that it calls. @now: of each event how
 * many there were since the window began.
 */

/* A window begins. */
void calls_open(void);

/* @returns_to: 0 of a jump to a function: its caller's */
void calls_enter(struct insn *site, uint64_t callee, uint64_t returns_to, const uint64_t *now);

/* The one that returns there has returned, with all that it called. */
void calls_return(uint64_t to, const uint64_t *now);

/* The window ends: so does every call. */
void calls_close(const uint64_t *now);

/* A line for each, in the order of their addresses. */
void calls_put(FILE *out);

/* How many of each event, and the end of the line. */
void events_put(const uint64_t *events, FILE *out);

#endif
