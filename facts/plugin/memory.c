// SPDX-License-Identifier: GPL-2.0-only
#include "facts/plugin/memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "facts/plugin/model.h"

#define STACK_BYTES 16384 /* THREAD_SIZE of every kernel that is measured */
#define PAGE_BYTES  4096

static const char *const names[] = {
#define X(id, name) name,
	FACT_KINDS(X)
#undef X
};

struct region {
	uint64_t start, end;
	enum fact_kind kind;
};

/* A set of numbers that is emptied by raising @epoch. */
struct touched {
	uint64_t key;
	uint32_t epoch;
	uint8_t kind, written;
};

struct set {
	struct touched *slots;
	size_t size, n;
};

static struct region *regions; /* sorted, none in another, once @sorted */
static size_t nr_regions, room_regions;
static bool sorted;

static struct set lines, pages;
static uint32_t epoch;
static uint64_t stack;
static struct fact_memory facts[FACT_NR_KINDS];

static void add_region(enum fact_kind kind, uint64_t address, uint64_t bytes)
{
	if (nr_regions == room_regions) {
		room_regions = room_regions ? 2 * room_regions : 1024;
		regions = realloc(regions, room_regions * sizeof(*regions));
		if (!regions)
			abort();
	}
	regions[nr_regions++] =
		(struct region){ .start = address, .end = address + bytes, .kind = kind };
	sorted = false;
}

void memory_told(const char *words)
{
	char kind[16];
	uint64_t address, bytes;

	if (sscanf(words, "%15s %" SCNx64 " %" SCNx64, kind, &address, &bytes) != 3)
		return;
	for (int k = 0; k < FACT_NR_KINDS; k++)
		if (!strcmp(kind, names[k]))
			add_region(k, address, bytes);
}

void memory_forget(enum fact_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < nr_regions; i++)
		if (regions[i].kind != kind)
			regions[n++] = regions[i];
	nr_regions = n;
}

static int compare_regions(const void *a, const void *b)
{
	const struct region *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

static enum fact_kind kind_of(uint64_t address, bool percpu)
{
	size_t low = 0, high = nr_regions;

	if (percpu)
		return FACT_KIND_PERCPU;
	if (address / STACK_BYTES == stack)
		return FACT_KIND_STACK;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (regions[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low && address < regions[low - 1].end)
		return regions[low - 1].kind;
	return FACT_KIND_OTHER;
}

void memory_open(void)
{
	if (!sorted)
		qsort(regions, nr_regions, sizeof(*regions), compare_regions);
	sorted = true;
	memset(facts, 0, sizeof(facts));
	epoch++;
	lines.n = pages.n = 0;
	stack = UINT64_MAX;
}

void memory_stack(uint64_t address)
{
	stack = address / STACK_BYTES;
}

static struct touched *slot_of(const struct set *set, uint64_t key)
{
	size_t at = (key * 0x9e3779b97f4a7c15ULL >> 24) & (set->size - 1);

	while (set->slots[at].epoch == epoch && set->slots[at].key != key)
		at = (at + 1) & (set->size - 1);
	return &set->slots[at];
}

static void grow(struct set *set)
{
	struct set old = *set;

	set->size = old.size ? 2 * old.size : 1 << 16;
	set->slots = calloc(set->size, sizeof(*set->slots));
	if (!set->slots)
		abort();
	for (size_t i = 0; i < old.size; i++)
		if (old.slots[i].epoch == epoch)
			*slot_of(set, old.slots[i].key) = old.slots[i];
	free(old.slots);
}

/* That of @key; where it is new, @fresh, and of no kind yet. */
static struct touched *meet(struct set *set, uint64_t key, bool *fresh)
{
	struct touched *t;

	if (2 * set->n >= set->size)
		grow(set);
	t = slot_of(set, key);
	*fresh = t->epoch != epoch;
	if (*fresh) {
		*t = (struct touched){ .key = key, .epoch = epoch };
		set->n++;
	}
	return t;
}

void memory_touch(uint64_t address, uint64_t physical, unsigned int bytes, bool write, bool percpu)
{
	const uint64_t left = PAGE_BYTES - address % PAGE_BYTES;
	const uint64_t last = (physical + (bytes < left ? bytes : left) - 1) / FACT_LINE;
	bool first = true, fresh;

	for (uint64_t line = physical / FACT_LINE; line <= last; line++) {
		struct touched *t = meet(&lines, line, &fresh);
		struct fact_memory *m;

		if (model_is_on)
			model_line(line);
		if (fresh)
			t->kind = (uint8_t)kind_of(address, percpu);
		m = &facts[t->kind];
		m->lines += fresh;
		m->lines_written += write && !t->written;
		t->written |= write;
		if (first) {
			m->reads += !write;
			m->writes += write;
		}
		first = false;
		/* Of a line that was met its page was, too. */
		if (fresh) {
			meet(&pages, line * FACT_LINE / PAGE_BYTES, &fresh);
			m->pages += fresh;
		}
	}
}

const struct fact_memory *memory_facts(void)
{
	return facts;
}

void memory_put(const struct fact_memory *memory, FILE *out)
{
	for (int k = 0; k < FACT_NR_KINDS; k++)
		fprintf(out, "m %s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
			names[k], memory[k].reads, memory[k].writes, memory[k].lines,
			memory[k].lines_written, memory[k].pages);
}
