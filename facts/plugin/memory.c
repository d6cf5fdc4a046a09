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

/* What was touched of a page; of a set that is emptied by raising @epoch. */
struct page {
	uint64_t number;
	uint64_t met, written; /* a bit a line */
	uint32_t epoch;
	uint8_t kind[PAGE_BYTES / FACT_LINE];
};

static struct region *regions; /* sorted, none in another, once @sorted */
static size_t nr_regions, room_regions;
static bool sorted;

/* Which page of memory an address was, as long as that may not change. */
static struct known {
	uint64_t number; /* of the address */
	uint64_t since;	 /* @moves when it was so */
	struct page *page;
} known[256];
static uint64_t moves;

static struct page *pages; /* by number, open addressing */
static size_t nr_pages, room_pages;
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
	memory_moves();
	epoch++;
	nr_pages = 0;
	stack = UINT64_MAX;
}

void memory_stack(uint64_t address)
{
	stack = address / STACK_BYTES;
}

/* Pages that are beside one another are so here, too. */
static struct page *slot_of(uint64_t number)
{
	size_t at = (number + (number >> 16)) & (room_pages - 1);

	while (pages[at].epoch == epoch && pages[at].number != number)
		at = (at + 1) & (room_pages - 1);
	return &pages[at];
}

static void grow(void)
{
	struct page *old = pages;
	const size_t n = room_pages;

	room_pages = n ? 2 * n : 4096;
	pages = calloc(room_pages, sizeof(*pages));
	if (!pages)
		abort();
	for (size_t i = 0; i < n; i++)
		if (old[i].epoch == epoch)
			*slot_of(old[i].number) = old[i];
	free(old);
	memory_moves();
}

static struct page *page_of(uint64_t number)
{
	struct page *p;

	if (2 * nr_pages >= room_pages)
		grow();
	p = slot_of(number);
	if (p->epoch == epoch)
		return p;
	p->number = number;
	p->met = p->written = 0;
	p->epoch = epoch;
	nr_pages++;
	return p;
}

/* The first line of a page says what kind the page is of. */
static struct fact_memory *meet(struct page *p, unsigned int line, uint64_t address, bool percpu)
{
	const uint64_t bit = 1ULL << line;

	if (!(p->met & bit)) {
		p->kind[line] = (uint8_t)kind_of(address, percpu);
		facts[p->kind[line]].lines++;
		facts[p->kind[line]].pages += !p->met;
		p->met |= bit;
	}
	return &facts[p->kind[line]];
}

/* At @at of that page. */
static void touch(struct page *p, unsigned int at, uint64_t address, unsigned int bytes, bool write,
		  bool percpu)
{
	const unsigned int left = PAGE_BYTES - at;
	const unsigned int first = at / FACT_LINE;
	const unsigned int last = (at + (bytes < left ? bytes : left) - 1) / FACT_LINE;

	for (unsigned int line = first; line <= last; line++) {
		struct fact_memory *m = meet(p, line, address, percpu);
		const uint64_t bit = 1ULL << line;

		if (model_is_on)
			model_line(p->number * (PAGE_BYTES / FACT_LINE) + line);
		if (write && !(p->written & bit)) {
			m->lines_written++;
			p->written |= bit;
		}
		if (line == first) {
			m->reads += !write;
			m->writes += write;
		}
	}
}

static struct known *known_of(uint64_t address)
{
	const uint64_t number = address / PAGE_BYTES;

	return &known[(number ^ number >> 8) % (sizeof(known) / sizeof(*known))];
}

void memory_touch(uint64_t address, uint64_t physical, unsigned int bytes, bool write, bool percpu,
		  bool steady)
{
	struct page *p = page_of(physical / PAGE_BYTES);

	if (steady)
		*known_of(address) = (struct known){ address / PAGE_BYTES, moves, p };
	touch(p, physical % PAGE_BYTES, address, bytes, write, percpu);
}

bool memory_touch_known(uint64_t address, unsigned int bytes, bool write, bool percpu)
{
	const struct known *k = known_of(address);

	if (k->number != address / PAGE_BYTES || k->since != moves)
		return false;
	touch(k->page, address % PAGE_BYTES, address, bytes, write, percpu);
	return true;
}

void memory_moves(void)
{
	moves++;
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
