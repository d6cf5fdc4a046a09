// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/fake_events.h"

#include "base/str.h"

#define EMPTY	   100
#define ENABLED_NS 1000

static void count(struct record_series *s, size_t at, const struct fake_event *event)
{
	const unsigned parts = event->parts ? event->parts : 1;

	for (size_t i = 0; i < s->nr_samples; i++) {
		struct ptwalk_sample *sample = &s->samples[i];
		const double cost = (double)(sample->ticks - s->overhead) * event->of_cost;

		sample->events[at] = (uint64_t)((cost + EMPTY) / parts);
		sample->enabled_ns[at] = ENABLED_NS;
		sample->running_ns[at] = ENABLED_NS / parts;
	}
}

void fake_event(struct records *records, const struct fake_event *event)
{
	for (size_t i = 0; i < records->nr_series; i++) {
		struct record_series *s = &records->series[i];
		const size_t at = s->nr_events++;

		s->events[at] = (struct record_event){
			.name = xstrdup(event->name),
			.overhead = event->why ? RECORD_NO_TICKS : EMPTY,
			.reason = xstrdup(event->why ? event->why : ""),
		};
		if (!event->why)
			count(s, at, event);
	}
}
