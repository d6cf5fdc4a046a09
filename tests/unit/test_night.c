// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/night: a quiet night stays quiet, a step is found, nothing is said while learning. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/str.h"
#include "bench/stats/night.h"
#include "tests/unit/near.h"
#include "tests/unit/noise.h"

#define NIGHTS 60

static void quiet(double *values, size_t n, double sigma, struct noise *noise)
{
	for (size_t i = 0; i < n; i++)
		values[i] = 100 * exp(sigma * noise_normal(noise));
}

static struct night_look look_at(const double *values, size_t n, double tonight)
{
	struct night_look look;
	struct err err = { "" };

	if (night_look(values, n, tonight, &night_usual, &look, &err))
		fail_msg("%s", err.text);
	return look;
}

static bool suspected(const struct night_look *look)
{
	bool suspect;

	assert_int_equal(night_suspects(look, 1, &night_usual, &suspect, NULL), 0);
	return suspect;
}

TEST(a_short_segment_learns)
{
	static const double values[] = { 100, 101, 99, 100 };
	struct night_look look;

	for (size_t n = 0; n <= ARRAY_SIZE(values); n++) {
		look = look_at(values, n, 500);
		assert_true(look.learning);
		assert_false(suspected(&look));
	}
}

TEST(a_step_is_suspected_and_confirmed)
{
	struct noise noise = { 3 };
	double values[NIGHTS];
	struct night_look look;
	bool confirmed;

	quiet(values, NIGHTS, 0.005, &noise);
	look = look_at(values, NIGHTS, 106);
	assert_false(look.learning);
	assert_true(fabs(look.expected - 100) < 0.5);
	assert_true(fabs(look.change - 0.06) < 0.006);
	assert_true(look.low < 100 && look.low > 97 && look.high > 100 && look.high < 103);
	assert_true(suspected(&look));
	assert_int_equal(
		night_confirm(values, NIGHTS, 106, &look, 105.5, &night_usual, &confirmed, NULL),
		0);
	assert_true(confirmed);
	/* Not by a second value that is as before, nor by one on the other side. */
	assert_int_equal(
		night_confirm(values, NIGHTS, 106, &look, 100.1, &night_usual, &confirmed, NULL),
		0);
	assert_false(confirmed);
	assert_int_equal(
		night_confirm(values, NIGHTS, 106, &look, 94, &night_usual, &confirmed, NULL), 0);
	assert_false(confirmed);
}

/* A step that one night does not show is found as a change of level, and stays so. */
TEST(a_small_step_is_found_by_its_nights)
{
	struct noise noise = { 5 };
	double values[NIGHTS + 10];
	size_t changes = 0, first = 0;

	quiet(values, NIGHTS, 0.005, &noise);
	for (size_t k = 0; k < 10; k++) {
		double tonight = 101.5 * exp(0.005 * noise_normal(&noise));
		struct night_look look = look_at(values, NIGHTS + k, tonight);

		if (look.changed) {
			assert_true(look.change > 0.005 && look.change < 0.03);
			assert_true(suspected(&look));
			if (!changes++)
				first = k;
		}
		values[NIGHTS + k] = tonight;
	}
	assert_true(first >= 1 && first <= 5);
	assert_int_equal(changes, 10 - first);
}

TEST(what_does_not_matter_is_not_said)
{
	double values[NIGHTS];
	struct night_look look;

	for (size_t i = 0; i < NIGHTS; i++)
		values[i] = 100; /* never a change, so never noise */
	look = look_at(values, NIGHTS, 100.4);
	assert_false(suspected(&look));
	look = look_at(values, NIGHTS, 102);
	assert_true(suspected(&look));
}

TEST(many_series_take_stronger_evidence)
{
	struct night_look looks[1000];
	bool suspects[1000];
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		looks[i] = (struct night_look){ .p = (double)(i + 1) / 1000, .change = 0.1 };
	assert_int_equal(night_suspects(looks, 1000, &night_usual, suspects, NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		n += suspects[i];
	assert_int_equal(n, 0);
	assert_int_equal(night_suspects(looks, 1, &night_usual, suspects, NULL), 0);
	assert_true(suspects[0]);
	looks[500].p = 1e-6;
	assert_int_equal(night_suspects(looks, 1000, &night_usual, suspects, NULL), 0);
	assert_true(suspects[500]);
}

/* Of 100 series on 60 quiet nights: hardly ever an alarm that a second run confirms. */
TEST(quiet_nights_raise_no_alarm)
{
	struct noise noise = { 9 };
	size_t alarms = 0, suspects = 0;

	for (size_t i = 0; i < 100; i++) {
		double values[2UL * NIGHTS];

		quiet(values, 2UL * NIGHTS, 0.01, &noise);
		for (size_t night = NIGHTS; night < ARRAY_SIZE(values); night++) {
			struct night_look look = look_at(values, night, values[night]);
			double second;
			bool confirmed;

			if (!suspected(&look))
				continue;
			suspects++;
			quiet(&second, 1, 0.01, &noise);
			assert_int_equal(night_confirm(values, night, values[night], &look, second,
						       &night_usual, &confirmed, NULL),
					 0);
			alarms += confirmed;
		}
	}
	print_message("6,000 quiet nights of a single series: %zu suspects, %zu alarms\n", suspects,
		      alarms);
	assert_true(suspects > 60); /* 5 % would be 300: some must come, or nothing is judged */
	assert_true(suspects < 500);
	assert_true(alarms < 30);
}

/* What lies further back than the window has no say. */
TEST(the_window_forgets)
{
	const size_t n = night_usual.window + 50;
	double *values = xcalloc(n, sizeof(*values));
	struct noise noise = { 13 };
	struct night_look with, without;

	quiet(values, n, 0.01, &noise);
	for (size_t i = 0; i < 50; i++)
		values[i] *= 3;
	with = look_at(values, n, 103);
	without = look_at(values + 50, n - 50, 103);
	assert_near(with.p, without.p, 0);
	assert_near(with.expected, without.expected, 0);
	free(values);
}

TEST(what_is_no_value_is_said)
{
	static const double bad[] = { 1, 2, -1 };
	struct night_look look;
	struct err err;
	bool confirmed;

	assert_int_equal(night_look(bad, 3, 1, &night_usual, &look, &err), -EDOM);
	assert_int_equal(night_look(bad, 2, 0, &night_usual, &look, &err), -EDOM);
	assert_int_equal(night_look(bad, 2, NAN, &night_usual, &look, &err), -EDOM);
	assert_int_equal(night_look(bad, 2, 1, &night_usual, &look, &err), 0);
	assert_int_equal(night_confirm(bad, 2, 1, &look, -1, &night_usual, &confirmed, &err),
			 -EDOM);
}
