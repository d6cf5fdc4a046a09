// SPDX-License-Identifier: GPL-2.0-only
/* Calls made up and mutated. */
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "tests/fuzz/device/calls.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PAGE	 4096ULL
#define MIB	 (1ULL << 20)

void source_begin(struct source *s, uint64_t seed)
{
	/* Seeds that are near each other are far from each other. */
	s->state = ptwalk_hash(seed, 0) | 1;
}

uint64_t source_next(struct source *s)
{
	s->state ^= s->state << 13;
	s->state ^= s->state >> 7;
	s->state ^= s->state << 17;
	return s->state;
}

uint64_t source_below(struct source *s, uint64_t n)
{
	return n ? (source_next(s) >> 11) % n : 0;
}

static bool one_in(struct source *s, uint64_t n)
{
	return !source_below(s, n);
}

/* What is at an edge of something, or has any bits, few or many. */
static uint64_t odd_number(struct source *s)
{
	static const uint64_t edges[] = {
		0,
		1,
		2,
		7,
		0xfff,
		PAGE,
		PAGE + 1,
		0x7fffffff,
		0x80000000,
		0xffffffff,
		1ULL << 32,
		0x7ffffffff000,
		0x7fffffffe000,
		1ULL << 47,
		0xffff800000000000,
		0xffffffff81000000,
		~0ULL,
		~0xfffULL,
		1ULL << 63,
		1ULL << 41,
		(1ULL << 41) + PAGE,
		1ULL << 62,
		PTWALK_MAX_ITERATIONS,
		PTWALK_MAX_ITERATIONS + 1,
		0x7fffffffffffffff,
	};

	switch (source_below(s, 3)) {
	case 0:
		return edges[source_below(s, COUNT(edges))];
	case 1:
		return source_next(s);
	default:
		return source_next(s) & ((1ULL << source_below(s, 64)) - 1);
	}
}

void range_make(struct source *s, __u64 *addr, __u64 *len)
{
	const enum area area = (enum area)source_below(s, NR_AREAS_WALKED);
	const uint64_t pages = area_bytes[area] / PAGE;
	uint64_t first = one_in(s, 3) ? 0 : source_below(s, pages), n;

	switch (source_below(s, 240)) {
	case 0:
		n = pages - first;
		break;
	case 1 ... 3:
		first &= ~511ULL;
		n = 512;
		break;
	case 4 ... 13:
		n = one_in(s, 12) ? 1ULL << source_below(s, 30) : 1;
		break;
	default:
		n = 1 + source_below(s, 16);
	}
	*addr = area_start(area) + first * PAGE;
	*len = n * PAGE;
}

static const struct {
	uint32_t op, flags;
} ops[] = {
#define X(number, constant, name, flags_, ...) { .op = (number), .flags = (flags_) },
	PTWALK_OPS(X)
#undef X
};

static void events_make(struct source *s, struct ptwalk_run *run)
{
	static const struct ptwalk_event known[] = {
		{ .type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CPU_CLOCK },
		{ .type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_TASK_CLOCK },
		{ .type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_PAGE_FAULTS },
		{ .type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_CONTEXT_SWITCHES },
		{ .type = PERF_TYPE_SOFTWARE, .config = PERF_COUNT_SW_DUMMY },
		{ .type = PERF_TYPE_HARDWARE, .config = PERF_COUNT_HW_INSTRUCTIONS },
		{ .type = PERF_TYPE_HW_CACHE, .config = 0 },
		{ .type = PERF_TYPE_RAW, .config = 0xc0 },
	};

	run->nr_events = 1 + (uint32_t)source_below(s, PTWALK_MAX_EVENTS);
	for (uint32_t i = 0; i < run->nr_events; i++) {
		run->events[i] = known[source_below(s, one_in(s, 4) ? COUNT(known) : 5)];
		if (one_in(s, 12))
			run->events[i].config = odd_number(s);
		if (one_in(s, 24))
			run->events[i].type = (uint32_t)odd_number(s);
	}
	if (one_in(s, 3))
		run->event_configs = area_start(AREA_SAMPLES) + source_below(s, 64) * 32;
}

static void flags_make(struct source *s, uint32_t flags, struct ptwalk_run *run)
{
	const bool sleeps = run->req || flags & PTWALK_OPF_SLEEPS;

	if (flags & PTWALK_OPF_WAITS)
		return;
	/* Where there are more CPUs than one, none is populated for sure: that is refused. */
	if (one_in(s, sleeps ? 8 : 2))
		run->flags = PTWALK_RUN_IRQS_OFF | (sleeps ? PTWALK_RUN_POPULATED : 0U);
	if (one_in(s, 4))
		run->flags |= PTWALK_RUN_KEEP;
	if (one_in(s, 8))
		run->flags |= PTWALK_RUN_COLD;
	if (one_in(s, 8))
		run->flags |= PTWALK_RUN_TELL;
	if (one_in(s, 2))
		run->flags |= PTWALK_RUN_HASH;
}

static void run_make(struct source *s, struct ptwalk_run *run)
{
	size_t i = source_below(s, COUNT(ops));
	uint32_t flags;

	/* A teardown takes as long as a hundred others. */
	while (ops[i].flags & PTWALK_OPF_PAGEMAPS && !one_in(s, 10))
		i = source_below(s, COUNT(ops));
	flags = ops[i].flags;
	run->op = ops[i].op;
	range_make(s, &run->addr, &run->len);
	if (flags & PTWALK_OPF_PAGEMAPS && !one_in(s, 4)) {
		run->addr = area_start(AREA_OWN);
		run->len = (1 + source_below(s, one_in(s, 4) ? 3 : 1)) * 2 * MIB;
	}
	run->iterations = 1 + (uint32_t)source_below(s, one_in(s, 100) ? 300 : 3);
	run->samples = area_start(AREA_SAMPLES);
	if (flags & PTWALK_OPF_POLICIES)
		run->policy = (uint32_t)source_below(s, PTWALK_NR_POLICIES);
	if (flags & PTWALK_OPF_FAULTS && one_in(s, 2))
		run->req = PTWALK_REQ_FAULT | (one_in(s, 2) ? PTWALK_REQ_WRITE : 0U);
	flags_make(s, flags, run);
	if (flags & PTWALK_OPF_CHUNKS)
		run->chunk = 1 + (uint32_t)source_below(s, one_in(s, 3) ? 4 : 1024);
	if (flags & PTWALK_OPF_COLLISIONS) {
		run->budget = 1 + (uint32_t)source_below(s, 8);
		run->collide = (uint32_t)source_below(s, 5);
		if (one_in(s, 4))
			run->budget_ns = 1 + source_below(s, 100000);
	}
	if (flags & PTWALK_OPF_STAGES && one_in(s, 2))
		run->stages = area_start(AREA_SAMPLES) + area_bytes[AREA_SAMPLES] / 2;
	if (one_in(s, 8))
		run->result_want = (uint32_t)source_below(s, 3);
	if (one_in(s, 16))
		events_make(s, run);
	if (one_in(s, 16))
		run->own = (uint32_t)source_below(s, 4);
}

static void pagemaps_make(struct source *s, struct ptwalk_pagemaps *ask)
{
	if (one_in(s, 3))
		return;
	ask->start = s->spare_start + source_below(s, 4) * 16 * MIB;
	ask->nr = 1 + (uint32_t)source_below(s, one_in(s, 50) ? 64 : 3);
	ask->piece = (1 + source_below(s, one_in(s, 4) ? 4 : 1)) * 2 * MIB;
	ask->leaf = one_in(s, 2) ? PAGE : 2 * MIB;
	ask->grain = one_in(s, 2) ? ask->leaf : ask->piece;
}

static void migrate_make(struct source *s, struct ptwalk_migrate *m)
{
	range_make(s, &m->addr, &m->len);
	m->to = (uint32_t)source_below(s, PTWALK_NR_MEMORIES);
	if (m->to == PTWALK_MEMORY_COHERENT)
		m->phys = s->spare_start + s->spare_bytes / 2 + source_below(s, 8) * 16 * MIB;
}

static void advice_make(struct source *s, struct system_call *call)
{
	static const uint64_t advices[] = { MADV_DONTNEED,   MADV_HUGEPAGE,
					    MADV_NOHUGEPAGE, MADV_COLD,
					    MADV_PAGEOUT,    MADV_FREE,
					    MADV_REMOVE,     25 /* MADV_COLLAPSE */ };

	range_make(s, &call->addr, &call->len);
	call->how = advices[source_below(s, COUNT(advices))];
}

static void raw_make(struct source *s, struct system_call *call)
{
	const enum call_kind kind = (enum call_kind)source_below(s, CALL_RAW);

	call->how = one_in(s, 4) ? odd_number(s) : call_ioctls[kind];
	if (one_in(s, 3))
		call->how = _IOC(source_below(s, 4), PTWALK_IOC_MAGIC, source_below(s, 12),
				 source_below(s, 1500));
	/* Behind the half is what was never written, or stages. */
	call->addr = one_in(s, 3) ? odd_number(s)
				  : area_start(AREA_SAMPLES) + source_below(s, 1 << 20) * 8;
}

static void system_make(struct source *s, struct call *call)
{
	struct system_call *system = &call->system;

	range_make(s, &system->addr, &system->len);
	switch (call->kind) {
	case CALL_RAW:
		raw_make(s, system);
		break;
	case CALL_MAP:
		system->addr = area_start(AREA_OWN);
		system->len = (1 + source_below(s, 8)) * 2 * MIB;
		system->how = one_in(s, 3) ? source_below(s, 8) * 2 * MIB : 0;
		break;
	case CALL_ADVISE:
		advice_make(s, system);
		break;
	case CALL_KILLED:
		system->how = source_below(s, one_in(s, 2) ? 500 : 20000);
		break;
	default:
		system->how = source_below(s, 4);
	}
}

/*
 * How often each comes, of the sum of all. What takes milliseconds, or concerns everybody, is rare
 * beside what takes microseconds: a second has of both.
 */
static const unsigned int weights[NR_CALLS] = {
	[CALL_QUERY] = 200,    [CALL_QUERY_OP] = 200, [CALL_QUERY_OWN] = 200, [CALL_BLOCKS] = 400,
	[CALL_INSPECT] = 2000, [CALL_RUN] = 5000,     [CALL_PAGEMAPS] = 80,   [CALL_MIGRATE] = 600,
	[CALL_PROTOCOL] = 40,  [CALL_DRIVER] = 400,   [CALL_WALK] = 60,	      [CALL_TELL] = 40,
	[CALL_MARK] = 300,     [CALL_TEARDOWN] = 20,  [CALL_RAW] = 300,	      [CALL_MAP] = 200,
	[CALL_UNMAP] = 60,     [CALL_RENEW] = 20,     [CALL_TOUCH] = 500,     [CALL_ADVISE] = 300,
	[CALL_PROTECT] = 200,  [CALL_HOLD] = 60,      [CALL_OPEN] = 16,	      [CALL_KILLED] = 8,
	[CALL_UNBIND] = 1,     [CALL_RELOAD] = 1,
};

static enum call_kind kind_make(struct source *s)
{
	unsigned int all = 0, kind = 0;
	uint64_t at;

	for (unsigned int i = 0; i < NR_CALLS; i++)
		all += weights[i];
	at = source_below(s, all);
	while (at >= weights[kind])
		at -= weights[kind++];
	/* A ten thousandth is still too much of what takes a second. */
	if (kind >= CALL_UNBIND && !one_in(s, 4))
		kind = CALL_OPEN;
	return (enum call_kind)kind;
}

/* One of the words of its argument, or a half of one, is odd. */
static void spoil(struct source *s, struct call *call)
{
	uint64_t *word = &call->words[source_below(s, call_bytes[call->kind] / 8)];
	const uint64_t odd = odd_number(s);

	switch (source_below(s, 4)) {
	case 0:
		*word = odd;
		break;
	case 1:
		*word = (*word & ~0xffffffffULL) | (odd & 0xffffffff);
		break;
	case 2:
		*word ^= 1ULL << source_below(s, 64);
		break;
	default:
		*word += one_in(s, 2) ? PAGE : -PAGE;
	}
}

static void call_make(struct source *s, struct call *call)
{
	*call = (struct call){ .kind = kind_make(s) };
	call->file = one_in(s, 4);
	switch (call->kind) {
	case CALL_QUERY:
		call->query.abi = one_in(s, 4) ? (uint32_t)odd_number(s) : PTWALK_ABI;
		break;
	case CALL_QUERY_OP:
		call->query_op.index = (uint32_t)source_below(s, PTWALK_NR_OPS + 2);
		break;
	case CALL_QUERY_OWN:
		call->query_own.index = (uint32_t)source_below(s, 4);
		break;
	case CALL_INSPECT:
		range_make(s, &call->inspect.addr, &call->inspect.len);
		call->inspect.flags = one_in(s, 2) ? PTWALK_INSPECT_HASH : 0;
		break;
	case CALL_BLOCKS:
		range_make(s, &call->blocks.addr, &call->blocks.len);
		break;
	case CALL_RUN:
		run_make(s, &call->run);
		break;
	case CALL_PAGEMAPS:
		pagemaps_make(s, &call->pagemaps);
		break;
	case CALL_MIGRATE:
		migrate_make(s, &call->migrate);
		break;
	case CALL_PROTOCOL ... CALL_TEARDOWN:
		race_make(s, call);
		break;
	default:
		system_make(s, call);
	}
	if (one_in(s, 5))
		for (uint64_t n = 1 + source_below(s, 3); n; n--)
			spoil(s, call);
	call_tame(call, s->still);
}

void program_make(struct source *s, struct program *p)
{
	p->n = 1 + source_below(s, PROGRAM_CALLS);
	for (size_t i = 0; i < p->n; i++)
		call_make(s, &p->calls[i]);
}

/* As many as there is room for: @from goes on where @p ends. */
static void append(struct program *p, const struct program *from, size_t first)
{
	while (p->n < PROGRAM_CALLS && first < from->n)
		p->calls[p->n++] = from->calls[first++];
}

void program_mutate(struct source *s, struct program *p, const struct program *other)
{
	for (uint64_t n = 1 + source_below(s, 3); n; n--) {
		struct call *call = &p->calls[source_below(s, p->n)];

		switch (source_below(s, 5)) {
		case 0:
			call_make(s, call);
			break;
		case 1:
			p->n = 1 + source_below(s, p->n);
			append(p, other, source_below(s, other->n));
			break;
		case 2:
			if (p->n < PROGRAM_CALLS)
				p->calls[p->n++] = *call;
			break;
		default:
			spoil(s, call);
			call_tame(call, s->still);
		}
	}
}
