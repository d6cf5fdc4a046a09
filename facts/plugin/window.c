// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counted an instruction, not a block: QEMU 7.2 enters a block of one instruction that crosses a
 * page twice. A window is from mark to mark, so that it holds as many instructions as its ticks.
 */
#include "facts/plugin/window.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "facts/plugin/memory.h"
#include "facts/plugin/model.h"

#define MOST_FRAMES  256
#define MOST_WINDOWS 65536

/* A call from one place to another, and what it cost with all that it called. */
struct edge {
	uint64_t site, callee, calls;
	uint64_t cost[FACT_NR_EVENTS];
};

/* One that has not returned. */
struct frame {
	size_t edge;
	uint64_t returns_to; /* 0 of a jump to a function: its caller's */
	bool again;	     /* the same call is among the frames below: it counts once */
	uint64_t before[FACT_NR_EVENTS];
};

bool window_is_open;

static FILE *out;
static const struct counters *counters;
static uint64_t events[FACT_NR_EVENTS]; /* but instructions, which *counters->total is */
static uint64_t total_before;

static struct insn *last; /* that left its block, until the next block is met */
static struct insn **touched;
static size_t nr_touched, room_touched;

static struct edge *edges;
static size_t nr_edges, room_edges;
static struct frame frames[MOST_FRAMES];
static size_t nr_frames;

/* Instructions of the windows since a series began. */
static uint64_t sizes[MOST_WINDOWS];
static size_t nr_sizes;
static struct facts facts; /* of the window before */
static bool in_series;	   /* its windows follow; others are proofs, and nobody's */
static bool same;	   /* all but the first of the series' windows had the same facts */

void window_init(FILE *file, const struct counters *c)
{
	out = file;
	counters = c;
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

static void touch(struct insn *insn)
{
	if (insn->touched)
		return;
	insn->touched = true;
	if (nr_touched == room_touched)
		touched = grown(touched, &room_touched, sizeof(*touched));
	touched[nr_touched++] = insn;
}

static uint64_t event_now(enum fact_event e)
{
	return e == FACT_INSTRUCTIONS ? *counters->total - total_before : events[e];
}

static size_t edge_of(uint64_t site, uint64_t callee)
{
	for (size_t i = 0; i < nr_edges; i++)
		if (edges[i].site == site && edges[i].callee == callee)
			return i;
	if (nr_edges == room_edges)
		edges = grown(edges, &room_edges, sizeof(*edges));
	edges[nr_edges] = (struct edge){ .site = site, .callee = callee };
	return nr_edges++;
}

static void enter(uint64_t site, uint64_t callee, uint64_t returns_to)
{
	struct frame *f = &frames[nr_frames];

	if (nr_frames == MOST_FRAMES)
		return;
	f->edge = edge_of(site, callee);
	f->returns_to = returns_to;
	f->again = false;
	for (size_t i = 0; i < nr_frames; i++)
		f->again |= frames[i].edge == f->edge;
	for (int e = 0; e < FACT_NR_EVENTS; e++)
		f->before[e] = event_now(e);
	edges[f->edge].calls++;
	nr_frames++;
}

static void leave(void)
{
	const struct frame *f = &frames[--nr_frames];

	for (int e = 0; !f->again && e < FACT_NR_EVENTS; e++)
		edges[f->edge].cost[e] += event_now(e) - f->before[e];
}

static void returned(uint64_t to)
{
	for (size_t i = nr_frames; i-- > 0;)
		if (frames[i].returns_to == to) {
			while (nr_frames > i)
				leave();
			return;
		}
}

void window_arrive(struct insn *insn)
{
	uint64_t from, to;

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
		enter(last->address, insn->address, last->address + last->size);
		break;
	case FLOW_RETURN:
		returned(insn->address);
		break;
	case FLOW_JUMP:
		code_function(insn->address, &to);
		code_function(last->address, &from);
		if (to == insn->address && to != from)
			enter(last->address, insn->address, 0);
		break;
	default:
		break;
	}
	last = NULL;
}

void window_leave(struct insn *insn)
{
	touch(insn);
	if (model_is_on)
		model_block(insn, true);
	last = insn;
	events[FACT_BRANCHES] += insn->flow == FLOW_BRANCH;
	events[FACT_CALLS] += insn->flow == FLOW_CALL;
	events[FACT_ICALLS] += insn->flow == FLOW_ICALL;
}

void window_access(struct insn *insn, uint64_t address, uint64_t physical, unsigned int bytes,
		   bool write)
{
	touch(insn);
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
	memory_touch(address, physical, bytes, write, insn->percpu);
}

void window_open(void)
{
	struct insn *const *all;
	size_t n;

	if (!in_series)
		return;
	all = code_all(&n);
	for (size_t i = 0; i < n; i++)
		all[i]->before = counters->executed[i];
	for (size_t i = 0; i < nr_touched; i++) {
		touched[i]->touched = false;
		touched[i]->loads = touched[i]->stores = touched[i]->taken = 0;
	}
	nr_touched = nr_edges = nr_frames = 0;
	memset(events, 0, sizeof(events));
	total_before = *counters->total;
	last = NULL;
	memory_open();
	model_open();
	window_is_open = true;
}

void window_close(void)
{
	struct insn *const *all;
	struct facts now;
	size_t n;

	if (!window_is_open)
		return;
	window_is_open = false;
	while (nr_frames)
		leave();
	all = code_all(&n);
	for (size_t i = 0; i < n; i++)
		all[i]->executed = counters->executed[i] - all[i]->before;
	for (int e = 0; e < FACT_NR_EVENTS; e++)
		now.events[e] = event_now(e);
	memcpy(now.memory, memory_facts(), sizeof(now.memory));
	if (nr_sizes > 1)
		same &= !memcmp(&now, &facts, sizeof(now));
	facts = now;
	if (nr_sizes < MOST_WINDOWS)
		sizes[nr_sizes++] = now.events[FACT_INSTRUCTIONS];
}

static void put_events(const uint64_t *e)
{
	for (int i = 0; i < FACT_NR_EVENTS; i++)
		fprintf(out, " %" PRIu64, e[i]);
	putc('\n', out);
}

/* In the order of their addresses. */
static int compare_insns(const void *a, const void *b)
{
	const struct insn *x = *(struct insn *const *)a, *y = *(struct insn *const *)b;

	return (x->address > y->address) - (x->address < y->address);
}

static int compare_edges(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->site != y->site)
		return x->site < y->site ? -1 : 1;
	return (x->callee > y->callee) - (x->callee < y->callee);
}

static uint64_t put_insn(const struct insn *insn)
{
	const uint64_t n = insn->executed;
	const enum flow f = insn->flow;

	fprintf(out, "i %" PRIx64 " ", insn->address);
	for (size_t b = 0; b < insn->size; b++)
		fprintf(out, "%02x", insn->bytes[b]);
	put_events((const uint64_t[FACT_NR_EVENTS]){
		[FACT_INSTRUCTIONS] = n,
		[FACT_LOADS] = insn->loads,
		[FACT_STORES] = insn->stores,
		[FACT_ATOMICS] = insn->atomic ? insn->stores : 0,
		[FACT_BRANCHES] = f == FLOW_BRANCH ? n : 0,
		[FACT_TAKEN] = insn->taken,
		[FACT_CALLS] = f == FLOW_CALL ? n : 0,
		[FACT_ICALLS] = f == FLOW_ICALL ? n : 0,
	});
	return n;
}

/* The last window: its sums, its memory, its instructions by function, its calls. */
static void put_window(void)
{
	uint64_t function = 0, start, sum = 0;
	struct insn *const *all;
	struct insn **met;
	size_t n, nr_met = 0;

	all = code_all(&n);
	met = calloc(n + 1, sizeof(struct insn *));
	if (!met)
		abort();
	for (size_t i = 0; i < n; i++)
		if (all[i]->executed)
			met[nr_met++] = all[i];
	qsort(met, nr_met, sizeof(struct insn *), compare_insns);
	fprintf(out, "t");
	put_events(facts.events);
	memory_put(facts.memory, out);
	for (size_t i = 0; i < nr_met; i++) {
		const char *name = code_function(met[i]->address, &start);

		if (!i || start != function)
			fprintf(out, "f %" PRIx64 " %s\n", start, name);
		function = start;
		sum += put_insn(met[i]);
	}
	free(met);
	qsort(edges, nr_edges, sizeof(*edges), compare_edges);
	for (size_t i = 0; i < nr_edges; i++) {
		fprintf(out, "c %" PRIx64 " %" PRIx64 " %" PRIu64, edges[i].site, edges[i].callee,
			edges[i].calls);
		put_events(edges[i].cost);
	}
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
		nr_sizes = 0;
		same = in_series = true;
		if (model_is_on)
			model_begin();
		memory_forget(FACT_KIND_TABLE);
		memory_forget(FACT_KIND_PAGE);
		memory_forget(FACT_KIND_ARRAY);
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
