// SPDX-License-Identifier: GPL-2.0-only
#include "bench/op/race.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/op/selection.h"

const char *const race_memories[] = {
#define X(constant, name, summary) #name,
	RACE_MEMORIES(X)
#undef X
};

/* Pages of a chunk where a driver mirrors what its device happens to touch. */
#define MIRROR_PAGES 16

#define FAULT PTWALK_REQ_FAULT
#define WRITE (PTWALK_REQ_FAULT | PTWALK_REQ_WRITE)

/* Kernels whose GUP looks up pagemaps keep a reference from one page to the next: up to 6.12. */
#define KEEPS "it keeps a reference to the pagemap while it waits for a fault"

/* X(identifier, name, op, requests, own code, chunk, what is wrong, summary) */
#define WALKERS(X)                                                                                 \
	X(hmm, "hmm", HMM, 0, NULL, 0, NULL, "hmm_range_fault() of what is there")                 \
	X(fault, "hmm_fault", HMM, FAULT, NULL, 0, NULL, "the same, which faults in")              \
	X(write, "hmm_write", HMM, WRITE, NULL, 0, NULL, "the same for writing")                   \
	X(mirror, "mirror", HMM, FAULT, NULL, MIRROR_PAGES, NULL, "the same in small chunks")      \
	X(none, "hmm/none", HMM, 0, "none", 0, NULL, "own code, no pagemap looked up")             \
	X(range, "hmm/range", HMM, 0, "range", 0, NULL, "own code, policy range")                  \
	X(batch, "hmm/batch", HMM, 0, "batch", 0, NULL, "own code, policy batch")                  \
	X(entry, "hmm/entry", HMM, 0, "entry", 0, NULL, "own code, policy entry")                  \
	X(range_fault, "hmm_fault/range", HMM, FAULT, "range", 0, NULL, "... faulting in")         \
	X(batch_fault, "hmm_fault/batch", HMM, FAULT, "batch", 0, NULL, "... faulting in")         \
	X(entry_fault, "hmm_fault/entry", HMM, FAULT, "entry", 0, NULL, "... faulting in")         \
	X(gup_fast, "gup_fast", GUP_FAST, FAULT, NULL, 1, NULL,                                    \
	  "get_user_pages_fast() of one page, held for a while")                                   \
	X(pin_fast, "pin_fast", PIN_FAST, WRITE, NULL, 1, NULL, "pin_user_pages_fast(), the same") \
	X(gup_many, "gup_many", GUP_FAST, FAULT, NULL, 0, KEEPS,                                   \
	  "get_user_pages_fast() of all pages at once")                                            \
	X(pin_many, "pin_many", PIN_FAST, WRITE, NULL, 0, KEEPS, "pin_user_pages_fast(), the same")

#define X(ident, name_, op_, req_, own_, chunk_, wrong_, summary_) \
	static const struct race_walker walker_##ident = {         \
		.name = (name_),                                   \
		.op = PTWALK_OP_##op_,                             \
		.req = (req_),                                     \
		.own = (own_),                                     \
		.chunk = (chunk_),                                 \
		.wrong = (wrong_),                                 \
		.summary = (summary_),                             \
	};
WALKERS(X)
#undef X

const struct race_walker *const race_walkers[] = {
#define X(ident, ...) &walker_##ident,
	WALKERS(X)
#undef X
};
const size_t nr_race_walkers = ARRAY_SIZE(race_walkers);

bool race_walker_holds(const struct race_walker *walker)
{
	return walker->op != PTWALK_OP_HMM;
}

const char *const race_protocols[] = {
#define X(name, wrong) #name,
	PTWALK_PROTOCOLS(X)
#undef X
};
const size_t nr_race_protocols = ARRAY_SIZE(race_protocols);

#define PAGEMAPS (1U << RACE_PAGEMAPS)
#define DAX	 (1U << RACE_DAX)
#define ANON	 (1U << RACE_ANON)
#define KMEM	 (1U << RACE_KMEM)
#define CHILD	 (1U << RACE_CHILD)

/* What the threats below cannot show: 1U << a protocol's place. */
enum {
#define X(name, wrong) PROTOCOL_##name,
	PTWALK_PROTOCOLS(X)
#undef X
};

/* Nobody begins again for what is gone for good. */
#define NONE_AGAIN (1U << PROTOCOL_sequence_once)

static const char *const teardown_phases[] = { "disable", "invalidate", "drain", "restore" };

static const struct race_act teardown = {
	.name = "teardown",
	.summary = "pagemaps are disabled, invalidated, drained and brought back",
	.memories = PAGEMAPS,
	.first = PTWALK_PHASE_DISABLE,
	.nr_phases = ARRAY_SIZE(teardown_phases),
};

/* Of one phase, called what they are: X(identifier, number, memories, what it hides, summary). */
#define ACTS(X)                                                                          \
	X(unbind, 0, DAX, 0, "the device is unbound and bound again")                    \
	X(munmap, 1, PAGEMAPS | DAX | ANON, 0, "the range is unmapped, and mapped anew") \
	X(mprotect, 2, PAGEMAPS | DAX | ANON, 0, "write permission is taken away")       \
	X(madvise, 3, PAGEMAPS | DAX | ANON, 0, "madvise(MADV_DONTNEED)")                \
	X(migrate, 4, ANON, 0, "pages move to another node")                             \
	X(split, 5, ANON, 0, "huge pages are split")                                     \
	X(collapse, 6, ANON, 0, "pages are collapsed into huge ones")                    \
	X(fork, 7, ANON, 0, "a child is forked, which shares the pages, and exits")      \
	X(hotremove, 8, KMEM, 0, "pages move away, and the memory is removed")           \
	X(exit, 9, CHILD, NONE_AGAIN, "the process exits that has the memory")

#define X(ident, number, memories_, hides_, summary_) \
	static const struct race_act act_##ident = {  \
		.name = #ident,                       \
		.summary = (summary_),                \
		.memories = (memories_),              \
		.hides = (hides_),                    \
		.first = PTWALK_PHASE_OWN + (number), \
		.nr_phases = 1,                       \
	};
ACTS(X)
#undef X

const struct race_act *const race_acts[] = { &teardown,
#define X(ident, ...) &act_##ident,
					     ACTS(X)
#undef X
};
const size_t nr_race_acts = ARRAY_SIZE(race_acts);

const char *race_phase_name(unsigned int phase)
{
	if (phase < PTWALK_PHASE_OWN)
		return teardown_phases[phase];
	for (size_t i = 0; i < nr_race_acts; i++)
		if (race_acts[i]->first == phase)
			return race_acts[i]->name;
	return NULL;
}

const struct opt race_opts[] = {
	{ "walker", 0, "LIST", "Who walks, separated by commas (default: all that are right)",
	  OPT_LIST(struct race_ask, walker_names) },
	{ "against", 0, "LIST", "What takes memory away, separated by commas (default: all)",
	  OPT_LIST(struct race_ask, act_names) },
	{ "protocol", 0, "NAME|FILE.c",
	  "A protocol to race, or a file with one of yours; repeatable (default: right, and each "
	  "wrong one until it is found)",
	  OPT_TEXTS(struct race_ask, protocol_names) },
	{ "rounds", 0, "N", "Rounds of each protocol that is not known to be wrong (default: 100)",
	  OPT_UINT(struct race_ask, rounds, 1, 100000000) },
	{ "seconds", 0, "N", "The same for so long; with --rounds what comes first",
	  OPT_SECONDS(struct race_ask, seconds, 1000000) },
	{ "find", 0, "SECONDS", "Look for what is wrong in a wrong protocol so long (default: 60)",
	  OPT_SECONDS(struct race_ask, find_seconds, 86400) },
	{ "delay", 0, "MICROSECONDS", "The longest of the delays that are injected (default: 2000)",
	  OPT_UINT(struct race_ask, delay, 0, PTWALK_RACE_MAX_DELAY) },
	{ "seed", 0, "N", "Of all that is drawn, from 1 on (default: another each time)",
	  OPT_TEXT(struct race_ask, seed_text) },
	{ 0 },
};

/* Pointers to all entries, in the order of the names; or of all there are. */
static int resolve(const struct strv *names, const void *const *all, size_t nr_all,
		   const char *what, const void ***found, size_t *n, struct err *err)
{
	struct strv known = { 0 };

	*found = xcalloc(names->n + nr_all, sizeof(**found));
	for (size_t i = 0; !names->n && i < nr_all; i++)
		(*found)[(*n)++] = all[i];
	for (size_t i = 0; i < names->n; i++) {
		size_t k = 0;

		/* Each begins with its name. */
		while (k < nr_all && strcmp(*(const char *const *)all[k], names->v[i]) != 0)
			k++;
		if (k == nr_all) {
			for (k = 0; k < nr_all; k++)
				strv_add(&known, *(const char *const *)all[k]);
			return err_unknown(err, what, names->v[i], &known);
		}
		(*found)[(*n)++] = all[k];
	}
	return 0;
}

/* Where none is named, those that must not fail. */
static void drop_wrong(struct race_ask *ask)
{
	size_t n = 0;

	for (size_t i = 0; i < ask->nr_walkers; i++)
		if (!ask->walkers[i]->wrong)
			ask->walkers[n++] = ask->walkers[i];
	ask->nr_walkers = n;
}

static int resolve_seed(struct race_ask *ask, struct err *err)
{
	unsigned long seed = 0;
	uint32_t drawn;

	if (ask->seed_text) {
		int ret = parse_count(ask->seed_text, 1, UINT32_MAX, "a seed", &seed, err);

		ask->seed = seed;
		return ret;
	}
	ask->seed =
		getrandom(&drawn, sizeof(drawn), 0) == (ssize_t)sizeof(drawn) && drawn ? drawn : 1;
	return 0;
}

int race_ask_resolve(struct race_ask *ask, struct err *err)
{
	int ret = resolve(&ask->walker_names, (const void *const *)race_walkers, nr_race_walkers,
			  "walker", (const void ***)&ask->walkers, &ask->nr_walkers, err);

	if (!ret && !ask->walker_names.n)
		drop_wrong(ask);
	if (!ret)
		ret = resolve(&ask->act_names, (const void *const *)race_acts, nr_race_acts,
			      "threat", (const void ***)&ask->acts, &ask->nr_acts, err);
	if (!ret)
		ret = resolve_seed(ask, err);
	if (!ask->rounds && !ask->seconds)
		ask->rounds = RACE_ROUNDS;
	return ret;
}

void race_ask_release(struct race_ask *ask)
{
	strv_release(&ask->walker_names);
	strv_release(&ask->act_names);
	strv_release(&ask->protocol_names);
	free(ask->walkers);
	free(ask->acts);
}

bool race_ask_has(const struct race_ask *ask, enum race_memory memory)
{
	for (size_t i = 0; i < ask->nr_acts; i++)
		if (ask->acts[i]->memories & 1U << memory)
			return true;
	return false;
}
