// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/warm_up.h"

#include <stdlib.h>

#include "bench/stats/levels.h"

int warm_up_find(struct record_series *s, struct err *err)
{
	double *values = xcalloc(s->nr_samples + 1, sizeof(*values));
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
	free(values);
	return ret;
}
