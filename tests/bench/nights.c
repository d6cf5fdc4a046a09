// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a nightly's judgement is worth, on histories made up with a known noise:
 * false alarms in quiet nights, and how soon a step is found. Beside it two usual
 * ways on the same values: a fixed 5 % threshold against last night, and Welch's
 * t-test of tonight's boots against last night's. Figures for docs/method.md.
 *
 *	bench_nights [NIGHTS [SERIES [TRIALS]]]
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/host.h"
#include "base/str.h"
#include "bench/stats/sample.h"
#include "bench/stats/night.h"
#include "tests/unit/noise.h"

#define BOOTS	  5  /* a night; its value is their median */
#define LEARNT	  60 /* nights before the first that is judged */
#define THRESHOLD 0.05
#define T_ALPHA	  0.05

static const double noises[] = { 0.005, 0.01, 0.03 };
static const double steps[] = { 0.01, 0.02, 0.05 };

/* One night's boots of one series. */
struct night {
	double boots[BOOTS];
	double value; /* their median */
};

/* One series as its nights go by. */
struct course {
	double *values;
	size_t n;
	struct night last;
};

enum way {
	WAY_PTWALK,
	WAY_THRESHOLD,
	WAY_T_TEST,
	NR_WAYS
};

static const char *const way_names[NR_WAYS] = { "ptwalk nightly", "5 % threshold", "t-test, 5 %" };

static void fail(const struct err *err)
{
	fprintf(stderr, "bench_nights: %s\n", err->text);
	exit(2);
}

static struct night make_night(struct noise *noise, double sigma, double level)
{
	struct night night;
	double sorted[BOOTS];

	for (int i = 0; i < BOOTS; i++)
		night.boots[i] = sorted[i] = level * exp(sigma * noise_normal(noise));
	sample_sort(sorted, BOOTS);
	night.value = median_sorted(sorted, BOOTS);
	return night;
}

static void moments(const struct night *night, double *mean, double *variance)
{
	*mean = *variance = 0;
	for (int i = 0; i < BOOTS; i++)
		*mean += night->boots[i] / BOOTS;
	for (int i = 0; i < BOOTS; i++)
		*variance += (night->boots[i] - *mean) * (night->boots[i] - *mean) / (BOOTS - 1);
}

static bool t_test(const struct night *a, const struct night *b)
{
	double mean_a, mean_b, var_a, var_b, error, df;

	moments(a, &mean_a, &var_a);
	moments(b, &mean_b, &var_b);
	error = (var_a + var_b) / BOOTS;
	df = (var_a + var_b) * (var_a + var_b) * (BOOTS - 1) / (var_a * var_a + var_b * var_b);
	return 2 * student_upper(fabs(mean_a - mean_b) / sqrt(error), df) <= T_ALPHA;
}

static bool threshold(const struct night *a, const struct night *b)
{
	return fabs(b->value / a->value - 1) > THRESHOLD;
}

static void append(struct course *course, const struct night *night)
{
	course->values[course->n++] = night->value;
	course->last = *night;
}

/* All series in one quiet night; counts false alarms by way. */
static void quiet_night(struct course *courses, size_t n, double sigma, struct noise *noise,
			size_t alarms[NR_WAYS])
{
	struct night_look *looks = xcalloc(n, sizeof(*looks));
	struct night *tonight = xcalloc(n, sizeof(*tonight));
	bool *suspect = xcalloc(n, sizeof(*suspect)), confirmed;
	struct err err = { "" };

	for (size_t i = 0; i < n; i++) {
		struct course *c = &courses[i];

		tonight[i] = make_night(noise, sigma, 100);
		if (night_look(c->values, c->n, tonight[i].value, &night_usual, &looks[i], &err))
			fail(&err);
		alarms[WAY_THRESHOLD] += threshold(&c->last, &tonight[i]);
		alarms[WAY_T_TEST] += t_test(&c->last, &tonight[i]);
	}
	if (night_suspects(looks, n, &night_usual, suspect, &err))
		fail(&err);
	for (size_t i = 0; i < n; i++) {
		struct course *c = &courses[i];

		if (suspect[i]) {
			struct night second = make_night(noise, sigma, 100);

			if (night_confirm(c->values, c->n, tonight[i].value, &looks[i],
					  second.value, &night_usual, &confirmed, &err))
				fail(&err);
			alarms[WAY_PTWALK] += confirmed;
		}
		append(c, &tonight[i]);
	}
	free(suspect);
	free(tonight);
	free(looks);
}

static void quiet_nights(size_t nights, size_t n, double sigma, size_t alarms[NR_WAYS])
{
	struct course *courses = xcalloc(n, sizeof(*courses));
	struct noise noise = { 7 };

	memset(alarms, 0, NR_WAYS * sizeof(*alarms));
	for (size_t i = 0; i < n; i++) {
		courses[i].values = xcalloc(LEARNT + nights, sizeof(double));
		for (size_t night = 0; night < LEARNT; night++) {
			struct night quiet = make_night(&noise, sigma, 100);

			append(&courses[i], &quiet);
		}
	}
	for (size_t night = 0; night < nights; night++)
		quiet_night(courses, n, sigma, &noise, alarms);
	for (size_t i = 0; i < n; i++)
		free(courses[i].values);
	free(courses);
}

/* One night after the step: is it found, among @n series of which the others are quiet? */
static bool finds(struct course *c, const struct night *tonight, size_t n, double sigma,
		  double level, struct noise *noise)
{
	struct night_look *looks = xcalloc(n, sizeof(*looks));
	bool *suspect = xcalloc(n, sizeof(*suspect)), found = false;
	struct night second;
	struct err err = { "" };

	if (night_look(c->values, c->n, tonight->value, &night_usual, &looks[0], &err))
		fail(&err);
	for (size_t i = 1; i < n; i++)
		looks[i] = (struct night_look){ .p = noise_uniform(noise) };
	if (night_suspects(looks, n, &night_usual, suspect, &err))
		fail(&err);
	if (suspect[0]) {
		second = make_night(noise, sigma, level);
		if (night_confirm(c->values, c->n, tonight->value, &looks[0], second.value,
				  &night_usual, &found, &err))
			fail(&err);
	}
	free(suspect);
	free(looks);
	return found;
}

/* found[way][k]: of @trials, in how many the step was found within k + 1 nights. */
static void find_steps(size_t trials, size_t n, double sigma, double step, size_t found[NR_WAYS][3])
{
	struct noise noise = { 11 };
	double values[LEARNT + 3];

	memset(found, 0, sizeof(size_t[NR_WAYS][3]));
	for (size_t trial = 0; trial < trials; trial++) {
		struct course c = { .values = values };
		bool seen[NR_WAYS] = { false };
		struct night before;

		for (int i = 0; i < LEARNT; i++) {
			before = make_night(&noise, sigma, 100);
			append(&c, &before);
		}
		for (int k = 0; k < 3; k++) {
			double level = 100 * (1 + step);
			struct night tonight = make_night(&noise, sigma, level);

			seen[WAY_PTWALK] |= finds(&c, &tonight, n, sigma, level, &noise);
			seen[WAY_THRESHOLD] |= threshold(&c.last, &tonight);
			seen[WAY_T_TEST] |= t_test(&c.last, &tonight);
			append(&c, &tonight);
			for (int way = 0; way < NR_WAYS; way++)
				found[way][k] += seen[way];
		}
	}
}

static size_t argument(int argc, char **argv, int i, size_t usual)
{
	char *end;
	unsigned long value = argc > i ? strtoul(argv[i], &end, 10) : usual;

	if (value < 1 || value > 1000000 || (argc > i && *end)) {
		fprintf(stderr, "bench_nights: '%s' is no number from 1 to 1000000\n", argv[i]);
		exit(2);
	}
	return value;
}

int main(int argc, char **argv)
{
	const size_t nights = argument(argc, argv, 1, 1000);
	const size_t n = argument(argc, argv, 2, 200);
	const size_t trials = argument(argc, argv, 3, 1000);
	double start = host_seconds();

	printf("%zu quiet nights of %zu series; %zu steps each; a night is the median of %d boots,\n"
	       "after %d nights; noise is that of one boot\n\n"
	       "noise   way             false alarms          steps found, %%, within 1 / 2 / 3 nights\n"
	       "                        a 1,000 series-nights",
	       nights, n, trials, BOOTS, LEARNT);
	for (size_t s = 0; s < ARRAY_SIZE(steps); s++)
		printf("         %.0f %%     ", steps[s] * 100);
	putchar('\n');
	for (size_t i = 0; i < ARRAY_SIZE(noises); i++) {
		size_t alarms[NR_WAYS], found[ARRAY_SIZE(steps)][NR_WAYS][3];

		quiet_nights(nights, n, noises[i], alarms);
		for (size_t s = 0; s < ARRAY_SIZE(steps); s++)
			find_steps(trials, n, noises[i], steps[s], found[s]);
		for (int way = 0; way < NR_WAYS; way++) {
			printf("%4.1f %%  %-14s  %21.3f", noises[i] * 100, way_names[way],
			       1000.0 * (double)alarms[way] / (double)(nights * n));
			for (size_t s = 0; s < ARRAY_SIZE(steps); s++) {
				printf("   ");
				for (int k = 0; k < 3; k++)
					printf("%s%4.0f", k ? "/" : "",
					       100.0 * (double)found[s][way][k] / (double)trials);
			}
			putchar('\n');
		}
		fflush(stdout);
	}
	printf("\n%.1f s\n", host_seconds() - start);
	return 0;
}
