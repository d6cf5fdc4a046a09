// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ops that walk as a driver does, and those that fault pages in, in a whole run of
 * two boots: counts repeat, stages add up, and who makes progress is told.
 *
 *	test_protocol_run PTWALK SPEC
 */
#include "tests/guest/ptwalk_run.h"

#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/op/op.h"
#include "bench/record/record.h"
#include "bench/report/summary.h"
#include "tests/unit/find.h"

#define SIZE (64 * MIB)

MEASURED(records, "--workload=anon-pte,devdax-pte", "--boots=2", "--size=64M",
	 ("--op=hmm,hmm_fault,hmm_64,hmm_512,hmm_4096,hmm_populate,hmm_populate_write,mirror,"
	  "mirror_rare,mirror_constant,mirror_once,mirror_once_rare,mirror_once_constant,"
	  "page_under_lock"));

#define SMALL "--workload=anon-pte", "--size=2M", "--op=mirror_rare,mirror_once_rare"
MEASURED(whole, SMALL);
MEASURED(few, SMALL, "--retry-limit=3");
MEASURED(brief, SMALL, "--retry-limit=200us");

static const struct record_series *get(const char *op, const char *workload)
{
	const struct record_series *series = find_series(&records, 1, op, "", workload, SIZE);

	assert_non_null(series);
	return series;
}

static double cost(const char *op, const char *workload)
{
	return find_count(get(op, workload));
}

static bool populates(const struct record_series *series)
{
	return op_find(series->op)->populates;
}

/* In one boot, but for windows that fault in: each has its place in the boot. */
TEST(samples_repeat)
{
	for (size_t i = 0; i < records.nr_series; i++) {
		const struct record_series *s = &records.series[i], *first = NULL;

		for (size_t j = 0; j <= i && !first; j++)
			if (!strcmp(records.series[j].name, s->name))
				first = &records.series[j];
		for (size_t n = 0; n < s->nr_samples; n++)
			assert_int_equal(s->samples[n].ticks,
					 first->samples[populates(s) ? n : 0].ticks);
	}
}

TEST(the_report_says_that_they_repeat)
{
	struct summary summary;

	summary_build(&records, &summary);
	assert_int_equal(summary.repeat.nr_differences, 0);
	assert_int_equal(summary.repeat.varying, 2 * 2);
	assert_int_equal(summary.repeat.open, 0);
	for (size_t i = 0; i < summary.nr_rows; i++)
		assert_int_equal(summary.rows[i].pfns, SUMMARY_PFNS_EQUAL);
	summary_release(&summary);
}

TEST(only_faults_disturb)
{
	for (size_t i = 0; i < records.nr_series; i++) {
		const struct record_series *s = &records.series[i];

		for (size_t n = 0; n < s->nr_samples; n++) {
			assert_int_equal(s->samples[n].flags, populates(s)
								      ? PTWALK_SAMPLE_DISTURBED
								      : PTWALK_SAMPLE_IRQS_OFF);
			assert_int_equal(s->samples[n].faults, populates(s) ? SIZE / PAGE : 0);
		}
	}
}

/* What faults in costs more than what is there; what was faulted in is all there, in any window. */
TEST(faulting_in_costs)
{
	assert_true(cost("hmm_populate", "anon-pte") > 2 * cost("hmm_fault", "anon-pte"));
	assert_true(cost("hmm_populate_write", "anon-pte") > cost("hmm_populate", "anon-pte"));
	assert_int_equal(get("hmm_populate", "anon-pte")->proof.zero_pages, SIZE / PAGE);
	assert_int_equal(get("hmm_populate_write", "anon-pte")->proof.zero_pages, 0);
	assert_int_equal(get("hmm_populate", "devdax-pte")->proof.zone_device_pages, SIZE / PAGE);
	/* The layout is as it was for whoever comes after. */
	assert_int_equal(get("mirror", "anon-pte")->proof.zero_pages, 0);
}

TEST(chunks_cost)
{
	static const char *const workloads[] = { "anon-pte", "devdax-pte" };

	for (size_t i = 0; i < ARRAY_SIZE(workloads); i++) {
		const char *w = workloads[i];

		assert_true(cost("hmm", w) < cost("hmm_4096", w));
		assert_true(cost("hmm_4096", w) < cost("hmm_512", w));
		assert_true(cost("hmm_512", w) < cost("hmm_64", w));
		assert_true(cost("hmm_fault", w) < cost("mirror", w));
		assert_true(cost("mirror", w) < cost("mirror_rare", w));
		assert_true(cost("mirror_rare", w) < cost("mirror_constant", w));
	}
	assert_true(cost("page_under_lock", "devdax-pte") > cost("hmm", "devdax-pte"));
}

static uint64_t stage(const struct record_series *series, const char *name)
{
	for (size_t i = 0; i < series->nr_stages; i++)
		if (!strcmp(series->stages[i].name, name))
			return series->stages[i].ticks[0];
	return RECORD_NO_TICKS;
}

TEST(stages_are_the_window)
{
	for (size_t i = 0; i < records.nr_series; i++) {
		const struct record_series *s = &records.series[i];
		uint64_t sum = 0;

		assert_int_equal(s->nr_stages > 0, op_is(op_find(s->op), PTWALK_OPF_STAGES));
		for (size_t j = 0; j < s->nr_stages; j++)
			if (strcmp(s->stages[j].name, "inject") != 0)
				sum += s->stages[j].ticks[0];
		if (s->nr_stages)
			assert_int_equal(sum, s->samples[0].ticks);
	}
	assert_int_not_equal(stage(get("hmm_64", "anon-pte"), "insert"), RECORD_NO_TICKS);
	assert_int_not_equal(stage(get("hmm_64", "anon-pte"), "remove"), RECORD_NO_TICKS);
	assert_int_equal(stage(get("mirror", "anon-pte"), "inject"), RECORD_NO_TICKS);
	assert_int_not_equal(stage(get("mirror_rare", "anon-pte"), "inject"), RECORD_NO_TICKS);
	assert_int_not_equal(stage(get("page_under_lock", "devdax-pte"), "touch"), RECORD_NO_TICKS);
}

static bool noted(const char *op, const char *what)
{
	const struct record_series *series = get(op, "anon-pte");

	for (size_t i = 0; i < series->notes.n; i++)
		if (strstr(series->notes.v[i], what))
			return true;
	return false;
}

/* Every 16th of 32 chunks collides, or all; a retry each, and all is mapped. */
TEST(progress_is_told)
{
	assert_int_equal(get("mirror", "anon-pte")->samples[0].retries, 0);
	assert_int_equal(get("mirror", "anon-pte")->notes.n, 0);
	assert_int_equal(get("mirror_rare", "anon-pte")->samples[0].retries, 2);
	assert_int_equal(get("mirror_constant", "anon-pte")->samples[0].retries, 32);
	assert_true(noted("mirror_rare", "made progress"));
	assert_false(noted("mirror_rare", "never"));
	assert_int_equal(get("mirror_once", "anon-pte")->notes.n, 0);
}

static const char *why_missing(const struct records *r, const char *op, const char *workload)
{
	for (size_t i = 0; i < r->nr_missing; i++)
		if (!strcmp(r->missing[i].op, op) && !strcmp(r->missing[i].workload, workload))
			return r->missing[i].reason;
	return "";
}

/* What is never mapped has no cost, but how often, and how long, it was tried. */
TEST(what_makes_no_progress_has_no_cost)
{
	static const char *const stuck[] = { "mirror_once_rare", "mirror_once_constant" };
	static const char *const says[] = { "2 of 2 chunks that collided", "32 of 32 chunks" };

	for (size_t i = 0; i < ARRAY_SIZE(stuck); i++) {
		const char *why = why_missing(&records, stuck[i], "anon-pte");

		assert_non_null(strstr(why, "never all mapped"));
		assert_non_null(strstr(why, says[i]));
		assert_non_null(strstr(why, "after 64 retries each"));
	}
	assert_non_null(
		strstr(why_missing(&few, "mirror_once_rare", "anon-pte"), "after 3 retries each"));
	assert_non_null(
		strstr(why_missing(&brief, "mirror_once_rare", "anon-pte"), "after 0.2 ms each"));
	/* A limit that is not met changes no count. */
	assert_int_equal(
		find_series(&few, 1, "mirror_rare", "", "anon-pte", 2 * MIB)->samples[0].ticks,
		find_series(&whole, 1, "mirror_rare", "", "anon-pte", 2 * MIB)->samples[0].ticks);
}

TEST(what_is_missing_says_why)
{
	assert_int_equal(records.nr_missing, 2 + 2 * 2 * 2);
	for (size_t i = 0; i < records.nr_missing; i++) {
		if (strcmp(records.missing[i].op, "page_under_lock") != 0)
			continue;
		assert_string_equal(records.missing[i].workload, "anon-pte");
		assert_non_null(strstr(records.missing[i].reason, "ZONE_DEVICE"));
	}
}
