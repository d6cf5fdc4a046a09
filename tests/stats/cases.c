// SPDX-License-Identifier: GPL-2.0-only
/* Prints cases for bench/stats and what it makes of them, for agreement.R. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "bench/stats/verdict.h"
#include "bench/stats/sample.h"
#include "bench/stats/ranks.h"
#include "bench/stats/levels.h"
#include "bench/stats/design.h"
#include "bench/stats/night.h"
#include "tests/stats/lists.h"
#include "tests/unit/noise.h"

static const double alphas[] = { 0.05, 0.01, 0.1 };

static void check(int ret, const struct err *err)
{
	if (!ret)
		return;
	fprintf(stderr, "%s\n", err->text);
	exit(1);
}

static void print_two_arms(const double *x, size_t m, const double *y, size_t n, double alpha)
{
	struct hodges hodges;
	struct utest test;
	struct err err;

	check(utest(x, m, y, n, &test, &err), &err);
	check(hodges_ratio(x, m, y, n, alpha, &hodges, &err), &err);
	line_begin("arms");
	line_number(alpha);
	line_numbers(x, m);
	line_numbers(y, n);
	line_number(test.u);
	line_number(test.p);
	line_number(test.exact);
	line_number(hodges.ratio);
	line_number(hodges.low);
	line_number(hodges.high);
	line_number(hodges.bounded);
	line_end();
}

/* Most are small; with ties, R has to enumerate the splits. Some are beyond counting. */
static void print_arms(struct noise *noise)
{
	double x[80], y[80];

	for (int i = 0; i < 4000; i++) {
		const enum shape shape = i % SHAPES;
		const size_t most = i % 40 >= 35 ? 80 : i % 8 == 7 ? 33 : 6;
		const size_t least = most == 80 ? 34 : 1;
		const size_t m = least + noise_below(noise, most - least + 1);
		const size_t n = least + noise_below(noise, most - least + 1);

		shape_fill(shape, noise, 800, x, m);
		shape_fill(shape, noise, 800 * exp(0.03 * noise_normal(noise)), y, n);
		print_two_arms(x, m, y, n, alphas[i % ARRAY_SIZE(alphas)]);
	}
}

static void print_ranksums(void)
{
	static double chance[34 * 34];
	uint32_t ranks[66];
	struct err err;

	for (uint32_t i = 0; i < 66; i++)
		ranks[i] = i + 1;
	for (size_t m = 1; m <= 33; m += m < 12 ? 1 : 7) {
		for (size_t n = m; n <= 33; n += n < 12 ? 1 : 7) {
			const size_t least = m * (m + 1) / 2;
			struct ranksum ranksum;

			check(ranksum_count(ranks, m + n, m, &ranksum, &err), &err);
			for (size_t u = 0; u <= m * n; u++)
				chance[u] = (double)((long double)ranksum.ways[least + u] /
						     ranksum.splits);
			line_begin("ranksum");
			line_number((double)m);
			line_number((double)n);
			line_numbers(chance, m * n + 1);
			line_number(power_smallest_p(m, n));
			line_end();
			ranksum_release(&ranksum);
		}
	}
}

static void print_adjusted(struct noise *noise)
{
	double p[300], holm[300], bh[300];
	struct err err;

	for (int i = 0; i < 600; i++) {
		const size_t n = 1 + noise_below(noise, i % 20 ? 30 : 300);

		for (size_t k = 0; k < n; k++)
			p[k] = i % 3 == 0   ? noise_uniform(noise)
			       : i % 3 == 1 ? pow(noise_uniform(noise), 6)
					    : (double)(1 + noise_below(noise, 70)) / 70;
		check(adjust_holm(p, n, holm, &err), &err);
		check(adjust_bh(p, n, bh, &err), &err);
		line_begin("adjust");
		line_numbers(p, n);
		line_numbers(holm, n);
		line_numbers(bh, n);
		line_end();
	}
}

static void print_spreads(struct noise *noise)
{
	double values[60];
	struct err err;

	for (int i = 0; i < 800; i++) {
		const struct predict_rule rule = { .alpha = alphas[i % ARRAY_SIZE(alphas)],
						   .floor = i % 4 ? 0 : 5 };
		const size_t n = 2 + noise_below(noise, 59);
		struct prediction prediction;
		struct spread spread;
		double sigma;

		shape_fill(i % SHAPES, noise, 800, values, n);
		check(median_spread(values, n, &spread, &err), &err);
		check(predict_bound(values, n, &rule, &prediction, &err), &err);
		check(power_noise(values, n, &sigma, &err), &err);
		line_begin("spread");
		line_numbers(values, n);
		line_number(spread.median);
		line_number(spread.mad);
		line_number(rule.alpha);
		line_number(rule.floor);
		line_number(prediction.low);
		line_number(prediction.high);
		line_number(sigma);
		line_end();
	}
}

static void print_quantiles(struct noise *noise)
{
	for (int i = 0; i < 2000; i++) {
		const double p = i % 2 ? noise_uniform(noise) : pow(10, -15 * noise_uniform(noise));
		const double t = 10 * noise_uniform(noise) - 3;
		const double df = i % 3 ? 1 + (double)noise_below(noise, 40)
					: pow(10, 5 * noise_uniform(noise) - 0.5);

		line_begin("quantile");
		line_number(p);
		line_number(df);
		line_number(normal_upper_quantile(p));
		line_number(student_upper_quantile(p, df));
		line_number(t);
		line_number(student_upper(t, df));
		line_end();
	}
}

static void print_powers(struct noise *noise)
{
	struct err err;

	for (int i = 0; i < 500; i++) {
		const struct power_goal goal = { .change = 0.005 + 0.1 * noise_uniform(noise),
						 .alpha = alphas[i % ARRAY_SIZE(alphas)],
						 .power = i % 2 ? 0.8 : 0.9,
						 .series = 1 + noise_below(noise, 200) };
		const double sigma = 0.05 * noise_uniform(noise);
		size_t boots;

		check(power_boots(sigma, &goal, &boots, &err), &err);
		line_begin("power");
		line_number(sigma);
		line_number(goal.change);
		line_number(goal.alpha);
		line_number(goal.power);
		line_number((double)goal.series);
		line_number((double)boots);
		line_number((double)power_least_boots(goal.series, goal.alpha));
		line_end();
	}
}

static void print_histories(struct noise *noise)
{
	double values[60], starts[60];
	struct err err;

	for (int i = 0; i < 150; i++) {
		const size_t n = 1 + noise_below(noise, 60), step = noise_below(noise, 60);
		struct potts potts;
		double sigma;

		shape_fill(i % SHAPES, noise, 800, values, n);
		for (size_t k = step; k < n; k++)
			values[k] += 60;
		check(potts_noise(values, n, &sigma, &err), &err);
		check(potts_segments(values, n, 1 + 3 * sigma, &potts, &err), &err);
		for (size_t s = 0; s < potts.nr_segments; s++)
			starts[s] = (double)potts.segments[s].first;
		line_begin("history");
		line_numbers(values, n);
		line_number(sigma);
		line_number(1 + 3 * sigma);
		line_number(potts.cost);
		line_numbers(starts, potts.nr_segments);
		line_end();
		potts_release(&potts);
	}
}

int main(void)
{
	struct noise noise = { 2024 };

	print_arms(&noise);
	print_ranksums();
	print_adjusted(&noise);
	print_spreads(&noise);
	print_quantiles(&noise);
	print_powers(&noise);
	print_histories(&noise);
	return fflush(stdout) ? 1 : 0;
}
