// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/record/record.h"

double record_value(const struct record_series *series)
{
	uint64_t least = UINT64_MAX;

	for (size_t i = 0; i < series->nr_samples; i++)
		if (series->samples[i].ticks < least)
			least = series->samples[i].ticks;
	if (!series->nr_samples)
		return -1;
	return least > series->overhead ? (double)(least - series->overhead) : 0;
}

double record_per_page(const struct record_series *series)
{
	double value = record_value(series);

	return value < 0 ? -1 : value / ((double)series->size / PAGE);
}

static int compare_ticks(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Ticks of the samples from @first on that have none of the flags @without; how many. */
static size_t gather(const struct record_series *s, size_t first, unsigned without, uint64_t *ticks)
{
	size_t n = 0;

	for (size_t i = first; i < s->nr_samples; i++)
		if (!(s->samples[i].flags & without))
			ticks[n++] = s->samples[i].ticks;
	return n;
}

double record_median(const struct record_series *s)
{
	uint64_t *ticks = xcalloc(s->nr_samples + 1, sizeof(*ticks));
	size_t n = gather(s, s->warm_up, PTWALK_SAMPLE_DISTURBED, ticks);
	double median = -1;

	if (!n)
		n = gather(s, 0, 0, ticks);
	qsort(ticks, n, sizeof(*ticks), compare_ticks);
	if (n) {
		const uint64_t low = ticks[(n - 1) / 2], high = ticks[n / 2];

		median = ((double)low + (double)high) / 2 - (double)s->overhead;
	}
	free(ticks);
	return n && median < 0 ? 0 : median;
}
