// SPDX-License-Identifier: GPL-2.0-only
/* Replica against truth: the right differences, and none where something is missing. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/report/truth.h"
#include "tests/unit/find.h"

#define WORKLOAD "devdax-pte"

/* The replica's own cost of @policy in the fake run, ticks a page. */
static double replica_cost(const struct records *records, const char *policy, uint64_t size)
{
	const struct summary_column none = { .op = "walk", .policy = "none" };
	const struct summary_column of = { .op = "walk", .policy = policy };
	const struct series_key scene = find_key("", "", WORKLOAD, 0);

	return (summary_cost(records, &of, &scene, size).value -
		summary_cost(records, &none, &scene, size).value) /
	       ((double)size / 4096);
}

/* Two kernels: the fake run, and the same with @more ticks a page in hmm. */
struct two {
	struct records records[2];
	struct summary summary[2];
	struct truth_arm arms[2];
	struct truth truth;
};

static void two_build(struct two *t, const char *policy, double more)
{
	for (int i = 0; i < 2; i++) {
		fake_run(&t->records[i]);
		t->arms[i] = (struct truth_arm){ i ? policy : "none", &t->summary[i] };
	}
	for (size_t i = 0; i < t->records[1].nr_series; i++) {
		struct record_series *s = &t->records[1].series[i];

		if (strcmp(s->op, "hmm"))
			continue;
		for (size_t j = 0; j < s->nr_samples; j++)
			s->samples[j].ticks += (uint64_t)llround(more * (double)s->size / 4096);
	}
	for (int i = 0; i < 2; i++)
		summary_build(&t->records[i], &t->summary[i]);
	truth_build(t->arms, 2, "bench", &t->truth);
}

static void two_release(struct two *t)
{
	truth_release(&t->truth);
	for (int i = 0; i < 2; i++) {
		summary_release(&t->summary[i]);
		records_release(&t->records[i]);
	}
}

static const struct truth_row *row_of(const struct two *t, const char *policy)
{
	for (size_t i = 0; i < t->truth.nr_rows; i++)
		if (!strcmp(t->truth.rows[i].workload, WORKLOAD) &&
		    !strcmp(t->truth.rows[i].policy, policy))
			return &t->truth.rows[i];
	fail_msg("no row " WORKLOAD " %s", policy);
	return NULL;
}

static char *printed(const struct two *t)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	truth_text(&t->truth, f, false);
	fclose(f);
	return text;
}

TEST(a_replica_that_is_right_differs_by_nothing)
{
	const struct truth_row *row;
	struct two t;
	double cost;
	char *text;

	fake_run(&t.records[0]);
	cost = replica_cost(&t.records[0], "entry", GIB);
	records_release(&t.records[0]);
	two_build(&t, "entry", cost);
	row = row_of(&t, "entry");
	assert_true(fabs(row->truth.value - cost) < 0.01);
	assert_true(fabs(row->replica.value - cost) < 0.01);
	assert_true(fabs(row->percent.value) < 0.1);
	assert_false(row_of(&t, "none")->truth.known);
	text = printed(&t);
	assert_non_null(strstr(text, "instructions, not time"));
	assert_non_null(strstr(text, "Kernels, with the config bench:"));
	free(text);
	two_release(&t);
}

TEST(one_that_is_off_by_more_than_it_may_is_marked)
{
	struct two t;
	double cost;
	char *text;

	fake_run(&t.records[0]);
	cost = replica_cost(&t.records[0], "entry", GIB);
	records_release(&t.records[0]);
	two_build(&t, "entry", cost / 1.10);
	assert_true(fabs(row_of(&t, "entry")->percent.value - 10) < 0.5);
	assert_true(t.truth.nr_off >= 1);
	text = printed(&t);
	assert_non_null(strstr(text, "% !"));
	assert_non_null(strstr(text, "off by more than 5 %"));
	free(text);
	two_release(&t);
}

TEST(what_is_missing_stays_missing)
{
	struct two t;
	char *text;

	for (int i = 0; i < 2; i++) {
		fake_run(&t.records[i]);
		t.arms[i] = (struct truth_arm){ i ? "entry" : "none", &t.summary[i] };
	}
	for (unsigned int boot = 1; boot <= FAKE_BOOTS; boot++)
		fake_missing(&t.records[1], boot, "hmm/" WORKLOAD "/1G", "the moon was full");
	for (int i = 0; i < 2; i++)
		summary_build(&t.records[i], &t.summary[i]);
	truth_build(t.arms, 2, "bench", &t.truth);
	assert_false(row_of(&t, "entry")->truth.known);
	assert_false(row_of(&t, "entry")->percent.known);
	assert_true(t.truth.nr_missing >= 1);
	text = printed(&t);
	assert_non_null(strstr(text, "-["));
	free(text);
	two_release(&t);
}

/* Nothing can be so many per cent of nothing. */
TEST(a_policy_that_costs_nothing_has_no_per_cent)
{
	struct two t;

	two_build(&t, "entry", 0);
	assert_true(row_of(&t, "entry")->truth.known);
	assert_false(row_of(&t, "entry")->percent.known);
	two_release(&t);
}
