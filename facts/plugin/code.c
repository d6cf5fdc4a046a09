// SPDX-License-Identifier: GPL-2.0-only
#include "facts/plugin/code.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct symbol {
	uint64_t address;
	char *name;
};

static const struct target *target;

static struct insn **hash; /* by address, open addressing */
static size_t nr, hash_size;

static struct symbol *symbols;
static size_t nr_symbols, room_symbols;
static bool symbols_sorted;

int code_init(const char *name)
{
	static const struct target *const targets[] = { &target_x86, &target_arm64 };

	for (size_t i = 0; i < sizeof(targets) / sizeof(*targets); i++)
		if (!strcmp(targets[i]->name, name))
			target = targets[i];
	if (!target || (target->init && target->init()))
		return -1;
	hash_size = 2 * (size_t)CODE_MOST;
	hash = calloc(hash_size, sizeof(*hash));
	return hash ? 0 : -1;
}

/* Its place in the table, or where it would be. */
static size_t place_of(uint64_t address)
{
	size_t at = (address * 0x9e3779b97f4a7c15ULL >> 20) % hash_size;

	for (; hash[at] && hash[at]->address != address; at = (at + 1) % hash_size)
		;
	return at;
}

struct insn *code_at(uint64_t address)
{
	return hash[place_of(address)];
}

struct insn *code_insn(uint64_t address, const uint8_t *bytes, size_t size)
{
	const size_t at = place_of(address);
	struct insn *insn = hash[at];

	if (!insn) {
		if (nr == CODE_MOST)
			return NULL;
		insn = calloc(1, sizeof(*insn));
		if (!insn)
			abort();
		insn->address = address;
		hash[at] = insn;
		nr++;
	}
	if (size > CODE_MOST_BYTES)
		size = CODE_MOST_BYTES;
	/*
	 * Where an instruction lies on two pages, QEMU 7.2 ends the block before with its first bytes, and
	 * runs none of that. No instruction begins as another, shorter one.
	 */
	if (size < insn->size && !memcmp(insn->bytes, bytes, size))
		return insn;
	if (insn->size != size || memcmp(insn->bytes, bytes, size) != 0) {
		insn->size = (uint8_t)size;
		memcpy(insn->bytes, bytes, size);
		insn->flow = FLOW_NONE;
		insn->atomic = insn->percpu = insn->plain = insn->moves = false;
		target->decode(insn);
	}
	return insn;
}

struct block *code_block(struct insn *const *insns, size_t n)
{
	struct block *block = calloc(1, sizeof(*block) + n * sizeof(*insns));

	if (!block)
		abort();
	block->n = n;
	memcpy(block->insns, insns, n * sizeof(*insns));
	return block;
}

bool code_tells(const uint8_t *bytes, size_t size)
{
	return target->tells(bytes, size);
}

uint32_t code_mark(const uint8_t *bytes, size_t size)
{
	return target->mark(bytes, size);
}

void code_symbol(uint64_t address, const char *name)
{
	if (nr_symbols == room_symbols) {
		room_symbols = room_symbols ? 2 * room_symbols : 65536;
		symbols = realloc(symbols, room_symbols * sizeof(*symbols));
	}
	if (!symbols)
		abort();
	symbols[nr_symbols].address = address;
	symbols[nr_symbols++].name = strdup(name);
	symbols_sorted = false;
}

/* Of several names of one place the first in the alphabet, whatever order they came in. */
static int compare_symbols(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return strcmp(x->name, y->name);
}

const char *code_function(uint64_t address, uint64_t *start)
{
	size_t low = 0, high = nr_symbols;

	if (!symbols_sorted && nr_symbols)
		qsort(symbols, nr_symbols, sizeof(*symbols), compare_symbols);
	symbols_sorted = true;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	*start = address;
	if (!low)
		return "?";
	while (low > 1 && symbols[low - 2].address == symbols[low - 1].address)
		low--;
	*start = symbols[low - 1].address;
	return symbols[low - 1].name;
}

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
