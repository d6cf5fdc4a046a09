// SPDX-License-Identifier: GPL-2.0-only
/* Comparing runs of noisy machines: boots are the values, and the verdicts are bench/stats'. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/compare.h"
#include "tests/unit/fake_noisy.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/near.h"
#include "tests/unit/find.h"

#define SLOWER "hmm/devdax-pte/1G"
#define OTHER  "walk/none/devdax-pte/1G"

static const struct compare_options plain;

static void run_of(struct records *r, unsigned boots, uint64_t seed, double sigma, double slower)
{
	const struct fake_noise noise = { boots, seed, sigma, slower };

	fake_noisy(r, &noise);
}

static void build(const struct records *base, const struct records *new, struct compare *c)
{
	struct err err;

	if (compare_build(base, new, &plain, c, &err))
		fail_msg("%s", err.text);
}

struct two {
	struct records base, new;
	struct compare c;
};

/* Two runs of so many boots, compared; the op hmm of the new one @slower. */
static void compare_two(struct two *two, unsigned boots, double sigma, double slower)
{
	run_of(&two->base, boots, 1, sigma, 0);
	run_of(&two->new, boots, 2, sigma, slower);
	build(&two->base, &two->new, &two->c);
}

static void release_two(struct two *two)
{
	compare_release(&two->c);
	records_release(&two->base);
	records_release(&two->new);
}

static const struct compare_row *row(const struct compare *c, const char *name)
{
	const struct compare_row *found = compare_find(c, name);

	if (!found)
		fail_msg("no row %s", name);
	return found;
}

TEST(a_change_is_found_with_its_interval)
{
	struct records base, new;
	struct compare c;

	run_of(&base, 8, 1, 0.005, 0);
	run_of(&new, 8, 2, 0.005, 0.05);
	build(&base, &new, &c);
	assert_false(c.exact);
	assert_int_equal(c.nr_judged, 30);
	/* The five of hmm, and nothing else. */
	assert_int_equal(c.counts[COMPARE_WORSE], 5);
	assert_int_equal(c.counts[COMPARE_BETTER], 0);
	assert_int_equal(row(&c, SLOWER)->verdict, COMPARE_WORSE);
	assert_int_equal(row(&c, SLOWER)->nr_base, 8);
	assert_true(row(&c, SLOWER)->judgement.change.low < 1.05);
	assert_true(row(&c, SLOWER)->judgement.change.high > 1.05);
	assert_true(fabs(compare_percent(row(&c, SLOWER)) - 5) < 1);
	assert_true(c.geomean > 1.005 && c.geomean < 1.012); /* 1.05^(5/30) is 1.008 */
	compare_release(&c);
	build(&new, &base, &c);
	assert_int_equal(c.counts[COMPARE_BETTER], 5);
	assert_int_equal(c.counts[COMPARE_WORSE], 0);
	compare_release(&c);
	records_release(&base);
	records_release(&new);
}

/* Samples of one boot are not independent: many of them in few boots prove nothing. */
TEST(few_boots_are_underpowered)
{
	struct two two;

	compare_two(&two, 3, 0.02, 0.5);
	assert_int_equal(two.c.counts[COMPARE_WORSE], 0);
	assert_int_equal(row(&two.c, SLOWER)->verdict, COMPARE_UNDERPOWERED);
	assert_string_equal(compare_verdict_name(row(&two.c, SLOWER)->verdict), "underpowered");
	release_two(&two);
}

/* "Same" and "we cannot tell" are different words. */
TEST(sameness_is_shown_or_it_is_inconclusive)
{
	struct two two;

	compare_two(&two, 8, 0.001, 0);
	assert_int_equal(two.c.counts[COMPARE_SAME], 30);
	release_two(&two);
	compare_two(&two, 8, 0.05, 0);
	assert_int_equal(two.c.counts[COMPARE_SAME], 0);
	assert_int_equal(two.c.counts[COMPARE_INCONCLUSIVE], 30);
	release_two(&two);
}

TEST(what_has_no_ratio_is_inconclusive_with_a_reason)
{
	struct records base, new;
	struct compare c;

	run_of(&base, 8, 1, 0.001, 0);
	run_of(&new, 8, 2, 0.001, 0);
	for (size_t i = 0; i < 3; i++)
		fake_series(&new, 4, SLOWER)->samples[i].ticks = 0;
	for (unsigned boot = 1; boot <= 8; boot++)
		fake_series(&base, boot, OTHER)->nr_samples = 0;
	build(&base, &new, &c);
	assert_int_equal(row(&c, SLOWER)->verdict, COMPARE_INCONCLUSIVE);
	assert_false(row(&c, SLOWER)->judged);
	assert_non_null(strstr(row(&c, SLOWER)->reason, "median is 0"));
	assert_int_equal(row(&c, OTHER)->verdict, COMPARE_INCONCLUSIVE);
	assert_non_null(strstr(row(&c, OTHER)->reason, "samples"));
	assert_true(isnan(row(&c, OTHER)->base_value));
	assert_int_equal(c.nr_judged, 28);
	assert_int_equal(c.nr_matched, 29); /* the base has no value of the other */
	compare_release(&c);
	records_release(&base);
	records_release(&new);
}

TEST(what_is_missing_is_in_no_mean)
{
	struct records base, new;
	struct compare c;

	run_of(&base, 8, 1, 0.001, 0);
	run_of(&new, 8, 2, 0.001, 0);
	for (unsigned boot = 1; boot <= 8; boot++)
		fake_missing(&new, boot, SLOWER, "needs CONFIG_NOTHING");
	build(&base, &new, &c);
	assert_int_equal(row(&c, SLOWER)->verdict, COMPARE_MISSING_NEW);
	assert_string_equal(row(&c, SLOWER)->reason, "needs CONFIG_NOTHING");
	assert_int_equal(c.nr_matched, 29);
	assert_int_equal(c.nr_judged, 29);
	compare_release(&c);
	records_release(&base);
	records_release(&new);
}

TEST(the_floor_is_of_the_noise)
{
	const struct compare_options o = { .floor = true };
	double floors[2];
	struct records base;
	struct compare c;

	for (int i = 0; i < 2; i++) {
		run_of(&base, 16, 5, i ? 0.03 : 0.003, 0);
		assert_int_equal(compare_build(&base, &base, &o, &c, NULL), 0);
		floors[i] = c.floor_median;
		assert_true(c.floor_largest >= c.floor_median);
		assert_true(row(&c, SLOWER)->floor >= 0);
		compare_release(&c);
		records_release(&base);
	}
	assert_true(floors[0] > 0 && floors[0] < 0.5);
	assert_true(floors[1] > 5 * floors[0] && floors[1] < 20 * floors[0]);

	/* One boot has no halves; of exact counts there is none to see. */
	run_of(&base, 1, 5, 0.01, 0);
	assert_int_equal(compare_build(&base, &base, &o, &c, NULL), 0);
	assert_true(isnan(c.floor_median));
	compare_release(&c);
	records_release(&base);
	fake_run(&base);
	assert_int_equal(compare_build(&base, &base, &o, &c, NULL), 0);
	assert_true(c.floor_largest == 0);
	compare_release(&c);
	records_release(&base);
}

static void in_turn(struct records *r, const char *session, const char *arm, unsigned boots)
{
	struct record_sampling *s = &r->run.sampling;

	free(s->session);
	free(s->arm);
	free(s->looks);
	s->session = xstrdup(session);
	s->arm = xstrdup(arm);
	s->looks = xstrdup("8,16,32");
	r->run.boots = boots;
}

/* Who looked before has spent alpha: comparing the same runs again does not bring it back. */
TEST(looks_have_spent_alpha)
{
	struct compare c;
	struct two two;

	run_of(&two.base, 8, 1, 0.01, 0);
	run_of(&two.new, 8, 2, 0.01, 0);
	in_turn(&two.base, "s", "A", 8);
	in_turn(&two.new, "s", "B", 8);
	build(&two.base, &two.new, &c);
	assert_true(compare_in_turn(&c));
	assert_near(c.alpha, 0.05 / 7, 1e-9);
	compare_release(&c);
	in_turn(&two.base, "s", "A", 16);
	build(&two.base, &two.new, &c);
	assert_near(c.alpha, 0.05 * 2 / 7, 1e-9);
	compare_release(&c);
	in_turn(&two.new, "another", "B", 8);
	build(&two.base, &two.new, &c);
	assert_false(compare_in_turn(&c));
	assert_near(c.alpha, 0.05, 1e-9);
	compare_release(&c);
	records_release(&two.base);
	records_release(&two.new);
}

TEST(the_warm_up_and_what_was_disturbed_have_no_say)
{
	struct ptwalk_sample samples[] = {
		{ .ticks = 900 }, { .ticks = 800 },
		{ .ticks = 110 }, { .ticks = 700, .flags = PTWALK_SAMPLE_DISTURBED },
		{ .ticks = 120 }, { .ticks = 130 }
	};
	struct record_series s = { .samples = samples,
				   .nr_samples = ARRAY_SIZE(samples),
				   .overhead = 10 };

	assert_near(series_value_boot(false, &s), 130 - 10, 0);
	s.warm_up = 2;
	assert_near(series_value_boot(false, &s), 120 - 10, 0);
	for (size_t i = 2; i < ARRAY_SIZE(samples); i++)
		samples[i].flags = PTWALK_SAMPLE_DISTURBED;
	/* All there is, where nothing better is. */
	assert_near(series_value_boot(false, &s), (130 + 700) / 2.0 - 10, 0);
}

TEST(counts_and_times_have_nothing_in_common)
{
	struct records base, new;
	struct compare c;
	struct err err;

	fake_run(&base);
	run_of(&new, 2, 1, 0.001, 0);
	assert_int_equal(compare_build(&base, &new, &plain, &c, &err), -EOPNOTSUPP);
	assert_non_null(strstr(err.text, "is of exact counts and"));
	strcpy(base.run.arch, "arm");
	assert_int_equal(compare_build(&base, &new, &plain, &c, &err), -EOPNOTSUPP);
	assert_non_null(strstr(err.text, " is of arm and "));
	strcpy(base.run.arch, new.run.arch);
	new.run.page_size = 16 * KIB;
	assert_int_equal(compare_build(&base, &new, &plain, &c, &err), -EOPNOTSUPP);
	assert_non_null(strstr(err.text, " has pages of 4K and "));
	assert_null(strchr(err.text, '\n'));
	records_release(&base);
	records_release(&new);
}

/* On a noisy machine the host is a part of the environment; of exact counts it is not. */
TEST(the_host_matters_where_there_is_noise)
{
	struct records base, new;
	struct compare c;

	run_of(&base, 2, 1, 0.001, 0);
	run_of(&new, 2, 2, 0.001, 0);
	new.run.host[0] ^= 1;
	build(&base, &new, &c);
	assert_int_equal(c.nr_differences, 1);
	assert_string_equal(c.differences[0].field, "host CPU");
	compare_release(&c);
	base.run.exact = new.run.exact = true;
	for (size_t i = 0; i < base.nr_series; i++)
		base.series[i].nr_samples = new.series[i].nr_samples = 0;
	build(&base, &new, &c);
	assert_int_equal(c.nr_differences, 0);
	compare_release(&c);
	records_release(&base);
	records_release(&new);
}
