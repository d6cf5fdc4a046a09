// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/lkp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/record/series.h"
#include "bench/report/event_cost.h"
#include "bench/report/export.h"

#define BAR	   89
#define SHOWN_FROM 2.0 /* per cent */

void lkp_parameters(const struct record_run *run, FILE *f)
{
	const char *note = record_note(run->machine);

	for (int i = 0; i < BAR; i++)
		fputc('=', f);
	fprintf(f, "\nmachine/unit/mitigations/compiler/kconfig%s:\n  %s/%s/%s/%s/%.12s%s%s\n\n",
		*note ? "/note" : "", run->machine, run->unit, record_mitigations(run),
		run->kernel.compiler, run->kernel.config_sha256, *note ? "/" : "", note);
}

void lkp_commit(const struct record_run *run, FILE *f)
{
	fprintf(f, "  %s (\"%s\")\n", export_kernel(run), run->kernel.spec);
}

void lkp_value(double value, FILE *f)
{
	if (fabs(value) < 1000)
		fprintf(f, "%10.2f", value);
	else if (fabs(value) > 1e8)
		fprintf(f, "%10.4g", value);
	else
		fprintf(f, "%10.0f", value);
}

void lkp_deviation(double percent, FILE *f)
{
	if (percent > SHOWN_FROM)
		fprintf(f, " \u00b1%3.0f%%", percent);
	else
		fprintf(f, "%6s", "");
}

double lkp_spread(const double *values, size_t n, double *mean)
{
	double sum = 0, squares = 0;

	for (size_t i = 0; i < n; i++)
		sum += values[i];
	*mean = n ? sum / (double)n : (double)NAN;
	for (size_t i = 0; i < n; i++)
		squares += (values[i] - *mean) * (values[i] - *mean);
	if (n < 2 || !(*mean > 0))
		return 0;
	return 100 * sqrt(squares / (double)(n - 1)) / *mean;
}

static bool value_of(const struct records *records, const struct record_series *s,
		     const char *event, double *value)
{
	struct event_cost cost;

	if (!event) {
		*value = series_value_boot(records->run.exact, s);
		return s->nr_samples;
	}
	cost = event_cost_boot(s, event_find(s, event));
	*value = cost.page.value;
	return cost.page.known;
}

double *lkp_values(const struct records *records, const char *name, const char *event, size_t *n)
{
	double *values = xcalloc(records->nr_series + 1, sizeof(*values));

	*n = 0;
	for (size_t i = 0; i < records->nr_series; i++) {
		const struct record_series *s = &records->series[i];

		if (!strcmp(s->name, name) && value_of(records, s, event, &values[*n]))
			(*n)++;
	}
	return values;
}
