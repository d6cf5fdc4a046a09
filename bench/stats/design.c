// SPDX-License-Identifier: GPL-2.0-only
#include "bench/stats/design.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "bench/stats/sample.h"

#define GOLDEN 0x9e3779b97f4a7c15 /* 2^64 over the golden ratio, odd */

uint64_t random_bits(struct random *random)
{
	uint64_t bits;

	random->state += GOLDEN;
	bits = random->state;
	bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9;
	bits = (bits ^ bits >> 27) * 0x94d049bb133111eb;
	return bits ^ bits >> 31;
}

/* What is left over past the last whole multiple of @end is drawn again. */
size_t random_below(struct random *random, size_t end)
{
	const uint64_t most = UINT64_MAX - UINT64_MAX % end;
	uint64_t bits;

	do
		bits = random_bits(random);
	while (bits >= most);
	return (size_t)(bits % end);
}

unsigned int blocks_arm(const struct blocks *blocks, size_t place)
{
	const size_t n = (size_t)blocks->arms * blocks->each;
	struct random random = { blocks->seed };
	unsigned int arms[BLOCKS_MAX];

	/* Neighbours in number have seeds far apart. */
	random.state = random_bits(&random) + place / n;
	random.state = random_bits(&random);
	for (size_t i = 0; i < n; i++)
		arms[i] = (unsigned int)(i / blocks->each);
	for (size_t i = n - 1; i > 0; i--) {
		const size_t j = random_below(&random, i + 1);
		const unsigned int arm = arms[i];

		arms[i] = arms[j];
		arms[j] = arm;
	}
	return arms[place % n];
}

const struct looks looks_usual = { .n = 3, .units = { 8, 16, 32 } };

int looks_parse(const char *text, struct looks *looks, struct err *err)
{
	struct looks read = { 0 };
	const char *from = text;
	char *end;

	for (;; from = end + 1) {
		const unsigned long units =
			*from >= '0' && *from <= '9' ? strtoul(from, &end, 10) : 0;

		if (!units || units > LOOKS_UNITS_MAX || read.n == LOOKS_MAX ||
		    (*end && *end != ',') || (read.n && units <= read.units[read.n - 1]))
			return err_set(err, EINVAL,
				       "'%.40s' is not up to %d rising numbers from 1 to %d, with "
				       "commas between them",
				       text, LOOKS_MAX, LOOKS_UNITS_MAX);
		read.units[read.n++] = units;
		if (!*end)
			break;
	}
	*looks = read;
	return 0;
}

double looks_alpha(const struct looks *looks, size_t look, double alpha)
{
	size_t sum = 0;

	for (size_t i = 0; i < looks->n; i++)
		sum += looks->units[i];
	return alpha * (double)looks->units[look] / (double)sum;
}

bool looks_settled(enum verdict verdict, const struct hodges *change, const struct looks_rule *rule)
{
	if (verdict != VERDICT_BETTER && verdict != VERDICT_WORSE && verdict != VERDICT_SAME)
		return false;
	return !(rule->width > 0) ||
	       (change->bounded && log(change->high / change->low) <= 2 * log1p(rule->width));
}

double power_smallest_p(size_t m, size_t n)
{
	const size_t few = m < n ? m : n, many = m < n ? n : m;
	double p = 2;

	/* 1 / C(many + few, few), factor by factor; 0 once no double holds it. */
	for (size_t i = 1; i <= few && p > 0; i++)
		p *= (double)i / (double)(many + i);
	return fmin(p, 1);
}

size_t power_least_boots(size_t series, double alpha)
{
	size_t n = 1;

	if (!series || !(alpha > 0 && alpha < 1))
		return 0;
	while ((double)series * power_smallest_p(n, n) > alpha)
		n++;
	return n;
}

int power_noise(const double *values, size_t n, double *sigma, struct err *err)
{
	long double mean = 0, squares = 0;
	int ret = sample_check_positive(values, n, 2, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < n; i++)
		mean += logl(values[i]) / n;
	for (size_t i = 0; i < n; i++) {
		const long double d = logl(values[i]) - mean;

		squares += d * d;
	}
	*sigma = (double)sqrtl(squares / (n - 1));
	return 0;
}

static int check_goal(double sigma, const struct power_goal *goal, struct err *err)
{
	if (!(sigma >= 0 && isfinite(sigma)))
		return err_set(err, EDOM, "noise of %g: not 0 or more", sigma);
	if (!(goal->change > 0 && isfinite(goal->change)))
		return err_set(err, EDOM, "a change of %g: not above 0", goal->change);
	if (!goal->series || !(goal->alpha > 0 && goal->alpha < 1))
		return err_set(err, EDOM, "alpha %g over %zu series: not 0 to 1 over one or more",
			       goal->alpha, goal->series);
	if (!(goal->power > goal->alpha && goal->power < 1))
		return err_set(err, EDOM, "power %g: not between alpha (%g) and 1", goal->power,
			       goal->alpha);
	return 0;
}

int power_boots(double sigma, const struct power_goal *goal, size_t *boots, struct err *err)
{
	double z_alpha, z_power, change, n;
	size_t least;
	int ret = check_goal(sigma, goal, err);

	if (ret)
		return ret;
	z_alpha = normal_upper_quantile(goal->alpha / (2 * (double)goal->series));
	z_power = normal_upper_quantile(1 - goal->power);
	change = log1p(goal->change) / (z_alpha + z_power);
	n = ceil(2 * M_PI / 3 * (sigma / change) * (sigma / change) + z_alpha * z_alpha / 4);
	if (!(n <= POWER_BOOTS_MAX))
		return err_set(err, ERANGE,
			       "more than %d boots to find a change of %g in noise of %g",
			       POWER_BOOTS_MAX, goal->change, sigma);
	least = power_least_boots(goal->series, goal->alpha) + 1;
	*boots = n > (double)least ? (size_t)n : least;
	return 0;
}
