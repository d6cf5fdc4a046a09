// SPDX-License-Identifier: GPL-2.0-only
#include "facts/plugin/model.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "facts/fact.h"

#define MOST_EVENTS 32768
#define MOST_TRACE  16384 /* instructions */
#define MOST_BLOCK  512	  /* of QEMU's */

/* Least recently used goes first. A line is 0 where there is none: memory's first is never met. */
struct cache {
	size_t sets, ways;
	uint64_t *lines, *used;
	uint64_t misses;
};

static struct cache caches[] = {
	{ .sets = FACT_L1_KIB * 1024 / FACT_LINE / FACT_L1_WAYS, .ways = FACT_L1_WAYS },
	{ .sets = FACT_L2_KIB * 1024 / FACT_LINE / FACT_L2_WAYS, .ways = FACT_L2_WAYS },
};
#define NR_CACHES (sizeof(caches) / sizeof(*caches))

bool model_is_on;

static uint64_t clock;

/* Where blocks began and ended, the last MOST_EVENTS of them. */
static struct event {
	const struct insn *insn;
	bool last;
} events[MOST_EVENTS];
static size_t nr_events;

void model_init(void)
{
	for (size_t i = 0; i < NR_CACHES; i++) {
		caches[i].lines = calloc(caches[i].sets * caches[i].ways, sizeof(uint64_t));
		caches[i].used = calloc(caches[i].sets * caches[i].ways, sizeof(uint64_t));
		if (!caches[i].lines || !caches[i].used)
			abort();
	}
	model_is_on = true;
}

void model_begin(void)
{
	for (size_t i = 0; i < NR_CACHES; i++)
		memset(caches[i].lines, 0, caches[i].sets * caches[i].ways * sizeof(uint64_t));
}

void model_open(void)
{
	for (size_t i = 0; i < NR_CACHES; i++)
		caches[i].misses = 0;
	nr_events = 0;
}

/* Is it there? From now on it is. */
static bool hit(struct cache *c, uint64_t line)
{
	uint64_t *lines = &c->lines[line % c->sets * c->ways];
	uint64_t *used = &c->used[line % c->sets * c->ways];
	size_t oldest = 0;

	clock++;
	for (size_t w = 0; w < c->ways; w++) {
		if (lines[w] == line) {
			used[w] = clock;
			return true;
		}
		if (!lines[w] || (lines[oldest] && used[w] < used[oldest]))
			oldest = w;
	}
	lines[oldest] = line;
	used[oldest] = clock;
	c->misses++;
	return false;
}

void model_line(uint64_t line)
{
	for (size_t i = 0; i < NR_CACHES && !hit(&caches[i], line); i++)
		;
}

void model_block(const struct insn *insn, bool last)
{
	events[nr_events++ % MOST_EVENTS] = (struct event){ insn, last };
}

/* The instructions from event @i's on, up to the end of its block or to where the next one begins. */
static size_t expand(size_t i, uint64_t *trace, size_t n)
{
	const struct event *next = i + 1 < nr_events ? &events[(i + 1) % MOST_EVENTS] : NULL;
	const struct insn *insn = events[i % MOST_EVENTS].insn;

	for (size_t k = 0; insn && k < MOST_BLOCK; k++) {
		trace[n++ % MOST_TRACE] = insn->address;
		if (!next || (next->last ? next->insn == insn
					 : next->insn->address == insn->address + insn->size))
			break;
		insn = code_at(insn->address + insn->size);
	}
	return n;
}

void model_put(FILE *out)
{
	static uint64_t trace[MOST_TRACE];
	size_t n = 0, first = nr_events > MOST_EVENTS ? nr_events - MOST_EVENTS : 0;

	for (size_t i = first; i < nr_events; i++)
		if (!events[i % MOST_EVENTS].last)
			n = expand(i, trace, n);
	fprintf(out, "x %" PRIu64 " %" PRIu64 "\nl", caches[0].misses, caches[1].misses);
	for (size_t i = n > MOST_TRACE ? n - MOST_TRACE : 0; i < n; i++)
		fprintf(out, " %" PRIx64, trace[i % MOST_TRACE]);
	putc('\n', out);
}
