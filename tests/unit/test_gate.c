// SPDX-License-Identifier: GPL-2.0-only
/* bench/report/gate: policies of own code are shown where it counts unchanged what is built in. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/report/compare.h"
#include "bench/report/report.h"

static void says(const char *text, const char *what)
{
	if (!text || !strstr(text, what))
		fail_msg("no '%s' in:\n%s", what, text ? text : "nothing");
}

/* Owned by the caller. */
static char *report_of(const struct records *records)
{
	struct summary summary;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	summary_build(records, &summary);
	report_text(&summary, f, false);
	fclose(f);
	summary_release(&summary);
	return text;
}

/* A run whose policies are own code: unchanged, it counts what the built-in does. */
static void fake_own_run(struct records *r)
{
	fake_run(r);
	for (size_t i = 0; i < r->nr_series; i++) {
		struct record_series *s = &r->series[i];
		const struct record_series *base;
		char *name = xasprintf("hmm/%s", s->name + strlen("walk/"));

		base = find_series(r, s->boot, "hmm", "", s->workload, s->size);
		if (!strcmp(s->op, "walk")) {
			free(s->op);
			free(s->name);
			s->op = xstrdup("hmm");
			s->name = xstrdup(name);
			for (size_t j = 0; !strcmp(s->policy, "none") && j < s->nr_samples; j++)
				s->samples[j] = base->samples[j];
		}
		free(name);
	}
}

/* In every sample of every boot. */
static void add_ticks(struct records *records, const char *name)
{
	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++) {
		struct record_series *s = fake_series(records, boot, name);

		for (size_t i = 0; i < s->nr_samples; i++)
			s->samples[i].ticks += 5;
	}
}

TEST(own_code_that_counts_otherwise_shows_no_policy)
{
	struct records records;
	struct record_series *s;
	struct summary summary;
	char *text;

	fake_own_run(&records);
	summary_build(&records, &summary);
	assert_int_equal(summary.gate.differences.n, 0);
	assert_true(summary.gate.compared > 0);
	assert_true(summary_pgmap(&summary, &summary.rows[0], "entry").known);
	assert_true(summary_fidelity(&summary, &summary.rows[0]).value == 0);
	summary_release(&summary);
	text = report_of(&records);
	says(text, "unchanged, it counts and finds what is built in");
	free(text);
	s = fake_series(&records, 2, "hmm/none/devdax-pmd/1G");
	for (size_t i = 0; i < s->nr_samples; i++)
		s->samples[i].ticks += 5;
	summary_build(&records, &summary);
	assert_int_equal(summary.gate.differences.n, 1);
	/* No figure of any policy, of no workload: the op is not the kernel's. */
	assert_false(summary_cell(&summary, &summary.rows[1], "hmm", "entry")->page.known);
	assert_true(summary_cell(&summary, &summary.rows[1], "hmm", "")->page.known);
	summary_release(&summary);
	text = report_of(&records);
	says(text, "DIFFERS from what is built in: no policy of hmm is shown");
	says(text, "hmm/none/devdax-pmd/1G (boot 2): counts");
	free(text);
	records_release(&records);
}

TEST(what_is_closed_is_missing_where_nothing_else_asks)
{
	struct records records;
	struct record_series *s;
	size_t all, missing;

	fake_own_run(&records);
	all = records.nr_series;
	missing = records.nr_missing;
	gate_shut(&records);
	assert_int_equal(records.nr_series, all);
	s = fake_series(&records, 2, "hmm/none/devdax-pmd/1G");
	for (size_t i = 0; i < s->nr_samples; i++)
		s->samples[i].ticks += 5;
	gate_shut(&records);
	assert_true(records.nr_series < all);
	assert_int_equal(records.nr_series + records.nr_missing, all + missing);
	for (size_t i = 0; i < records.nr_series; i++)
		assert_true(strcmp(records.series[i].op, "hmm") || !*records.series[i].policy);
	says(records.missing[missing].reason,
	     "own code is not what is built in: hmm/none/devdax-pmd/1G (boot 2): counts");
	records_release(&records);
}

/* A run whose own code of another op differs first, and of hmm after it. */
TEST(what_is_closed_says_what_its_own_op_differs_by)
{
	struct records records;
	struct record_series *other;
	const char *reason = NULL;
	struct gate gate;

	fake_own_run(&records);
	add_ticks(&records, "hmm/none/devdax-pte/64K");
	other = fake_series(&records, 1, "hmm/entry/devdax-pte/64K");
	for (size_t i = 0; i < 2; i++) {
		struct record_series *of =
			i ? other : fake_series(&records, 1, "bare/devdax-pte/64K");

		free(of->op);
		of->op = xstrdup("gup_fast");
	}
	free(other->policy);
	other->policy = xstrdup("own");
	gate_check(&records, &gate);
	assert_int_equal(gate.closed.n, 2);
	gate_release(&gate);
	gate_shut(&records);
	for (size_t i = 0; i < records.nr_missing; i++)
		if (!strcmp(records.missing[i].op, "gup_fast"))
			reason = records.missing[i].reason;
	assert_non_null(reason);
	says(reason, "hmm/entry/devdax-pte/64K (boot 1)");
	records_release(&records);
}

TEST(what_is_wrong_stays_so_where_it_is_closed)
{
	const struct compare_options o = { 0 };
	struct records base, new;
	struct record_series *s;
	struct compare c;

	fake_own_run(&base);
	fake_own_run(&new);
	s = fake_series(&new, 1, "hmm/entry/devdax-pte/1G");
	s->pfn_sum++;
	add_ticks(&new, "hmm/none/devdax-pmd/1G");
	gate_shut(&base);
	gate_shut(&new);
	assert_string_equal(find_wrong(&new, "hmm/entry/devdax-pte/1G"),
			    "the PFN array is not what the page tables hold");
	assert_int_equal(compare_build(&base, &new, &o, &c, NULL), 0);
	assert_int_equal(c.counts[COMPARE_WRONG], 1);
	compare_release(&c);
	records_release(&base);
	records_release(&new);
}

TEST(other_arrays_close_it_as_well)
{
	struct records records;
	struct gate gate;

	fake_own_run(&records);
	fake_series(&records, 1, "hmm/none/devdax-pmd/1G")->entry_sum++;
	gate_check(&records, &gate);
	assert_int_equal(gate.differences.n, 1);
	says(gate.differences.v[0], "its array is not the built-in's");
	assert_true(gate_bars(&gate, "hmm", "entry"));
	assert_false(gate_bars(&gate, "hmm", ""));
	assert_false(gate_bars(&gate, "gup_fast", "none"));
	gate_release(&gate);
	records_release(&records);
}

TEST(a_policy_with_nothing_to_hold_it_against_is_not_shown)
{
	struct records records;
	struct gate gate;

	fake_own_run(&records);
	for (size_t i = 0; i < records.nr_series; i++) {
		struct record_series *s = &records.series[i];

		if (!strcmp(s->op, "hmm") && !strcmp(s->policy, "none")) {
			free(s->policy);
			s->policy = xstrdup("mine");
		}
	}
	gate_check(&records, &gate);
	assert_int_equal(gate.compared, 0);
	assert_int_equal(gate.differences.n, 1);
	assert_true(gate_bars(&gate, "hmm", "mine"));
	gate_release(&gate);
	records_release(&records);
}

TEST(own_code_is_closed_where_nothing_that_is_built_in_was_measured)
{
	struct records records;
	struct gate gate;
	size_t n = 0;
	char *text;

	fake_own_run(&records);
	for (size_t i = 0; i < records.nr_series; i++) {
		struct record gone = { .kind = RECORD_SERIES, .series = records.series[i] };

		if (!strcmp(gone.series.op, "hmm") && !*gone.series.policy)
			record_release(&gone);
		else
			records.series[n++] = gone.series;
	}
	records.nr_series = n;
	gate_check(&records, &gate);
	assert_true(gate_bars(&gate, "hmm", "entry"));
	gate_release(&gate);
	text = report_of(&records);
	says(text, "NOT HELD AGAINST what is built in: no policy of hmm is shown");
	says(text, "hmm: no series shows what the built-in counts");
	free(text);
	records_release(&records);
}

TEST(runs_without_own_code_have_no_gate)
{
	struct records records;
	struct gate gate;

	fake_run(&records);
	gate_check(&records, &gate);
	assert_int_equal(gate.compared, 0);
	assert_int_equal(gate.differences.n, 0);
	assert_false(gate_bars(&gate, "walk", "entry"));
	gate_release(&gate);
	records_release(&records);
}
