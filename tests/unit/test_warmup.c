// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/warmup: what is left out is the beginning that is not like the rest. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>

#include "bench/stats/levels.h"
#include "tests/unit/noise.h"

#define N 64

/* @slow samples at @factor times the level of the rest. */
static void make(double *values, size_t n, size_t slow, double factor, double sigma, uint64_t seed)
{
	struct noise noise = { seed };

	for (size_t i = 0; i < n; i++)
		values[i] = 1000 * (i < slow ? factor : 1) * exp(sigma * noise_normal(&noise));
}

static struct warmup find(const double *values, size_t n)
{
	struct warmup warmup = { 99, false };

	assert_int_equal(warmup_find(values, n, &warmup, NULL), 0);
	return warmup;
}

TEST(a_slow_beginning_is_found)
{
	double values[N];

	for (size_t slow = 1; slow <= N / 2; slow *= 2)
		for (uint64_t seed = 0; seed < 20; seed++) {
			make(values, N, slow, 1.2, 0.01, seed);
			assert_int_equal(find(values, N).length, slow);
			assert_true(find(values, N).settled);
		}
}

TEST(so_is_a_fast_one)
{
	double values[N];

	make(values, N, 5, 0.8, 0.01, 1);
	assert_int_equal(find(values, N).length, 5);
}

/* Steps down to the level: 8, 4, 2, 1.2 times it. */
TEST(one_that_falls_in_steps)
{
	double values[N];

	make(values, N, 0, 1, 0.005, 3);
	for (size_t i = 0; i < 12; i++)
		values[i] *= i < 3 ? 8 : i < 6 ? 4 : i < 9 ? 2 : 1.2;
	assert_int_equal(find(values, N).length, 12);
}

TEST(a_steady_boot_loses_nothing)
{
	size_t lost = 0;
	double values[N];

	for (uint64_t seed = 0; seed < 500; seed++) {
		make(values, N, 0, 1, 0.01, seed);
		lost += find(values, N).length;
	}
	print_message("  of 500 steady boots of %d samples, %zu samples are left out\n", N, lost);
	assert_true(lost < 500 * N / 100);
}

TEST(equal_samples_lose_nothing)
{
	double values[N];

	make(values, N, 0, 1, 0, 0);
	assert_int_equal(find(values, N).length, 0);
	assert_true(find(values, N).settled);
	values[0] = 1200;
	assert_int_equal(find(values, N).length, 1);
}

/* A disturbance that was not noticed is no warm-up, nor is what is slow afterwards. */
TEST(what_comes_later_stays)
{
	double values[N];

	make(values, N, 0, 1, 0.01, 4);
	for (size_t i = 20; i < 26; i++)
		values[i] *= 1.5;
	assert_int_equal(find(values, N).length, 0);
	make(values, N, 0, 1, 0.01, 4);
	for (size_t i = 50; i < N; i++)
		values[i] *= 1.5;
	assert_int_equal(find(values, N).length, 0);
	assert_true(find(values, N).settled);
}

TEST(what_never_settles_is_said)
{
	double values[N];

	make(values, N, 0, 1, 0.002, 5);
	for (size_t i = 0; i < N; i++) {
		size_t stair = i / 8;

		values[i] *= 1 + 0.2 * (double)stair;
	}
	assert_false(find(values, N).settled);
	assert_int_equal(find(values, N).length, 0);
}

TEST(few_samples_say_nothing)
{
	double values[N];

	make(values, N, 2, 3, 0.01, 1);
	for (size_t n = 0; n < WARMUP_LEAST; n++) {
		assert_int_equal(find(values, n).length, 0);
		assert_false(find(values, n).settled);
	}
	assert_int_equal(find(values, WARMUP_LEAST).length, 2);
}

TEST(what_is_no_number_is_refused)
{
	double values[N];
	struct warmup warmup;
	struct err err;

	make(values, N, 2, 3, 0.01, 1);
	values[7] = (double)NAN;
	assert_int_equal(warmup_find(values, N, &warmup, &err), -EDOM);
	values[7] = (double)INFINITY;
	assert_int_equal(warmup_find(values, N, &warmup, &err), -EDOM);
}
