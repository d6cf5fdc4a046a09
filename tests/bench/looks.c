// SPDX-License-Identifier: GPL-2.0-only
/*
 * What stopping at looks is worth, on made-up boots whose noise is known. Of
 * tables of like arms (A/A): in how many is a difference claimed, with alpha
 * split over the looks and without. Of tables with a step in one series: in how
 * many is it found, and with how many boots an arm. Each boot is lognormal; in
 * "spikes", one in ten boots is up to 20 sigma slow; in "drift", the level wanders
 * by 3 sigma over the session, both arms in randomised blocks. Figures for
 * docs/noise.md.
 *
 *	bench_looks [SEED [TABLES]]
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/host.h"
#include "base/str.h"
#include "bench/op/selection.h"
#include "bench/stats/design.h"
#include "bench/stats/verdict.h"
#include "tests/unit/noise.h"

#define MOST   32
#define SERIES 5 /* the most of a table */

enum kind {
	PLAIN,
	SPIKES,
	DRIFT
};

static const char *const kind_names[] = { "plain", "spikes", "drift" };

struct how {
	enum kind kind;
	double sigma, step;
	size_t series;
	bool split, blocks; /* else all of the base, then all of the new */
};

struct table {
	double boots[SERIES][2][MOST];
};

struct tally {
	size_t claims, same, boots;
};

static const struct verdict_rule rule = { .alpha = 0.05, .delta = 0.01 };

static double boot(const struct how *how, double through, struct noise *noise)
{
	double log = how->sigma * noise_normal(noise);

	if (how->kind == SPIKES && !noise_below(noise, 10))
		log += 20 * how->sigma * noise_uniform(noise);
	if (how->kind == DRIFT)
		log += 3 * how->sigma * sin(2 * M_PI * through);
	return log;
}

static void make(struct table *t, const struct how *how, struct noise *noise)
{
	const struct blocks blocks = { noise_bits(noise), 2, 1 };
	size_t done[2] = { 0 };

	for (size_t i = 0; i < 2 * (size_t)MOST; i++) {
		const unsigned int arm =
			how->blocks ? blocks_arm(&blocks, i) : (unsigned int)(i / MOST);

		for (size_t s = 0; s < how->series; s++) {
			double log = boot(how, (double)i / (2 * MOST), noise);

			if (arm && !s)
				log += log1p(how->step);
			t->boots[s][arm][done[arm]] = 1000 * exp(log);
		}
		done[arm]++;
	}
}

static void judge(const struct table *t, const struct how *how, double alpha, size_t units,
		  struct judgement *judgements)
{
	const struct judge_rule at = { .verdict = { alpha, rule.delta }, .adjust = adjust_holm };
	struct judge_series series[SERIES];
	struct err err;

	for (size_t s = 0; s < how->series; s++)
		series[s] = (struct judge_series){ .base = t->boots[s][0],
						   .new = t->boots[s][1],
						   .nr_base = units,
						   .nr_new = units };
	if (judge_table(series, how->series, &at, judgements, &err)) {
		fprintf(stderr, "bench_looks: %s\n", err.text);
		exit(2);
	}
}

static bool is_claim(const struct judgement *j)
{
	return j->verdict == VERDICT_BETTER || j->verdict == VERDICT_WORSE;
}

/* One table until it stops. With a step, a claim is one of the series that has it. */
static void run(const struct table *t, const struct how *how, struct tally *tally)
{
	struct judgement judgements[SERIES] = { 0 };
	size_t units = 0;

	for (size_t look = 0; look < looks_usual.n; look++) {
		const double alpha =
			how->split ? looks_alpha(&looks_usual, look, rule.alpha) : rule.alpha;
		bool settled = true;

		units = looks_usual.units[look];
		judge(t, how, alpha, units, judgements);
		for (size_t s = 0; s < how->series; s++)
			settled &= looks_settled(judgements[s].verdict, &judgements[s].change,
						 &(struct looks_rule){ 0 });
		if (settled)
			break;
	}
	tally->boots += units;
	for (size_t s = 0; s < (how->step > 0 ? 1 : how->series); s++)
		if (is_claim(&judgements[s])) {
			tally->claims++;
			break;
		}
	tally->same += judgements[0].verdict == VERDICT_SAME;
}

static struct tally run_all(const struct how *how, size_t tables, uint64_t seed)
{
	struct noise noise = { seed };
	struct tally tally = { 0 };
	struct table t;

	for (size_t i = 0; i < tables; i++) {
		make(&t, how, &noise);
		run(&t, how, &tally);
	}
	return tally;
}

static double share(size_t count, size_t tables)
{
	return 100.0 * (double)count / (double)tables;
}

/* A/A: each line twice on the same boots. */
static void print_alarms(size_t tables, uint64_t seed)
{
	static const struct how lines[] = {
		{ PLAIN, 0.005, 0, 1, true, true }, { PLAIN, 0.01, 0, 1, true, true },
		{ PLAIN, 0.03, 0, 1, true, true },  { PLAIN, 0.03, 0, 5, true, true },
		{ SPIKES, 0.03, 0, 1, true, true }, { DRIFT, 0.03, 0, 1, true, true },
		{ DRIFT, 0.03, 0, 5, true, true },  { DRIFT, 0.03, 0, 1, true, false },
	};

	printf("A/A: tables in which a difference is claimed, %%\n\n"
	       "noise  boots   series  order    alpha split  not split  boots an arm\n");
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct how how = lines[i];
		struct tally with = run_all(&how, tables, seed), without;

		how.split = false;
		without = run_all(&how, tables, seed);
		printf("%3.1f %%  %-7s %6zu  %-7s  %11.2f  %9.2f  %12.1f\n", 100 * how.sigma,
		       kind_names[how.kind], how.series, how.blocks ? "blocks" : "all A, B",
		       share(with.claims, tables), share(without.claims, tables),
		       (double)with.boots / (double)tables);
		fflush(stdout);
	}
}

static void print_steps(size_t tables, uint64_t seed)
{
	static const double noises[] = { 0.005, 0.01, 0.03 }, steps[] = { 0.01, 0.02, 0.05 };

	printf("\nA step in one series: found, %% (boots an arm)\n\nnoise  series");
	for (size_t s = 0; s < ARRAY_SIZE(steps); s++)
		printf("          %.0f %%", 100 * steps[s]);
	for (size_t i = 0; i < 2 * ARRAY_SIZE(noises); i++) {
		const size_t series = i % 2 ? SERIES : 1;

		printf("\n%3.1f %%  %6zu", 100 * noises[i / 2], series);
		for (size_t s = 0; s < ARRAY_SIZE(steps); s++) {
			const struct how how = {
				PLAIN, noises[i / 2], steps[s], series, true, true
			};
			struct tally tally = run_all(&how, tables, seed);

			printf("  %5.1f (%2.0f)", share(tally.claims, tables),
			       (double)tally.boots / (double)tables);
			fflush(stdout);
		}
	}
	putchar('\n');
}

static size_t argument(int argc, char **argv, int i, size_t usual)
{
	unsigned long n = usual;
	struct err err;

	if (argc > i && parse_count(argv[i], 1, 1000000, "a seed or number of tables", &n, &err)) {
		fprintf(stderr, "bench_looks: %s\n", err.text);
		exit(2);
	}
	return n;
}

int main(int argc, char **argv)
{
	const uint64_t seed = argument(argc, argv, 1, 7);
	const size_t tables = argument(argc, argv, 2, 4000);
	const double start = host_seconds();

	printf("seed %llu, %zu tables each; looks at 8, 16, 32 boots an arm; alpha 5 %%, same within "
	       "1 %%\n\n",
	       (unsigned long long)seed, tables);
	print_alarms(tables, seed);
	print_steps(tables, seed);
	printf("\n%.1f s\n", host_seconds() - start);
	return 0;
}
