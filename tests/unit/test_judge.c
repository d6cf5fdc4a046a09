// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/verdict and judge: one word for each series, and never the wrong one. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "bench/stats/verdict.h"
#include "tests/unit/near.h"
#include "tests/unit/noise.h"

static enum verdict judge(double low, double high, double p, double smallest)
{
	static const struct verdict_rule rule = { .alpha = 0.05, .delta = 0.01 };
	const struct hodges change = {
		.ratio = sqrt(low * high), .low = low, .high = high, .bounded = isfinite(high)
	};
	const struct verdict_case verdict_case = { .change = &change,
						   .p_adjusted = p,
						   .smallest_p = smallest };

	return verdict_judge(&verdict_case, &rule);
}

TEST(each_word_has_its_case)
{
	assert_int_equal(judge(0.95, 0.98, 0.01, 0.001), VERDICT_BETTER);
	assert_int_equal(judge(1.02, 1.05, 0.01, 0.001), VERDICT_WORSE);
	assert_int_equal(judge(0.995, 1.005, 0.6, 0.001), VERDICT_SAME);
	/* A difference that is sure, and too small to matter. */
	assert_int_equal(judge(1.002, 1.005, 0.01, 0.001), VERDICT_SAME);
	assert_int_equal(judge(0.98, 1.02, 0.6, 0.001), VERDICT_INCONCLUSIVE);
	/* The interval alone does not survive the adjustment. */
	assert_int_equal(judge(1.02, 1.05, 0.2, 0.001), VERDICT_INCONCLUSIVE);
	/* Ties: the test alone is not enough either. */
	assert_int_equal(judge(1, 1.05, 0.04, 0.001), VERDICT_INCONCLUSIVE);
	assert_int_equal(judge(1.02, 1.05, 0.2, 0.06), VERDICT_UNDERPOWERED);
	assert_int_equal(judge(0, INFINITY, 0.1, 0.1), VERDICT_UNDERPOWERED);
	assert_int_equal(judge(0.995, 1.005, 0.6, 0.06), VERDICT_SAME);
}

#define SERIES 24
#define BOOTS  12

struct table {
	double base[SERIES][BOOTS], new[SERIES][BOOTS];
	struct judge_series series[SERIES];
	struct judgement judgements[SERIES];
};

static const struct judge_rule rule = { .verdict = { .alpha = 0.05, .delta = 0.01 },
					.adjust = adjust_holm };

/* The first @changed are 8 % more. */
static void measure(struct table *table, struct noise *noise, size_t changed, size_t boots)
{
	for (size_t s = 0; s < SERIES; s++) {
		for (size_t i = 0; i < boots; i++) {
			table->base[s][i] = 800 * exp(0.02 * noise_normal(noise));
			table->new[s][i] =
				800 * (s < changed ? 1.08 : 1) * exp(0.02 * noise_normal(noise));
		}
		table->series[s] = (struct judge_series){ .base = table->base[s],
							  .new = table->new[s],
							  .nr_base = boots,
							  .nr_new = boots };
	}
	assert_int_equal(judge_table(table->series, SERIES, &rule, table->judgements, NULL), 0);
}

TEST(changes_are_found_and_nothing_else)
{
	struct noise noise = { 31 };
	static struct table table;
	unsigned found = 0, false_alarms = 0;

	for (int round = 0; round < 100; round++) {
		measure(&table, &noise, 4, BOOTS);
		for (size_t s = 0; s < SERIES; s++) {
			const enum verdict verdict = table.judgements[s].verdict;

			assert_true(table.judgements[s].p_adjusted >= table.judgements[s].test.p);
			found += s < 4 && verdict == VERDICT_WORSE;
			false_alarms +=
				s >= 4 && (verdict == VERDICT_BETTER || verdict == VERDICT_WORSE);
		}
	}
	print_message("24 series, 12 boots, noise 2 %%: %u of 400 changes of 8 %% found, %u false "
		      "alarms in 2,000\n",
		      found, false_alarms);
	assert_true(found > 380);
	assert_true(false_alarms <= 12);
}

static unsigned count(const struct table *table, enum verdict verdict)
{
	unsigned n = 0;

	for (size_t s = 0; s < SERIES; s++)
		n += table->judgements[s].verdict == verdict;
	return n;
}

/* Five boots an arm have no p below 2/252: 24 series cannot be told apart. */
TEST(too_few_boots_are_called_so)
{
	struct noise noise = { 32 };
	static struct table table;

	measure(&table, &noise, SERIES, 5);
	assert_int_equal(count(&table, VERDICT_WORSE) + count(&table, VERDICT_BETTER), 0);
	assert_true(count(&table, VERDICT_UNDERPOWERED) > 20);
	assert_int_equal(count(&table, VERDICT_INCONCLUSIVE), 0);
}

TEST(a_table_of_like_arms_seldom_alarms)
{
	struct noise noise = { 33 };
	static struct table table;
	unsigned tables = 0;

	for (int round = 0; round < 400; round++) {
		measure(&table, &noise, 0, 8);
		tables += count(&table, VERDICT_WORSE) + count(&table, VERDICT_BETTER) > 0;
	}
	print_message("%u of 400 tables of 24 like series have a false alarm\n", tables);
	assert_true(tables <= 400 * (0.05 + 3 * sqrt(0.05 * 0.95 / 400)));
}

TEST(swapping_turns_better_into_worse)
{
	static const enum verdict mirror[] = {
		[VERDICT_BETTER] = VERDICT_WORSE,
		[VERDICT_WORSE] = VERDICT_BETTER,
		[VERDICT_SAME] = VERDICT_SAME,
		[VERDICT_INCONCLUSIVE] = VERDICT_INCONCLUSIVE,
		[VERDICT_UNDERPOWERED] = VERDICT_UNDERPOWERED,
	};
	struct judgement swapped[SERIES];
	struct noise noise = { 34 };
	static struct table table;

	for (int round = 0; round < 50; round++) {
		measure(&table, &noise, noise_below(&noise, SERIES), 4 + noise_below(&noise, 9));
		for (size_t s = 0; s < SERIES; s++) {
			const double *base = table.series[s].base;

			table.series[s].base = table.series[s].new;
			table.series[s].new = base;
		}
		assert_int_equal(judge_table(table.series, SERIES, &rule, swapped, NULL), 0);
		for (size_t s = 0; s < SERIES; s++)
			assert_int_equal(swapped[s].verdict, mirror[table.judgements[s].verdict]);
	}
}

TEST(the_bad_series_is_named)
{
	struct noise noise = { 35 };
	static struct table table;
	struct err err;

	measure(&table, &noise, 0, 8);
	table.new[3][2] = NAN;
	assert_int_equal(judge_table(table.series, SERIES, &rule, table.judgements, &err), -EDOM);
	assert_non_null(strstr(err.text, "series 3"));
	table.series[3].nr_new = 0;
	assert_int_equal(judge_table(table.series, SERIES, &rule, table.judgements, &err), -EINVAL);
	assert_int_equal(judge_table(NULL, 0, &rule, NULL, &err), 0);
}
