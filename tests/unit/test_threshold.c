// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/threshold: what is worse, and what is no threshold. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "bench/stats/cost.h"
#include "tests/unit/near.h"

#define PAGES 512.0
#define BASE  51200.0 /* 100 a page */

TEST(without_one_every_tick_counts)
{
	const struct threshold none = { 0 };

	assert_true(threshold_worse(&none, BASE, BASE + 1, PAGES));
	assert_false(threshold_worse(&none, BASE, BASE, PAGES));
	assert_false(threshold_worse(&none, BASE, BASE - 1, PAGES));
}

TEST(so_much_a_page_is_not_yet_worse)
{
	struct threshold t;

	assert_int_equal(threshold_parse("0.5", &t, NULL), 0);
	assert_near(t.page, 0.5, 0);
	assert_false(threshold_worse(&t, BASE, BASE + 256, PAGES));
	assert_true(threshold_worse(&t, BASE, BASE + 257, PAGES));
}

TEST(a_share_is_of_the_base)
{
	struct threshold t;

	assert_int_equal(threshold_parse("2%", &t, NULL), 0);
	assert_near(t.percent, 2, 0);
	assert_false(threshold_worse(&t, BASE, BASE + 1024, PAGES));
	assert_true(threshold_worse(&t, BASE, BASE + 1025, PAGES));
}

TEST(half_way_parts_good_from_bad)
{
	const struct threshold t = threshold_half(100, 104);

	assert_near(t.page, 2, 0);
	assert_true(threshold_worse(&t, BASE, BASE + 4 * PAGES, PAGES));
	assert_false(threshold_worse(&t, BASE, BASE, PAGES));
	assert_near(threshold_half(104, 100).page, 0, 0);
}

TEST(what_is_wrong_is_worse_than_any_figure)
{
	const struct threshold t = threshold_half(100, INFINITY);

	assert_true(threshold_worse(&t, BASE, INFINITY, PAGES));
	assert_false(threshold_worse(&t, BASE, 2 * BASE, PAGES));
	assert_false(threshold_worse(&t, INFINITY, INFINITY, PAGES));
}

TEST(what_is_no_threshold_is_refused)
{
	static const char *const wrong[] = { "", "x", "-1", "1x", "%", "2%%", "nan", "inf", "1 %" };
	struct threshold t;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_int_equal(threshold_parse(wrong[i], &t, &err), -EINVAL);
		assert_non_null(strstr(err.text, wrong[i]));
	}
}
