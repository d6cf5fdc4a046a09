// SPDX-License-Identifier: GPL-2.0-only
/* Ops that walk as a driver does: their chunks, stages and collisions, and who makes progress. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "abi.h"

#define NR_SAMPLES 3
#define PAGES	   640UL /* ten chunks of 64 pages */
#define LEN	   (PAGES * PAGE)
#define QUIET	   (PTWALK_RUN_IRQS_OFF | PTWALK_RUN_POPULATED)
#define BUDGET	   8

static struct ptwalk_sample samples[NR_SAMPLES];
static struct ptwalk_stages stages[NR_SAMPLES];
static char *memory;

static struct ptwalk_run asked(uint32_t op, uint32_t chunk, uint32_t collide)
{
	struct ptwalk_run run = abi_run(op, memory, LEN, samples, NR_SAMPLES);

	run.flags = QUIET;
	run.stages = (uintptr_t)stages;
	run.chunk = chunk;
	if (op != PTWALK_OP_HMM_CHUNKS) {
		run.req = PTWALK_REQ_FAULT;
		run.collide = collide;
		run.budget = BUDGET;
	}
	return run;
}

static struct ptwalk_run under_lock(const void *addr, uint64_t len)
{
	struct ptwalk_run run = abi_quiet(PTWALK_OP_UNDER_LOCK, addr, len, samples, NR_SAMPLES);

	run.stages = (uintptr_t)stages;
	return run;
}

static bool measured(const char *name, struct ptwalk_run *run)
{
	memset(stages, 0, sizeof(stages));
	return abi_measure(name, run);
}

/* The stages are the window, and every window is the same as the first. */
static void check_windows(const char *what)
{
	unsigned int i, j, flags = 0;
	bool whole = true, equal = true;
	char name[96];

	for (i = 0; i < NR_SAMPLES; i++) {
		uint64_t sum = 0;

		for (j = 0; j < PTWALK_NR_STAGES; j++)
			sum += j == PTWALK_STAGE_INJECT ? 0 : stages[i].ticks[j];
		whole &= sum == samples[i].ticks && sum;
		equal &= samples[i].ticks == samples[0].ticks &&
			 !memcmp(&stages[i], &stages[0], sizeof(stages[0]));
		flags |= samples[i].flags ^ PTWALK_SAMPLE_IRQS_OFF;
	}
	snprintf(name, sizeof(name), "%s: the stages add up to the window", what);
	abi_case(name, whole, "%llu ticks", samples[0].ticks);
	snprintf(name, sizeof(name), "%s: every window is the same", what);
	abi_case(name, equal, "%llu and others", samples[0].ticks);
	snprintf(name, sizeof(name), "%s: no window is disturbed", what);
	abi_case(name, !flags, "flags differ by %x", flags);
}

static __u64 cost(const char *what, struct ptwalk_run run)
{
	if (!measured(what, &run))
		return 0;
	check_windows(what);
	return samples[0].ticks;
}

static __u64 cost_of_hmm(uint32_t req)
{
	struct ptwalk_run run = abi_run(PTWALK_OP_HMM, memory, LEN, samples, NR_SAMPLES);

	run.flags = req ? QUIET : PTWALK_RUN_IRQS_OFF;
	run.req = req;
	return abi_measure("hmm beside the protocols", &run) ? samples[0].ticks : 0;
}

static void refused(const char *what, struct ptwalk_run run, int error)
{
	char name[96];

	snprintf(name, sizeof(name), "protocol refuses %s", what);
	abi_answers(name, PTWALK_IOC_RUN, &run, error);
}

#define REFUSED(name, error, op, ...)                     \
	do {                                              \
		struct ptwalk_run run = asked(op, 64, 1); \
		__VA_ARGS__;                              \
		refused(name, run, error);                \
	} while (0)

static void test_refused(void)
{
	REFUSED("no chunk", -EINVAL, PTWALK_OP_MIRROR, run.chunk = 0);
	REFUSED("no chunk for hmm_chunks", -EINVAL, PTWALK_OP_HMM_CHUNKS, run.chunk = 0);
	REFUSED("no budget", -EINVAL, PTWALK_OP_MIRROR, run.budget = 0);
	REFUSED("too large a budget", -E2BIG, PTWALK_OP_MIRROR, run.budget = PTWALK_MAX_BUDGET + 1);
	REFUSED("a wild budget", -E2BIG, PTWALK_OP_MIRROR_ONCE, run.budget = UINT_MAX);
	REFUSED("too long a budget", -E2BIG, PTWALK_OP_MIRROR,
		run.budget_ns = PTWALK_MAX_BUDGET_NS + 1);
	REFUSED("a wild budget of time", -E2BIG, PTWALK_OP_MIRROR, run.budget_ns = ULLONG_MAX);
	REFUSED("a budget of time for hmm_chunks", -EINVAL, PTWALK_OP_HMM_CHUNKS,
		run.budget_ns = 1);
	REFUSED("a budget for hmm_chunks", -EINVAL, PTWALK_OP_HMM_CHUNKS, run.budget = 1);
	REFUSED("collisions for hmm_chunks", -EINVAL, PTWALK_OP_HMM_CHUNKS, run.collide = 1);
	REFUSED("faults by hmm_chunks", -EINVAL, PTWALK_OP_HMM_CHUNKS, run.req = PTWALK_REQ_FAULT);
	REFUSED("a chunk for page_under_lock", -EINVAL, PTWALK_OP_UNDER_LOCK, run.budget = 0;
		run.collide = 0; run.req = 0; run.flags = 0);
	REFUSED("stages of hmm", -EINVAL, PTWALK_OP_HMM, run.chunk = 0; run.collide = 0;
		run.budget = 0);
	REFUSED("stages in the kernel", -EFAULT, PTWALK_OP_MIRROR,
		run.stages = 0xffff888000000000ULL);
	REFUSED("a policy", -EINVAL, PTWALK_OP_MIRROR, run.policy = PTWALK_POLICY_ENTRY);
	REFUSED("interrupts off without a look", -EINVAL, PTWALK_OP_MIRROR,
		run.flags = PTWALK_RUN_IRQS_OFF);
	REFUSED("interrupts off without a look, in chunks", -EINVAL, PTWALK_OP_HMM_CHUNKS,
		run.flags = PTWALK_RUN_IRQS_OFF);
}

static void test_chunks(void)
{
	const __u64 hmm = cost_of_hmm(0);
	__u64 small, large, whole;
	struct ptwalk_run run = asked(PTWALK_OP_HMM_CHUNKS, 64, 0);

	small = cost("chunks of 64", run);
	abi_case("chunks of 64: ten, each with all its stages",
		 stages[0].chunks == 10 && stages[0].times[PTWALK_STAGE_INSERT] == 10 &&
			 stages[0].times[PTWALK_STAGE_BEGIN] == 10 &&
			 stages[0].times[PTWALK_STAGE_WALK] == 10 &&
			 stages[0].times[PTWALK_STAGE_TEST] == 10 &&
			 stages[0].times[PTWALK_STAGE_REMOVE] == 10 &&
			 !stages[0].times[PTWALK_STAGE_FILL],
		 "%u chunks", stages[0].chunks);
	large = cost("chunks of 512", asked(PTWALK_OP_HMM_CHUNKS, 512, 0));
	abi_case("chunks of 512: the last is a part", stages[0].chunks == 2, "%u chunks",
		 stages[0].chunks);
	whole = cost("a chunk as wide as can be", asked(PTWALK_OP_HMM_CHUNKS, UINT_MAX, 0));
	abi_case("chunks: the smaller, the dearer; none as cheap as hmm",
		 small > large && large > whole && whole > hmm && hmm, "%llu, %llu, %llu, %llu",
		 small, large, whole, hmm);
	run.stages = 0;
	if (abi_measure("chunks: stages not asked for", &run))
		abi_case("chunks: stages that are not asked for change nothing",
			 samples[0].ticks == small && run.mark_ticks, "%llu and %llu",
			 samples[0].ticks, small);
}

static void test_chunks_find_the_same(void)
{
	struct ptwalk_run hmm = abi_run(PTWALK_OP_HMM, memory, LEN, samples, 1);
	struct ptwalk_run chunks = asked(PTWALK_OP_HMM_CHUNKS, 7, 0);
	struct ptwalk_run mirror = asked(PTWALK_OP_MIRROR, 7, 1);

	if (abi_measure("hmm", &hmm) && measured("chunks of 7", &chunks) &&
	    measured("mirror in chunks of 7", &mirror))
		abi_case("chunks and mirror find what hmm finds",
			 hmm.entry_sum == chunks.entry_sum && hmm.entry_sum == mirror.entry_sum &&
				 chunks.valid_pages == PAGES && mirror.valid_pages == PAGES,
			 "entries %llx, %llx, %llx", hmm.entry_sum, chunks.entry_sum,
			 mirror.entry_sum);
}

/* What collides is begun again once, and then is mapped. */
static void test_mirror(void)
{
	const __u64 hmm = cost_of_hmm(PTWALK_REQ_FAULT);
	__u64 none, third, all;

	none = cost("mirror", asked(PTWALK_OP_MIRROR, 64, 0));
	abi_case("mirror: no collision, all mapped",
		 stages[0].mapped == PAGES && !stages[0].collided && !samples[0].retries &&
			 !stages[0].times[PTWALK_STAGE_INJECT],
		 "%llu mapped, %u collided", stages[0].mapped, stages[0].collided);
	abi_case("mirror: dearer than hmm, and its walks are not all of it",
		 none > hmm && hmm && stages[0].ticks[PTWALK_STAGE_WALK] < none, "%llu and %llu",
		 none, hmm);
	third = cost("mirror, every third", asked(PTWALK_OP_MIRROR, 64, 3));
	abi_case("mirror, every third: four of ten chunks, begun again once each",
		 stages[0].injected == 4 && stages[0].collided == 4 && samples[0].retries == 4 &&
			 !stages[0].stuck && !stages[0].futile && stages[0].mapped == PAGES,
		 "%u injected, %u retries, %llu mapped", stages[0].injected, samples[0].retries,
		 stages[0].mapped);
	all = cost("mirror, every chunk", asked(PTWALK_OP_MIRROR, 64, 1));
	abi_case("mirror, every chunk: all ten",
		 stages[0].injected == 10 && samples[0].retries == 10 &&
			 stages[0].mapped == PAGES && !stages[0].stuck,
		 "%u injected, %u retries", stages[0].injected, samples[0].retries);
	abi_case("mirror: collisions cost", none < third && third < all, "%llu, %llu, %llu", none,
		 third, all);
}

/* What collides never is mapped, whatever its budget; what does not collide is. */
static void test_mirror_once(void)
{
	struct ptwalk_run run = asked(PTWALK_OP_MIRROR_ONCE, 64, 0);
	const __u64 right = cost("mirror", asked(PTWALK_OP_MIRROR, 64, 0));
	__u64 none = cost("mirror_once", run), small, large;

	abi_case("mirror_once: without a collision as good as mirror",
		 stages[0].mapped == PAGES && none <= right, "%llu mapped, %llu and %llu ticks",
		 stages[0].mapped, none, right);
	run.collide = 5;
	small = cost("mirror_once, every fifth", run);
	abi_case("mirror_once: no retry makes progress",
		 stages[0].injected == 2 && stages[0].collided == 2 && stages[0].stuck == 2 &&
			 samples[0].retries == 2 * BUDGET && stages[0].futile == 2UL * BUDGET,
		 "%u of %u stuck, %llu of %u retries futile", stages[0].stuck, stages[0].collided,
		 stages[0].futile, samples[0].retries);
	abi_case("mirror_once: what did not collide is mapped",
		 stages[0].mapped == PAGES - 2UL * 64, "%llu mapped", stages[0].mapped);
	run.budget = 2 * BUDGET;
	large = cost("mirror_once, twice the budget", run);
	abi_case("mirror_once: a larger budget is burned as well",
		 large > small && samples[0].retries == 4 * BUDGET && stages[0].stuck == 2,
		 "%llu and %llu, %u retries", small, large, samples[0].retries);
}

/* So long, and no longer: a right mirror is done before, a wrong one burns all of it. */
static void test_budget_of_time(void)
{
	struct ptwalk_run run = asked(PTWALK_OP_MIRROR_ONCE, 64, 5);
	__u64 retries;

	run.budget = PTWALK_MAX_BUDGET;
	run.budget_ns = 200000;
	measured("mirror_once, for 200 us", &run);
	retries = samples[0].retries;
	abi_case("mirror_once, for 200 us: it is given up before the passes are spent",
		 stages[0].stuck == 2 && retries && retries < 2ULL * PTWALK_MAX_BUDGET,
		 "%u stuck, %llu retries", stages[0].stuck, retries);
	run.budget_ns *= 4;
	measured("mirror_once, for 800 us", &run);
	abi_case("mirror_once, for longer: more passes", samples[0].retries > 2 * retries,
		 "%u and %llu", samples[0].retries, retries);
	run.op = PTWALK_OP_MIRROR;
	measured("mirror, for 800 us", &run);
	abi_case("mirror, for 800 us: all is mapped", stages[0].mapped == PAGES && !stages[0].stuck,
		 "%llu mapped", stages[0].mapped);
	run.op = PTWALK_OP_MIRROR_ONCE;
	run.budget = BUDGET;
	measured("mirror_once, for 800 us or 8 passes", &run);
	abi_case("mirror_once: passes end it as well", samples[0].retries == 2 * BUDGET,
		 "%u retries", samples[0].retries);
}

/* A page that is not there: not with interrupts off; else it is faulted in. */
static void test_not_there(void)
{
	struct ptwalk_run run = asked(PTWALK_OP_MIRROR, 64, 0);

	madvise(memory + 3 * PAGE, PAGE, MADV_DONTNEED);
	refused("a page that is not there, quiet", run, -EFAULT);
	run.flags = 0;
	if (measured("mirror faults in", &run))
		abi_case("mirror faults in, once",
			 stages[0].mapped == PAGES && samples[0].faults && !samples[1].faults,
			 "%llu mapped, %u and %u faults", stages[0].mapped, samples[0].faults,
			 samples[1].faults);
	memset(memory, 1, LEN);
}

struct thief {
	char *addr;
	atomic_bool stop;
};

static void *steal(void *arg)
{
	struct thief *thief = arg;

	while (!thief->stop)
		madvise(thief->addr, PAGE, MADV_DONTNEED);
	return NULL;
}

/* Another thread invalidates: one protocol gets over it, and the other never does. */
static void test_thief(const char *what, uint32_t op)
{
	const size_t len = 16UL << 20;
	struct thief thief = { .addr = abi_map(len, PROT_READ | PROT_WRITE) };
	struct ptwalk_run run = asked(op, UINT_MAX, 0);
	unsigned int i, collided = 0, stuck = 0;
	unsigned long long futile = 0;
	char name[96];
	pthread_t thread;

	run.addr = (uintptr_t)thief.addr;
	run.len = len;
	run.flags = 0;
	run.req = PTWALK_REQ_FAULT | PTWALK_REQ_WRITE;
	run.budget = 1000;
	snprintf(name, sizeof(name), "%s beside a thread that invalidates", what);
	pthread_create(&thread, NULL, steal, &thief);
	if (measured(name, &run)) {
		for (i = 0; i < NR_SAMPLES; i++) {
			collided += stages[i].collided;
			stuck += stages[i].stuck;
			futile += stages[i].futile;
		}
		if (op == PTWALK_OP_MIRROR)
			abi_case(name, collided && !stuck && !futile,
				 "%u collided, %u stuck, %llu futile", collided, stuck, futile);
		else
			abi_case(name, collided && stuck == collided && futile,
				 "%u collided, %u stuck, %llu futile", collided, stuck, futile);
	}
	thief.stop = true;
	pthread_join(thread, NULL);
	munmap(thief.addr, len);
}

static void test_under_lock(void)
{
	const __u64 hmm = cost_of_hmm(0);
	const __u64 touched = cost("page_under_lock", under_lock(memory, LEN));

	abi_case("page_under_lock: dearer than hmm, owns no page of anonymous memory",
		 touched > hmm && hmm && !stages[0].owned, "%llu and %llu, %llu owned", touched,
		 hmm, stages[0].owned);
}

void abi_test_protocol_dax(const char *path, const void *addr, unsigned int level)
{
	const size_t len = 2UL << 20;
	__u64 touched;
	char name[96];

	snprintf(name, sizeof(name), "%s, level %u: page_under_lock", path, level);
	touched = cost(name, under_lock(addr, len));
	abi_case(name,
		 stages[0].owned == len / PAGE && stages[0].ticks[PTWALK_STAGE_TOUCH] < touched &&
			 stages[0].ticks[PTWALK_STAGE_TOUCH] > len / PAGE,
		 "%llu owned, %llu of %llu ticks", stages[0].owned,
		 stages[0].ticks[PTWALK_STAGE_TOUCH], touched);
}

void abi_test_protocol(void)
{
	memory = abi_map(LEN, PROT_READ | PROT_WRITE);
	memset(memory, 1, LEN);
	test_refused();
	test_chunks();
	test_chunks_find_the_same();
	test_mirror();
	test_mirror_once();
	test_budget_of_time();
	test_not_there();
	test_thief("mirror", PTWALK_OP_MIRROR);
	test_thief("mirror_once", PTWALK_OP_MIRROR_ONCE);
	test_under_lock();
	munmap(memory, LEN);
}
