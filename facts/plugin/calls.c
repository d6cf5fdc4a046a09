// SPDX-License-Identifier: GPL-2.0-only
#include "facts/plugin/calls.h"

#include <inttypes.h>
#include <stdlib.h>

#define MOST_FRAMES 256

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

static struct edge *edges;
static size_t nr_edges, room_edges;
static struct frame frames[MOST_FRAMES];
static size_t nr_frames;

static void make_room(void)
{
	if (nr_edges < room_edges)
		return;
	room_edges = room_edges ? 2 * room_edges : 4096;
	edges = realloc(edges, room_edges * sizeof(*edges));
	if (!edges)
		abort();
}

static size_t edge_of(struct insn *insn, uint64_t callee)
{
	const uint64_t site = insn->address;

	if (insn->edge < nr_edges && edges[insn->edge].site == site &&
	    edges[insn->edge].callee == callee)
		return insn->edge;
	for (size_t i = 0; i < nr_edges; i++)
		if (edges[i].site == site && edges[i].callee == callee)
			return insn->edge = i;
	make_room();
	insn->edge = nr_edges;
	edges[nr_edges] = (struct edge){ .site = site, .callee = callee };
	return nr_edges++;
}

void calls_open(void)
{
	nr_edges = nr_frames = 0;
}

void calls_enter(struct insn *site, uint64_t callee, uint64_t returns_to, const uint64_t *now)
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
		f->before[e] = now[e];
	edges[f->edge].calls++;
	nr_frames++;
}

static void leave(const uint64_t *now)
{
	const struct frame *f = &frames[--nr_frames];

	for (int e = 0; !f->again && e < FACT_NR_EVENTS; e++)
		edges[f->edge].cost[e] += now[e] - f->before[e];
}

void calls_return(uint64_t to, const uint64_t *now)
{
	for (size_t i = nr_frames; i-- > 0;)
		if (frames[i].returns_to == to) {
			while (nr_frames > i)
				leave(now);
			return;
		}
}

void calls_close(const uint64_t *now)
{
	while (nr_frames)
		leave(now);
}

static int compare_edges(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->site != y->site)
		return x->site < y->site ? -1 : 1;
	return (x->callee > y->callee) - (x->callee < y->callee);
}

void calls_put(FILE *out)
{
	qsort(edges, nr_edges, sizeof(*edges), compare_edges);
	for (size_t i = 0; i < nr_edges; i++) {
		fprintf(out, "c %" PRIx64 " %" PRIx64 " %" PRIu64, edges[i].site, edges[i].callee,
			edges[i].calls);
		events_put(edges[i].cost, out);
	}
}

void events_put(const uint64_t *events, FILE *out)
{
	for (int i = 0; i < FACT_NR_EVENTS; i++)
		fprintf(out, " %" PRIu64, events[i]);
	putc('\n', out);
}
