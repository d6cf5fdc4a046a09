// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ops that fail, that let go of memory or copy it, and that find a mixture of pages: what each
 * did is what it must, and where it has no meaning it is missing for that reason.
 *
 *	test_calls_run PTWALK SPEC
 */
#include "tests/guest/ptwalk_run.h"

#include <string.h>

#include "base/size.h"
#include "bench/record/record.h"
#include "tests/unit/find.h"

MEASURED(refused, "--workload=anon-pte,readonly,vmas-gaps,pfnmap,mixedmap", "--size=128K,2M",
	 "--iterations=3", "--op=hmm_refused,hmm_refused_write,gup_refused,gup_refused_write");
MEASURED(
	calls, "--workload=anon-pte,shmem-pte,devdax-pte,swapped,vmas-64k", "--size=64K,2M",
	"--iterations=3",
	"--op=hmm_fault,hmm_populate,hmm_populate_half,hmm_populate_half_write,mirror_cow,zap,munmap,fork");

static const struct record_series *get(const struct records *r, const char *op,
				       const char *workload, uint64_t size)
{
	const struct record_series *s = find_series(r, 1, op, "", workload, size);

	if (!s)
		fail_msg("%s/%s is missing", op, workload);
	return s;
}

static const char *why(const struct records *r, const char *op, const char *workload)
{
	for (size_t i = 0; i < r->nr_missing; i++)
		if (!strcmp(r->missing[i].op, op) && !strcmp(r->missing[i].workload, workload))
			return r->missing[i].reason;
	return "";
}

/* By which errno, of which call; or that nothing was refused. */
TEST(each_refusal_has_its_errno)
{
	static const struct {
		const char *op, *workload, *says; /* NULL: nothing is refused */
	} expected[] = {
		{ "hmm_refused", "pfnmap", "hmm_range_fault() answered -EFAULT" },
		{ "hmm_refused_write", "pfnmap", "hmm_range_fault() answered -EFAULT" },
		{ "gup_refused", "pfnmap", "get_user_pages() answered -EFAULT" },
		{ "hmm_refused", "vmas-gaps", "hmm_range_fault() answered -EFAULT" },
		{ "gup_refused", "vmas-gaps", "get_user_pages() gave a part of the pages" },
		{ "hmm_refused_write", "readonly", "hmm_range_fault() answered -EPERM" },
		{ "gup_refused_write", "readonly", "get_user_pages() answered -EFAULT" },
		{ "hmm_refused", "readonly", NULL },
		{ "hmm_refused", "anon-pte", NULL },
		{ "gup_refused_write", "anon-pte", NULL },
		{ "hmm_refused", "mixedmap", NULL },
		{ "gup_refused", "mixedmap", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		const char *op = expected[i].op, *workload = expected[i].workload;
		const struct record_series *s;

		if (!expected[i].says) {
			assert_non_null(strstr(why(&refused, op, workload), "nothing is refused"));
			continue;
		}
		s = get(&refused, op, workload, 2 * MIB);
		assert_int_equal(s->notes.n, 1);
		if (!strstr(s->notes.v[0], expected[i].says))
			fail_msg("%s/%s: %s", op, workload, s->notes.v[0]);
	}
}

/* More mappings are a deeper tree, in which up to 6.0 one is found by more steps. */
#define STEPS 16

/* It is refused at its first page, or behind the first 64 KiB, of however many. */
TEST(a_refusal_costs_a_call)
{
	for (size_t i = 0; i < refused.nr_series; i++) {
		const struct record_series *s = &refused.series[i];
		const uint64_t whole = get(&refused, s->op, s->workload, 2 * MIB)->samples[0].ticks;

		assert_false(s->has_pfns);
		for (size_t j = 0; j < s->nr_samples; j++)
			assert_int_equal(s->samples[j].ticks, s->samples[0].ticks);
		/* For reading, what is asked of each page of a mapping is looked at first. */
		if (!strcmp(s->op, "hmm_refused") && !strcmp(s->workload, "pfnmap"))
			continue;
		assert_in_range(s->samples[0].ticks + STEPS - whole, 0, 2 * STEPS);
	}
	assert_true(find_count(get(&refused, "hmm_refused_write", "vmas-gaps", 2 * MIB)) >
		    find_count(get(&refused, "hmm_refused_write", "pfnmap", 2 * MIB)));
}

static double cost(const char *op, const char *workload)
{
	return find_count(get(&calls, op, workload, 2 * MIB));
}

TEST(a_mixture_costs_what_is_between)
{
	static const char *const workloads[] = { "anon-pte", "swapped", "vmas-64k" };

	for (size_t i = 0; i < ARRAY_SIZE(workloads); i++) {
		const struct record_series *s =
			get(&calls, "hmm_populate_half", workloads[i], 2 * MIB);

		assert_true(find_count(s) < cost("hmm_populate", workloads[i]));
		assert_int_equal(s->proof.leaf_pages[PTWALK_LEVEL_PTE], 512);
		/* What is there already is asked for, too, behind what is not. */
		assert_in_range(s->samples[0].faults, 256, 511);
	}
	assert_true(cost("hmm_populate_half", "anon-pte") > cost("hmm_fault", "anon-pte"));
}

/* Shared memory is never copied; what was swapped out is shared as it is. */
TEST(what_a_child_shares_is_copied)
{
	const struct record_series *s = get(&calls, "mirror_cow", "anon-pte", 2 * MIB);

	assert_int_equal(s->samples[0].faults, 512);
	assert_true(s->samples[0].retries > 0);
	assert_int_equal(s->proof.zero_pages, 0);
	assert_true(cost("mirror_cow", "anon-pte") > cost("hmm_fault", "anon-pte"));
	get(&calls, "mirror_cow", "vmas-64k", 2 * MIB);
	assert_non_null(strstr(why(&calls, "mirror_cow", "shmem-pte"), "copies nothing"));
	assert_non_null(strstr(why(&calls, "mirror_cow", "devdax-pte"), "copies nothing"));
	assert_non_null(strstr(why(&calls, "mirror_cow", "swapped"), "copies nothing"));
}

/* A child gets entries of private memory, and those of shared memory when it touches it. */
TEST(calls_cost_by_what_there_is)
{
	static const char *const ops[] = { "zap", "munmap" };

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		assert_true(cost(ops[i], "anon-pte") >
			    find_count(get(&calls, ops[i], "anon-pte", 64 * KIB)));
		assert_string_not_equal(get(&calls, ops[i], "anon-pte", 64 * KIB)->varies, "");
	}
#ifndef __SANITIZE_ADDRESS__ /* whose shadow is copied, too: 60 times what differs here */
	assert_true(cost("fork", "anon-pte") > cost("fork", "shmem-pte"));
	assert_true(cost("fork", "vmas-64k") > cost("fork", "anon-pte"));
#endif
	/* Each op over each workload and size is there, or has its reason. */
	assert_int_equal(calls.nr_series + calls.nr_missing, 5 * 2 * 8);
}
