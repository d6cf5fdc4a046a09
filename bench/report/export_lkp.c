// SPDX-License-Identifier: GPL-2.0-only
/* 0-day's shape with one commit: values a call, the deviation of boots where it is above 2 %. */
#include <stdlib.h>
#include <string.h>

#include "bench/report/export.h"
#include "bench/report/lkp.h"

static bool is_first(const struct records *records, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (!strcmp(records->series[i].name, records->series[at].name))
			return false;
	return true;
}

static void write_series(const struct records *records, const char *name, FILE *f)
{
	size_t n;
	double mean, *values = lkp_values(records, name, NULL, &n);
	const double spread = lkp_spread(values, n, &mean);

	free(values);
	if (!n) {
		fprintf(f, "%16s  %s\n", "missing", name);
		return;
	}
	lkp_value(mean, f);
	lkp_deviation(spread, f);
	fprintf(f, "  %s.ticks_per_call\n", name);
}

static void write_lkp(const struct records *records, FILE *f)
{
	lkp_parameters(&records->run, f);
	fputs("commit:\n", f);
	lkp_commit(&records->run, f);
	fprintf(f, "\n%.16s\n----------------\n         %%stddev\n             \\\n",
		export_kernel(&records->run));
	for (size_t i = 0; i < records->nr_series; i++)
		if (is_first(records, i))
			write_series(records, records->series[i].name, f);
	for (size_t i = 0; i < records->nr_missing; i++)
		fprintf(f, "%16s  %s: %s\n", "missing", records->missing[i].name,
			records->missing[i].reason);
}

const struct export export_lkp = {
	.name = "lkp",
	.summary = "the shape of 0-day's tables",
	.write = write_lkp,
};
