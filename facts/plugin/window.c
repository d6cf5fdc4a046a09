// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many instructions ran is QEMU's count of them, not that of blocks: a fault ends a block early, and
 * 7.2 enters one of an instruction that crosses a page twice. Which ones, the blocks say: from
 * the first on. A window is from mark to mark, so that it holds as many as its ticks.
 */
#include "facts/plugin/window.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "facts/plugin/code.h"
#include "facts/plugin/memory.h"
#include "facts/plugin/model.h"

#define MOST_WINDOWS 65536

bool window_is_open;

static FILE *out;
static uint64_t *const *total;
static uint64_t events[FACT_NR_EVENTS]; /* of instructions as of events_now() */
static uint64_t total_before;

static struct block *current;	/* that runs */
static uint64_t current_before; /* **total when it began */
static struct block *met;	/* all that the window has met */
static struct insn *last;	/* that left its block, until the next block is met */

/* Instructions of the windows since a series began. */
static uint64_t sizes[MOST_WINDOWS];
static size_t nr_sizes;
static struct facts facts;   /* of the window before */
static unsigned long others; /* windows that follow, and are none of its */
static bool in_series;	     /* its windows follow; others are proofs, and nobody's */
static bool same;	     /* all but the first of the series' windows had the same facts */

void window_init(FILE *file, uint64_t *const *t)
{
	out = file;
	total = t;
	fputs(FACT_FILE_FIRST "\n", out);
}

static void *grown(void *p, size_t *room, size_t size)
{
	*room = *room ? 2 * *room : 4096;
	p = realloc(p, *room * size);
	if (!p)
		abort();
	return p;
}

static const uint64_t *events_now(void)
{
	events[FACT_INSTRUCTIONS] = **total - total_before;
	return events;
}

static void leave_by(struct insn *insn)
{
	if (model_is_on)
		model_block(insn, true);
	last = insn;
	events[FACT_BRANCHES] += insn->flow == FLOW_BRANCH;
	events[FACT_CALLS] += insn->flow == FLOW_CALL;
	events[FACT_ICALLS] += insn->flow == FLOW_ICALL;
}

/* The block that ran has ended, or was left. */
static void finish(void)
{
	struct block *block = current;
	uint64_t ran;

	if (!block)
		return;
	current = NULL;
	ran = **total - current_before;
	if (ran >= block->n) {
		block->runs++;
		if (block->insns[block->n - 1]->flow != FLOW_NONE)
			leave_by(block->insns[block->n - 1]);
		return;
	}
	while (ran--)
		block->insns[ran]->executed++;
}

static void begin(struct block *block)
{
	if (!block->met) {
		block->met = true;
		block->next = met;
		met = block;
	}
	current = block;
	current_before = **total;
}

void window_arrive(struct block *block)
{
	const struct insn *insn = block->insns[0];
	uint64_t from, to;

	finish();
	begin(block);
	if (model_is_on)
		model_block(insn, false);
	if (!last)
		return;
	if (insn->address != last->address + last->size) {
		last->taken++;
		events[FACT_TAKEN]++;
	}
	switch (last->flow) {
	case FLOW_CALL:
	case FLOW_ICALL:
		calls_enter(last, insn->address, last->address + last->size, events_now());
		break;
	case FLOW_RETURN:
		calls_return(insn->address, events_now());
		break;
	case FLOW_JUMP:
		code_function(insn->address, &to);
		code_function(last->address, &from);
		if (to == insn->address && to != from)
			calls_enter(last, insn->address, 0, events_now());
		break;
	default:
		break;
	}
	last = NULL;
}

/* Whose page is asked for once: QEMU's answer is dear. */
static void touch(const struct insn *insn, uint64_t address, qemu_plugin_meminfo_t info, bool write)
{
	const unsigned int bytes = 1U << qemu_plugin_mem_size_shift(info);
	const struct qemu_plugin_hwaddr *hw;

	if (memory_touch_known(address, bytes, write, insn->percpu))
		return;
	hw = qemu_plugin_get_hwaddr(info, address);
	memory_touch(address, hw ? qemu_plugin_hwaddr_phys_addr(hw) : address, bytes, write,
		     insn->percpu, hw && !qemu_plugin_hwaddr_is_io(hw));
}

void window_access(struct insn *insn, uint64_t address, qemu_plugin_meminfo_t info)
{
	const bool write = qemu_plugin_mem_is_store(info);

	if (write) {
		insn->stores++;
		events[FACT_STORES]++;
		/* One store each, by which others see it. */
		events[FACT_ATOMICS] += insn->atomic;
	} else {
		insn->loads++;
		events[FACT_LOADS]++;
	}
	if (insn->flow == FLOW_RETURN || (write && insn->flow != FLOW_NONE))
		memory_stack(address);
	touch(insn, address, info, write);
}

/* What the window before has met counts for nothing. */
static void forget(void)
{
	for (struct block *block = met; block; block = block->next) {
		for (size_t i = 0; i < block->n; i++) {
			struct insn *insn = block->insns[i];

			insn->executed = insn->loads = insn->stores = insn->taken = 0;
		}
		block->met = false;
		block->runs = 0;
	}
	met = current = NULL;
}

void window_open(void)
{
	if (!in_series)
		return;
	if (others) {
		others--;
		return;
	}
	forget();
	calls_open();
	memset(events, 0, sizeof(events));
	total_before = **total;
	last = NULL;
	memory_open();
	model_open();
	window_is_open = true;
}

void window_close(void)
{
	struct facts now;

	if (!window_is_open)
		return;
	window_is_open = false;
	finish();
	calls_close(events_now());
	for (const struct block *block = met; block; block = block->next)
		for (size_t i = 0; i < block->n; i++)
			block->insns[i]->executed += block->runs;
	memcpy(now.events, events_now(), sizeof(now.events));
	memcpy(now.memory, memory_facts(), sizeof(now.memory));
	if (nr_sizes > 1)
		same &= !memcmp(&now, &facts, sizeof(now));
	facts = now;
	if (nr_sizes < MOST_WINDOWS)
		sizes[nr_sizes++] = now.events[FACT_INSTRUCTIONS];
}

/* In the order of their addresses. */
static int compare_insns(const void *a, const void *b)
{
	const struct insn *x = *(struct insn *const *)a, *y = *(struct insn *const *)b;

	return (x->address > y->address) - (x->address < y->address);
}

static uint64_t put_insn(const struct insn *insn)
{
	const uint64_t n = insn->executed;
	const enum flow f = insn->flow;

	fprintf(out, "i %" PRIx64 " ", insn->address);
	for (size_t b = 0; b < insn->size; b++)
		fprintf(out, "%02x", insn->bytes[b]);
	events_put(
		(const uint64_t[FACT_NR_EVENTS]){
			[FACT_INSTRUCTIONS] = n,
			[FACT_LOADS] = insn->loads,
			[FACT_STORES] = insn->stores,
			[FACT_ATOMICS] = insn->atomic ? insn->stores : 0,
			[FACT_BRANCHES] = f == FLOW_BRANCH ? n : 0,
			[FACT_TAKEN] = insn->taken,
			[FACT_CALLS] = f == FLOW_CALL ? n : 0,
			[FACT_ICALLS] = f == FLOW_ICALL ? n : 0,
		},
		out);
	return n;
}

/* What the last window ran, by address; @n (out): of them. Owned by the caller. */
static struct insn **ran(size_t *n)
{
	struct insn **v = NULL;
	size_t nr = 0, room = 0;

	for (const struct block *block = met; block; block = block->next)
		for (size_t i = 0; i < block->n; i++) {
			if (!block->insns[i]->executed)
				continue;
			if (nr == room)
				v = grown(v, &room, sizeof(*v));
			v[nr++] = block->insns[i];
		}
	if (nr)
		qsort(v, nr, sizeof(*v), compare_insns);
	/* Blocks may have some in common. */
	*n = 0;
	for (size_t i = 0; i < nr; i++)
		if (!i || v[i] != v[i - 1])
			v[(*n)++] = v[i];
	return v;
}

/* The last window: its sums, its memory, its instructions by function, its calls. */
static void put_window(void)
{
	uint64_t function = 0, start, sum = 0;
	size_t n;
	struct insn **v = ran(&n);

	fprintf(out, "t");
	events_put(facts.events, out);
	memory_put(facts.memory, out);
	for (size_t i = 0; i < n; i++) {
		const char *name = code_function(v[i]->address, &start);

		if (!i || start != function)
			fprintf(out, "f %" PRIx64 " %s\n", start, name);
		function = start;
		sum += put_insn(v[i]);
	}
	free(v);
	calls_put(out);
	if (sum != facts.events[FACT_INSTRUCTIONS])
		fprintf(out,
			"bad the instructions of a window sum to %" PRIu64
			", and it counted %" PRIu64 "\n",
			sum, facts.events[FACT_INSTRUCTIONS]);
}

/* "N TICKS...": the last @n windows must be those. */
static void put_series(const char *ticks)
{
	char *at;
	unsigned long n = strtoul(ticks, &at, 10);

	if (n > nr_sizes) {
		fprintf(out, "bad %lu samples, and %zu windows were seen\n", n, nr_sizes);
		return;
	}
	for (unsigned long i = nr_sizes - n; i < nr_sizes; i++) {
		const uint64_t t = strtoull(at, &at, 10);

		if (t != sizes[i])
			fprintf(out,
				"bad a window of %" PRIu64 " ticks has %" PRIu64 " instructions\n",
				t, sizes[i]);
	}
	fprintf(out, "w %lu %s\n", n, same ? "same" : "differ");
	if (n)
		put_window();
	if (n && model_is_on)
		model_put(out);
	fputs("e\n", out);
}

void window_told(char *line)
{
	uint64_t address;
	char *name;

	if (strlen(line) < 2 || line[1] != ' ')
		return;
	switch (line[0]) {
	case 'S':
		address = strtoull(line + 2, &name, 16);
		if (*name == ' ')
			code_symbol(address, name + 1);
		break;
	case 'M':
		memory_told(line + 2);
		break;
	case 'B':
		fprintf(out, "s %s\n", line + 2);
		nr_sizes = others = 0;
		same = in_series = true;
		if (model_is_on)
			model_begin();
		memory_forget(FACT_KIND_TABLE);
		memory_forget(FACT_KIND_PAGE);
		memory_forget(FACT_KIND_ARRAY);
		break;
	case 'N':
		others = strtoul(line + 2, NULL, 10);
		break;
	case 'E':
		in_series = false;
		put_series(line + 2);
		fflush(out);
		break;
	}
}

void window_end(void)
{
	fputs("end\n", out);
	fclose(out);
}
