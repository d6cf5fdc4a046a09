// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/measure.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "bench/record/series_index.h"
#include "bench/stats/levels.h"
#include "bench/stats/sample.h"

#define USUAL_WIDTH 0.01

char *look_units(const struct looks *looks)
{
	_cleanup_(strv_release) struct strv units = { 0 };

	for (size_t i = 0; i < looks->n; i++)
		strv_addf(&units, "%zu", looks->units[i]);
	return strv_join(&units, ",");
}

int look_closely(const struct records *r, const struct plan *plan, double alpha, struct look *look,
		 struct err *err)
{
	const double width = plan->width > 0 ? plan->width : USUAL_WIDTH;
	_cleanup_(series_index_release) struct series_index index;
	struct median_interval interval;

	snprintf(look->settled, sizeof(look->settled), "known to +-%g %%", 100 * width);
	series_index_init(&index, r);
	for (size_t i = 0; i < r->nr_series; i++) {
		const struct series_entry *entry = &index.series.entries[i];
		const struct record_series *s = entry->series;
		_cleanup_free_ double *boots = NULL;
		size_t n;
		int ret;

		/* The window's own cost is no figure of its own. */
		if (s->boot != r->boots[0].boot || record_op_calibrates(s->op))
			continue;
		boots = series_values(&index, series_like(&index.series, &entry->key, SERIES_WHOLE),
				      &n);
		ret = median_interval(boots, n, alpha, &interval, err);
		if (ret)
			return ret;
		look->series++;
		look->open += !interval.bounded ||
			      interval.high - interval.low > 2 * width * interval.median;
	}
	return 0;
}

int warm_up_find(struct record_series *s, struct err *err)
{
	_cleanup_free_ double *values = xcalloc(s->nr_samples + 1, sizeof(*values));
	size_t *places = xcalloc(s->nr_samples + 1, sizeof(*places)), n = 0;
	struct warmup warmup;
	int ret;

	for (size_t i = 0; i < s->nr_samples; i++) {
		if (s->samples[i].flags & PTWALK_SAMPLE_DISTURBED)
			continue;
		values[n] = (double)s->samples[i].ticks;
		places[n++] = i;
	}
	ret = warmup_find(values, n, &warmup, err);
	if (!ret && warmup.length)
		s->warm_up = (unsigned int)places[warmup.length];
	if (!ret && n >= WARMUP_LEAST && !warmup.settled)
		strv_add(&s->notes, "no level lasts half of its undisturbed samples: no warm-up "
				    "is told from the rest");
	free(places);
	return ret;
}
