// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/difference: what changed a call and a page, and whether it is exactly that. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "bench/stats/cost.h"
#include "tests/unit/near.h"

static const double sizes[] = { 16, 512, 16384, 262144 };
static const double costs[] = { 2e3, 5e4, 1.6e6, 2.5e7 };

#define N ARRAY_SIZE(sizes)

TEST(a_line_is_exact)
{
	static const double lines[][2] = {
		{ 0, 1 }, { 12, 0 }, { -3, -2 }, { 0, 0 }, { 5, 0.125 }
	};

	for (size_t l = 0; l < ARRAY_SIZE(lines); l++) {
		struct difference d;
		double change[N];

		for (size_t i = 0; i < N; i++)
			change[i] = lines[l][0] + lines[l][1] * sizes[i];
		assert_int_equal(difference_line(sizes, change, costs, N, &d, NULL), 0);
		assert_true(d.exact);
		assert_near(d.call, lines[l][0], 0);
		assert_near(d.page, lines[l][1], 0);
	}
}

/* An instruction for each page table, of which the smallest size has a part. */
TEST(what_is_no_line_is_said_and_its_slope_is_near)
{
	const double change[] = { 1, 1, 32, 512 };
	struct difference d;

	assert_int_equal(difference_line(sizes, change, costs, N, &d, NULL), 0);
	assert_false(d.exact);
	assert_true(d.page > 0.001 && d.page < 0.003);
}

TEST(one_tick_off_is_no_line)
{
	double change[N];
	struct difference d;

	for (size_t spoiled = 0; spoiled < N; spoiled++) {
		for (size_t i = 0; i < N; i++)
			change[i] = 7 + 3 * sizes[i] + (i == spoiled);
		assert_int_equal(difference_line(sizes, change, costs, N, &d, NULL), 0);
		assert_false(d.exact);
		assert_near(d.page, 3, 0.01);
	}
}

TEST(the_order_of_sizes_does_not_count)
{
	const double pages[] = { 512, 512, 16, 16384 }, change[] = { 515, 515, 19, 16387 };
	struct difference d;

	assert_int_equal(difference_line(pages, change, costs, N, &d, NULL), 0);
	assert_true(d.exact);
	assert_near(d.call, 3, 0);
	assert_near(d.page, 1, 0);
}

TEST(what_gives_no_line_is_refused)
{
	const double same[] = { 16, 16 }, change[] = { 1, 2 }, none[] = { 0, 1 };
	const double huge[] = { 1e300, 1 };
	struct difference d;
	struct err err;

	assert_int_equal(difference_line(sizes, change, costs, 1, &d, &err), -EINVAL);
	assert_int_equal(difference_line(sizes, change, costs, 0, &d, &err), -EINVAL);
	assert_int_equal(difference_line(same, change, costs, 2, &d, &err), -EINVAL);
	assert_int_equal(difference_line(sizes, change, none, 2, &d, &err), -EDOM);
	assert_int_equal(difference_line(sizes, huge, costs, 2, &d, &err), -EDOM);
	assert_int_equal(difference_line(none, change, costs, 2, &d, &err), -EDOM);
}
