// SPDX-License-Identifier: GPL-2.0-only
/*
 * Evidence of the method, never of a kernel: how often are like arms called
 * different, and which steps are found, in noisy figures that are real. Reads
 * what method.sh had written by method_guest, a file for each boot, and judges it as
 * `ptwalk ab` does: looks at 8, 16 and 32 processes an arm, each with its part of
 * alpha. Each comparison has 32 blocks of its own, and no process serves in two
 * sets.
 *
 *	bench_method SEED FILE...
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "bench/measure/measure.h"
#include "bench/record/series.h"
#include "bench/stats/design.h"
#include "bench/stats/sample.h"
#include "bench/stats/verdict.h"

#define ARMS   5
#define SET    32 /* blocks of a comparison: the last look */
#define SERIES 8

/* What method_guest is given: pages of each arm, the first two alike. */
static const double steps[ARMS] = { 0, 0, 0.01, 0.02, 0.05 };

struct data {
	char *names[SERIES];
	size_t nr_series, nr_blocks, room;
	double (*values)[SERIES][ARMS]; /* one for each block */
	size_t processes, boots, samples, disturbed, warm_up;
};

static const struct verdict_rule usual = { .alpha = 0.05, .delta = 0.01 };

static void die(const char *path, const struct err *err)
{
	fprintf(stderr, "bench_method: %s: %s\n", path, err->text);
	exit(2);
}

static size_t series_of(struct data *d, const struct record_series *s)
{
	char *name = xasprintf("%s%s%s", s->op, *s->policy ? "/" : "", s->policy);
	size_t i = 0;

	while (i < d->nr_series && strcmp(d->names[i], name) != 0)
		i++;
	if (i == d->nr_series && i < SERIES)
		d->names[d->nr_series++] = name;
	else
		free(name);
	return i;
}

static int take(struct data *d, struct record_series *s, size_t block, unsigned int arm,
		struct err *err)
{
	const size_t series = series_of(d, s);
	int ret = warm_up_find(s, err);

	if (!ret && series == SERIES)
		ret = err_set(err, EBADMSG, "more than %d series", SERIES);
	if (ret)
		return ret;
	if (!d->values || block >= d->nr_blocks)
		return err_set(err, EBADMSG, "a record before the line that says whose");
	for (size_t i = 0; i < s->nr_samples; i++)
		d->disturbed += s->samples[i].flags & PTWALK_SAMPLE_DISTURBED ? 1 : 0;
	d->samples += s->nr_samples;
	d->warm_up += s->warm_up;
	d->values[block][series][arm] = series_value_boot(false, s);
	return 0;
}

static void make_room(struct data *d, size_t block)
{
	if (block >= d->room) {
		d->values = xrealloc(d->values, (block + SET) * sizeof(*d->values));
		memset(d->values + d->room, 0, (block + SET - d->room) * sizeof(*d->values));
		d->room = block + SET;
	}
	if (block >= d->nr_blocks)
		d->nr_blocks = block + 1;
}

static int read_line(struct data *d, const char *line, size_t *block, unsigned int *arm,
		     struct err *err)
{
	struct record record;
	int ret;

	if (*line == '#') {
		if (sscanf(line, "# %zu %u", block, arm) != 2 || *arm >= ARMS || *block > 1000000)
			return err_set(err, EBADMSG, "bad line '%.40s'", line);
		d->processes++;
		make_room(d, *block);
		return 0;
	}
	if (*line != '{')
		return 0;
	if (*arm >= ARMS)
		return err_set(err, EBADMSG, "a record, and no line before it says whose");
	ret = record_parse(line, strlen(line), RECORD_SCHEMA, &record, err);
	if (ret)
		return ret;
	if (record.kind == RECORD_MISSING)
		ret = err_set(err, EBADMSG, "missing: %s", record.missing.reason);
	if (record.kind == RECORD_SERIES)
		ret = take(d, &record.series, *block, *arm, err);
	record_release(&record);
	return ret;
}

static void read_file(struct data *d, const char *path)
{
	struct strv lines = { 0 };
	unsigned int arm = ARMS;
	size_t block = 0;
	struct err err = { "" };
	char *text = fs_read(path, NULL, &err);

	if (!text)
		die(path, &err);
	strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.n; i++)
		if (read_line(d, lines.v[i], &block, &arm, &err))
			die(path, &err);
	d->boots++;
	strv_release(&lines);
	free(text);
}

/* One way to look, and what it said of all comparisons. */
struct way {
	const char *name;
	struct looks looks;
	bool split, holm; /* @holm: the series of a set are one table */
};

static const struct way ways[] = {
	{ "looks, alpha split (ptwalk ab)", { 3, { 8, 16, 32 } }, true, false },
	{ "the same, a table of all series", { 3, { 8, 16, 32 } }, true, true },
	{ "looks, alpha not split", { 3, { 8, 16, 32 } }, false, false },
	{ "one look at 32", { 1, { 32 } }, true, false },
	{ "one look at 8", { 1, { 8 } }, true, false },
};

struct tally {
	size_t tables, series, alarms, worse, better, same, units, held;
	double *ratios;
};

static void judge(const struct data *d, const struct way *way, size_t set, size_t first, size_t n,
		  unsigned int arm, size_t look, struct judgement *judgements)
{
	const double alpha = way->split ? looks_alpha(&way->looks, look, usual.alpha) : usual.alpha;
	const struct judge_rule rule = { .verdict = { alpha, usual.delta }, .adjust = adjust_holm };
	const size_t units = way->looks.units[look];
	double values[SERIES][2][SET];
	struct judge_series series[SERIES];
	struct err err = { "" };

	for (size_t s = 0; s < n; s++) {
		for (size_t i = 0; i < units; i++) {
			values[s][0][i] = d->values[set * SET + i][first + s][0];
			values[s][1][i] = d->values[set * SET + i][first + s][arm];
		}
		series[s] = (struct judge_series){
			.base = values[s][0], .new = values[s][1], .nr_base = units, .nr_new = units
		};
	}
	if (judge_table(series, n, &rule, judgements, &err))
		die("a comparison", &err);
}

/* One table of @n series from @first on, until it stops. */
static void compare(const struct data *d, const struct way *way, size_t set, size_t first, size_t n,
		    unsigned int arm, struct tally *t)
{
	struct judgement judgements[SERIES] = { 0 };
	bool settled = false, alarm = false;
	size_t look = 0;

	for (; !settled && look < way->looks.n; look++) {
		judge(d, way, set, first, n, arm, look, judgements);
		settled = true;
		for (size_t s = 0; s < n; s++)
			settled &= looks_settled(judgements[s].verdict, &judgements[s].change,
						 &(struct looks_rule){ 0 });
	}
	t->tables++;
	t->units += way->looks.units[look - 1];
	for (size_t s = 0; s < n; s++) {
		const struct judgement *j = &judgements[s];

		t->ratios[t->series++] = j->change.ratio;
		t->worse += j->verdict == VERDICT_WORSE;
		t->better += j->verdict == VERDICT_BETTER;
		t->same += j->verdict == VERDICT_SAME;
		t->held += j->change.low <= 1 + steps[arm] && j->change.high >= 1 + steps[arm];
		alarm |= j->verdict == VERDICT_WORSE || j->verdict == VERDICT_BETTER;
	}
	t->alarms += alarm;
}

static struct tally compare_all(const struct data *d, const struct way *way, unsigned int arm)
{
	const size_t sets = d->nr_blocks / SET, n = way->holm ? d->nr_series : 1;
	struct tally t = { .ratios = xcalloc(sets * d->nr_series + 1, sizeof(double)) };

	for (size_t set = 0; set < sets; set++)
		for (size_t first = 0; first < d->nr_series; first += n)
			compare(d, way, set, first, n, arm, &t);
	return t;
}

static double share(size_t count, size_t of)
{
	return 100.0 * (double)count / (double)of;
}

static void print_alarms(const struct data *d)
{
	printf("A/A: 1,000 pages against 1,000\n\n"
	       "way                                comparisons  alarms      %%  processes an arm\n");
	for (size_t w = 0; w < ARRAY_SIZE(ways); w++) {
		struct tally t = compare_all(d, &ways[w], 1);

		printf("%-34s %11zu  %6zu  %5.1f  %16.1f\n", ways[w].name, t.tables, t.alarms,
		       share(t.alarms, t.tables), (double)t.units / (double)t.tables);
		free(t.ratios);
	}
}

static void print_steps(const struct data *d)
{
	printf("\nSteps: 1,000 pages against so many more\n\n"
	       "way                                 step  series  found %%  opposite %%  same %%  "
	       "median change %%  interval holds it %%  processes an arm\n");
	for (size_t w = 0; w < 2; w++)
		for (unsigned int arm = 2; arm < ARMS; arm++) {
			struct tally t = compare_all(d, &ways[w], arm);

			sample_sort(t.ratios, t.series);
			printf("%-34s  %3.0f%%  %6zu  %7.1f  %10.1f  %6.1f  %15.2f  %19.1f  %16.1f\n",
			       ways[w].name, 100 * steps[arm], t.series, share(t.worse, t.series),
			       share(t.better, t.series), share(t.same, t.series),
			       100 * (median_sorted(t.ratios, t.series) - 1),
			       share(t.held, t.series), (double)t.units / (double)t.tables);
			free(t.ratios);
		}
}

/* The noise between processes: the median over sets, as power_noise() has it. */
static void print_noise(const struct data *d)
{
	const size_t sets = d->nr_blocks / SET;
	double *sigmas = xcalloc(sets + 1, sizeof(*sigmas)), values[SET];

	printf("\nNoise between processes, %% (the median of all sets)\n");
	for (size_t s = 0; s < d->nr_series; s++) {
		for (size_t set = 0; set < sets; set++) {
			struct err err = { "" };

			for (size_t i = 0; i < SET; i++)
				values[i] = d->values[set * SET + i][s][0];
			if (power_noise(values, SET, &sigmas[set], &err))
				die(d->names[s], &err);
		}
		sample_sort(sigmas, sets);
		printf("  %-12s %.1f\n", d->names[s], 100 * median_sorted(sigmas, sets));
	}
	free(sigmas);
}

static void check_whole(const struct data *d)
{
	for (size_t block = 0; block < d->nr_blocks; block++)
		for (size_t s = 0; s < d->nr_series; s++)
			for (size_t arm = 0; arm < ARMS; arm++)
				if (!(d->values[block][s][arm] > 0)) {
					fprintf(stderr,
						"bench_method: block %zu has no figure of %s in arm %zu\n",
						block, d->names[s], arm);
					exit(2);
				}
	if (d->nr_blocks < SET) {
		fprintf(stderr, "bench_method: %zu blocks; a comparison takes %d\n", d->nr_blocks,
			SET);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct data d = { 0 };

	if (argc < 3) {
		fprintf(stderr, "usage: bench_method SEED FILE...\n");
		return 2;
	}
	for (int i = 2; i < argc; i++)
		read_file(&d, argv[i]);
	check_whole(&d);
	printf("EVIDENCE OF THE METHOD: no figure here is of a kernel\n"
	       "seed %s: %zu processes in %zu boots of the tcg machine, %zu blocks of %d arms, %zu "
	       "series\n%zu samples, %zu disturbed, %zu of a warm-up; alpha 5 %%, same within 1 %%\n\n",
	       argv[1], d.processes, d.boots, d.nr_blocks, ARMS, d.nr_series, d.samples,
	       d.disturbed, d.warm_up);
	print_alarms(&d);
	print_steps(&d);
	print_noise(&d);
	for (size_t s = 0; s < d.nr_series; s++)
		free(d.names[s]);
	free(d.values);
	return 0;
}
