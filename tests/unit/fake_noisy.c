// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/fake_noisy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/noise.h"

#define TICKS_SCALE 1000 /* so that a tick is little of the least */

static void replace(char **s, const char *with)
{
	free(*s);
	*s = xstrdup(with);
}

static void spoil(struct record_series *s, struct noise *noise, const struct fake_noise *n)
{
	const double boot = n->sigma * noise_normal(noise);
	const double factor = strcmp(s->op, "hmm") ? 1 : 1 + n->slower;

	for (size_t i = 0; i < s->nr_samples; i++) {
		const double log = boot + n->sigma / 10 * noise_normal(noise);
		const double cost = (double)(s->samples[i].ticks - s->overhead) * TICKS_SCALE;

		s->samples[i].ticks = s->overhead + (uint64_t)(cost * factor * exp(log));
	}
}

void fake_noisy(struct records *records, const struct fake_noise *n)
{
	struct noise noise = { n->seed };

	fake_boots(records, n->boots);
	records->run.exact = false;
	replace(&records->run.machine, "kvm");
	replace(&records->run.unit, "cycles");
	for (size_t i = 0; i < records->nr_series; i++)
		spoil(&records->series[i], &noise, n);
}
