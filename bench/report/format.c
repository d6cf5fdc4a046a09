// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/format.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/report.h"
#include "bench/stats/power.h"

#define DECLARE(name) extern const struct format format_##name;
FORMAT_LIST(DECLARE)
#undef DECLARE

#define ENTRY(name) &format_##name,
const struct format *const formats[] = { FORMAT_LIST(ENTRY) };
#undef ENTRY

const size_t nr_formats = ARRAY_SIZE(formats);

const struct format *format_find(const char *name)
{
	for (size_t i = 0; i < nr_formats; i++)
		if (!strcmp(formats[i]->name, name))
			return formats[i];
	return NULL;
}

char *format_run_name(const struct record_run *run)
{
	const char *version = *run->kernel.version ? run->kernel.version : run->kernel.release;

	return xasprintf("%s %s", run->kernel.spec, version);
}

struct report_cost report_cost(double value)
{
	struct report_cost cost;

	snprintf(cost.text, sizeof(cost.text),
		 fabs(value) >= 1000 ? "%.0f"
		 : fabs(value) >= 1  ? "%.2f"
				     : "%.4g",
		 value);
	return cost;
}

char *format_environment(const struct compare *c)
{
	struct strv fields = { 0 };
	char *list, *text;

	if (!c->nr_differences)
		return xstrdup("SAME");
	for (size_t i = 0; i < c->nr_differences; i++)
		strv_add(&fields, c->differences[i].field);
	list = strv_join(&fields, ", ");
	text = xasprintf("DIFFERS: %s", list);
	free(list);
	strv_release(&fields);
	return text;
}

const char *format_unit(const struct compare *c)
{
	if (c->method_evidence)
		return "evidence of the method, not of a kernel's performance";
	return c->exact ? REPORT_NOT_TIME : c->base->run.unit;
}

char format_mark(enum compare_verdict verdict)
{
	switch (verdict) {
	case COMPARE_BETTER:
		return '+';
	case COMPARE_WORSE:
		return '!';
	case COMPARE_SAME:
	case COMPARE_WITHIN:
		return '=';
	case COMPARE_INCONCLUSIVE:
	case COMPARE_UNDERPOWERED:
		return '?';
	case COMPARE_NO_VERDICT:
		return '.';
	default:
		return 'x';
	}
}

const char *format_better(const struct compare_row *row)
{
	return row->verdict == COMPARE_NO_VERDICT ? "-" : "less";
}

const char *format_better_of(const struct compare_table *t, const char *name)
{
	const struct compare_row *row = NULL;

	for (size_t i = 0; i < t->n && !row; i++)
		row = compare_find(&t->columns[i], name);
	return row ? format_better(row) : "less";
}

bool format_significant(const struct compare_row *row)
{
	return row->verdict == COMPARE_BETTER || row->verdict == COMPARE_WORSE;
}

/* The fewest boots an arm of all rows that are judged. */
static size_t fewest_boots(const struct compare *c)
{
	size_t fewest = SIZE_MAX;

	for (size_t i = 0; i < c->nr_rows; i++) {
		const struct compare_row *row = compare_judged(c, i);
		const size_t n = row->nr_base < row->nr_new ? row->nr_base : row->nr_new;

		if (row->judged && n < fewest)
			fewest = n;
	}
	return fewest;
}

static void write_sampling(const struct record_sampling *s, const char *prefix, FILE *f)
{
	fprintf(f, "%sin turn: blocks of 2 in random order, seed %llu, looks at %s an arm\n",
		prefix, (unsigned long long)s->seed, s->looks);
	fprintf(f, "%s%s\n", prefix, s->stop);
}

void format_notes(const struct compare *c, const char *prefix, FILE *f)
{
	struct format_text percent = format_percent(100 * (c->geomean - 1));

	if (c->nr_matched)
		fprintf(f, "%sgeometric mean of %zu matched series: %s\n", prefix, c->nr_matched,
			percent.text);
	if (c->exact)
		fprintf(f, "%sexact counts: no test, no interval\n", prefix);
	else if (c->nr_judged)
		fprintf(f, "%sU test of boots, HL %.3g%% CI, Holm over %zu, same within %g%%\n",
			prefix, 100 * (1 - c->alpha), c->nr_judged, 100 * c->delta);
	if (compare_in_turn(c))
		write_sampling(&c->base->run.sampling, prefix, f);
	if (c->method_evidence)
		fprintf(f, "%sEVIDENCE OF THE METHOD: no figure here is of a kernel\n", prefix);
	if (c->counts[COMPARE_UNDERPOWERED])
		fprintf(f, "%sunderpowered: %zu boots; %zu series need %zu an arm\n", prefix,
			fewest_boots(c), c->nr_judged, power_least_boots(c->nr_judged, c->alpha));
	if (c->with_floor && isnan(c->floor_median))
		fprintf(f, "%sA/A noise floor: unknown, the base has one boot\n", prefix);
	else if (c->with_floor)
		fprintf(f, "%sA/A (odd/even boots of base): %.2f%% median, %.2f%% largest\n",
			prefix, c->floor_median, c->floor_largest);
	format_events(c, f, prefix);
	format_changes(c, f, prefix);
}

void format_footer(const struct compare_table *t, FILE *f)
{
	for (size_t i = 0; i < t->n; i++) {
		char *environment = format_environment(&t->columns[i]);

		fprintf(f, "environment %s\n", environment);
		free(environment);
		format_notes(&t->columns[i], "", f);
	}
}

/* After the point: a large change takes no more room than a small one. */
static int digits(double percent)
{
	return fabs(percent) < 99.995 ? 2 : 0;
}

struct format_text format_percent(double percent)
{
	struct format_text t;

	if (isfinite(percent))
		snprintf(t.text, sizeof(t.text), "%+.*f%%", digits(percent), percent);
	else
		snprintf(t.text, sizeof(t.text), "-");
	return t;
}

struct format_text format_interval(const struct compare_row *row)
{
	const struct hodges *change = &row->judgement.change;
	const double low = 100 * (change->low - 1), high = 100 * (change->high - 1);
	struct format_text t;

	if (!row->judged)
		snprintf(t.text, sizeof(t.text), "-");
	else if (!change->bounded)
		snprintf(t.text, sizeof(t.text), "[unbounded]");
	else
		snprintf(t.text, sizeof(t.text), "[%+6.*f,%+6.*f]", digits(low), low, digits(high),
			 high);
	return t;
}

struct format_text format_p(const struct compare *c, const struct compare_row *row)
{
	const double p = row->judgement.p_adjusted;
	struct format_text t;

	if (!row->judged)
		snprintf(t.text, sizeof(t.text), "%s",
			 c->exact && row->base && row->new ? "exact" : "-");
	else if (p < 0.0001)
		snprintf(t.text, sizeof(t.text), "<.0001");
	else if (p < 0.99995)
		snprintf(t.text, sizeof(t.text), ".%04.0f", p * 10000);
	else
		snprintf(t.text, sizeof(t.text), "1.000");
	return t;
}
