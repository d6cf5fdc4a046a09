// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/sched.h>

#include "events.h"

int events_open(struct events *events, const struct ptwalk_event *asked, unsigned int nr)
{
	struct perf_event *event;
	unsigned int i;

	events->nr = 0;
	for (i = 0; i < nr; i++) {
		struct perf_event_attr attr = {
			.type = asked[i].type,
			.size = sizeof(attr),
			.config = asked[i].config,
			.disabled = 1,
		};

		event = perf_event_create_kernel_counter(&attr, -1, current, NULL, NULL);
		if (IS_ERR(event)) {
			events_close(events);
			return PTR_ERR(event);
		}
		events->event[i] = event;
		events->count[i] = 0;
		events->enabled_ns[i] = 0;
		events->running_ns[i] = 0;
		events->nr = i + 1;
	}
	return 0;
}

void events_close(struct events *events)
{
	while (events->nr)
		perf_event_release_kernel(events->event[--events->nr]);
}

void events_start(struct events *events)
{
	unsigned int i;

	for (i = 0; i < events->nr; i++)
		perf_event_enable(events->event[i]);
}

void events_stop(struct events *events)
{
	unsigned int i;

	for (i = events->nr; i--;)
		perf_event_disable(events->event[i]);
}

void events_read(struct events *events, struct ptwalk_sample *sample)
{
	u64 count, enabled, running;
	unsigned int i;

	for (i = 0; i < events->nr; i++) {
		count = perf_event_read_value(events->event[i], &enabled, &running);
		sample->events[i] = count - events->count[i];
		sample->enabled_ns[i] = enabled - events->enabled_ns[i];
		sample->running_ns[i] = running - events->running_ns[i];
		events->count[i] = count;
		events->enabled_ns[i] = enabled;
		events->running_ns[i] = running;
	}
}
