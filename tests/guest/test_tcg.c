// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run on the tcg machine, of two CPUs on two nodes: it is whole and proved
 * from either CPU, says that its figures mean nothing, and is not compared.
 * Two walkers at once, on one address space and on two, find what one finds.
 *
 *	test_tcg PTWALK SPEC
 */
#include "tests/guest/ptwalk_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "arch/arch.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/proc.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/record/series_index.h"

#define TCG "--machine=tcg", "--cpus=2", "--ram=1G", "--quiet", "--iterations=4"

MEASURED(records, TCG, "--nodes=2", "--workload=devdax-pte,anon-pte,anon-thp", "--size=64K,2M",
	 "--op=hmm,hmm_fault,hmm_write", "--placement=local,cpu1");
MEASURED(cold, TCG, "--workload=devdax-pte,anon-pte,anon-thp", "--size=2M",
	 "--op=hmm,bare,gup_fast,pin_fast", "--cache=cold");
MEASURED(one, TCG, "--workload=devdax-pte,anon-pte,hugetlb-2m", "--size=2M",
	 "--op=hmm,hmm_fault,hmm_write", "--threads=1,2");
MEASURED(each, TCG, "--workload=devdax-pte,anon-pte,hugetlb-2m", "--size=2M",
	 "--op=hmm,hmm_fault,hmm_write", "--threads=1,2", "--mms=each");
/* Many short runs at once, each with a reference of its own to the same pagemap. */
MEASURED(held, TCG, "--workload=pgmaps-1-low", "--size=2M", "--op=hmm/range,teardown",
	 "--iterations=200", "--threads=1,2");
MEASURED(mirror, TCG, "--workload=anon-pte", "--size=2M", "--op=mirror_rare", "--invalidate=remap");
/* After --cpus=2: the last one counts. */
MEASURED(many, TCG, "--cpus=8", "--nodes=4", "--workload=anon-pte", "--size=2M",
	 "--op=hmm,hmm_fault", "--placement=local,cpu3", "--threads=1,8", "--mms=each");

static const char *const workloads[] = { "devdax-pte", "anon-pte", "anon-thp" };
static const char *const placements[] = { "local", "cpu1" };

TEST(every_series_is_there)
{
	assert_int_equal(records.nr_missing, 0);
	assert_int_equal(records.nr_series, ARRAY_SIZE(workloads) * ARRAY_SIZE(placements) * 2 * 3);
	assert_non_null(strstr(records.boots[0].topology, "2 PU, 2 node"));
}

TEST(its_figures_mean_nothing)
{
	assert_string_equal(records.run.machine, "tcg");
	assert_false(records.run.exact);
	assert_true(records.run.functional);
}

/* Not what its kernel would find out by a timer while the host is busy. */
TEST(its_clock_is_the_hosts)
{
	_cleanup_free_ char *here = arch_host->words.tcg_here ? arch_host->words.tcg_here() : NULL;
	double khz;

	if (arch_host != &arch_x86)
		return;
	assert_int_equal(sscanf(here, "tsc_early_khz=%lf", &khz), 1);
	assert_float_equal((double)records.boots[0].tsc_khz / khz, 1, 5e-4);
}

/* From the CPU of either node: the proof is of the layout, and arrays are what is mapped. */
TEST(each_is_proved)
{
	_cleanup_(series_index_release) struct series_index index;

	series_index_init(&index, &records);
	for (size_t i = 0; i < records.nr_series; i++) {
		const struct record_series *s = &records.series[i];
		uint64_t pages = s->size / PAGE;
		struct series_key key = series_key_of(s);
		const struct record_series *other;

		key.op = "hmm";
		key.policy = "";
		key.threads = key.mms = 1;
		other = series_find(&index, 1, &key);
		assert_int_equal(s->nr_samples, 4);
		assert_int_equal(s->placement.cpu, !strcmp(s->placement.name, "cpu1"));
		assert_int_equal(s->valid_pages, pages);
		assert_int_equal(s->error_pages, 0);
		assert_int_equal(s->pfn_sum, s->proof.pfn_sum);
		assert_non_null(other);
		assert_int_equal(s->pfn_sum, other->pfn_sum);
		for (size_t k = 0; k < s->nr_samples; k++)
			assert_true(s->samples[k].ticks > 0);
	}
}

/* Ends with @status, and the last line on standard error has @text. */
static void ends_with(const char *const *argv, int status, const char *text)
{
	char *log = xasprintf("%s/log", run_of.folder);
	struct err err = { "" };
	char *said;
	int ended;

	assert_int_equal(
		proc_run(argv, &(struct proc_options){ .log = log, .status = &ended }, &err),
		-ECHILD);
	said = fs_read(log, NULL, NULL);
	if (!WIFEXITED(ended) || WEXITSTATUS(ended) != status || !strstr(said, text))
		fail_msg("%s: %s", err.text, said);
	free(said);
	free(log);
}

TEST(it_is_not_compared)
{
	char *run = xasprintf("%s/records", run_of.folder);

	ends_with((const char *const[]){ run_of.ptwalk, "compare", "--force", run, run, NULL }, 4,
		  "figures of the tcg machine are functional only: never compared");
	free(run);
}

/* After the first @n nothing is noted but that times are as noisy as the host makes them. */
static void check_notes(const struct record_series *s, size_t n)
{
	for (size_t i = n; i < s->notes.n; i++)
		if (!strstr(s->notes.v[i], "no warm-up is told from the rest"))
			fail_msg("%s: %s", s->name, s->notes.v[i]);
}

/* Two walkers find what one finds, and say that they walked at once; samples are of both. */
static void check_walkers(const struct records *r, unsigned mms)
{
	size_t several = 0;

	assert_int_equal(r->nr_missing, 0);
	assert_int_equal(r->nr_series, 3 * 3 * 2);
	for (size_t i = 0; i < r->nr_series; i++) {
		const struct record_series *s = &r->series[i];

		assert_int_equal(s->nr_samples, 4 * s->threads);
		assert_int_equal(s->valid_pages, s->size / PAGE);
		assert_int_equal(s->pfn_sum, s->proof.pfn_sum);
		for (size_t k = 0; k < s->nr_samples; k++)
			assert_true(s->samples[k].ticks > 0);
		if (s->threads == 1) {
			check_notes(s, 0);
			continue;
		}
		several++;
		assert_int_equal(s->threads, 2);
		assert_int_equal(s->mms, mms);
		assert_non_null(strstr(s->name, mms > 1 ? "/threads:2/mms:2" : "/threads:2"));
		/* Interrupts were on. */
		for (size_t k = 0; k < s->nr_samples; k++)
			assert_false(s->samples[k].flags & PTWALK_SAMPLE_IRQS_OFF);
		assert_int_not_equal(s->notes.n, 0);
		assert_non_null(strstr(s->notes.v[0], "2 walkers, each at work from before"));
		check_notes(s, 1);
	}
	assert_int_equal(several, 3 * 3);
}

TEST(two_walk_one_address_space)
{
	check_walkers(&one, 1);
}

TEST(two_walk_one_each)
{
	check_walkers(&each, 2);
}

/* Nobody takes the other's reference for his own: none is lost, and the pagemap can go. */
TEST(two_hold_one_pagemap)
{
	size_t ranges = 0, teardowns = 0;

	assert_int_equal(held.nr_missing, 0);
	for (size_t i = 0; i < held.nr_series; i++) {
		ranges += !strcmp(held.series[i].policy, "range") && held.series[i].threads == 2;
		teardowns += !strcmp(held.series[i].op, "teardown");
	}
	assert_int_equal(ranges, 1);
	assert_int_equal(teardowns, 2);
}

static bool noted(const struct record_series *s, const char *text)
{
	for (size_t i = 0; i < s->notes.n; i++)
		if (strstr(s->notes.v[i], text))
			return true;
	return false;
}

TEST(a_thread_changes_the_range_as_asked)
{
	assert_int_equal(mirror.nr_series, 1);
	assert_true(noted(&mirror.series[0], "a thread changed the range"));
	assert_true(noted(&mirror.series[0], "by remap"));
	assert_false(mirror.series[0].has_pfns);
}

/* Eight walkers on as many CPUs of four nodes, each with an address space of its own. */
TEST(many_walk_on_many_nodes)
{
	size_t crowds = 0;

	assert_non_null(strstr(many.boots[0].topology, "8 PU, 4 node"));
	assert_int_equal(many.nr_missing, 0);
	assert_int_equal(many.nr_series, 2 * 2 * 2);
	for (size_t i = 0; i < many.nr_series; i++) {
		const struct record_series *s = &many.series[i];
		unsigned long cpus = 0;

		/* Of several walkers there is no one node. */
		if (s->threads == 1)
			assert_int_equal(s->placement.cpu,
					 strcmp(s->placement.name, "cpu3") ? 0 : 3);
		assert_int_equal(s->nr_samples, 4 * s->threads);
		assert_int_equal(s->pfn_sum, s->proof.pfn_sum);
		for (size_t k = 0; k < s->nr_samples; k++)
			cpus |= 1UL << s->samples[k].cpu;
		/* Each walker on a CPU of its own, all of them at once. */
		assert_int_equal(__builtin_popcountl(cpus), s->threads);
		crowds += s->threads == 8;
	}
	assert_int_equal(crowds, many.nr_series / 2);
}

/* Bytes of its note: a table at least for each level, and of an op with an array that too. */
TEST(cold_caches_are_told)
{
	assert_int_equal(cold.nr_missing, 0);
	assert_int_equal(cold.nr_series, 3 * 4);
	for (size_t i = 0; i < cold.nr_series; i++) {
		const struct record_series *s = &cold.series[i];
		const uint64_t bytes = s->notes.n ? strtoull(s->notes.v[0], NULL, 10) : 0;
		const uint64_t array = s->has_pfns ? s->size / PAGE * 8 : 0;
		uint64_t tables = 1;

		for (size_t level = 0; level < PTWALK_NR_LEVELS; level++)
			tables += s->proof.tables[level];
		assert_string_equal(s->cache, "cold");
		assert_non_null(strstr(s->name, "/2M/cache:cold"));
		assert_true(noted(s, " bytes put out of the caches before each window"));
		assert_int_equal(bytes, tables * PAGE + array);
		if (s->has_pfns)
			assert_int_equal(s->pfn_sum, s->proof.pfn_sum);
	}
	for (size_t i = 0; i < records.nr_series; i++) {
		assert_string_equal(records.series[i].cache, "warm");
		assert_null(strstr(records.series[i].name, "cache"));
	}
}
