// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/repeat.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static const char *const event_names[PTWALK_MAX_EVENTS] = { "event 0", "event 1", "event 2",
							    "event 3" };

static int compare(const void *a, const void *b)
{
	const struct record_series *x = *(const struct record_series *const *)a;
	const struct record_series *y = *(const struct record_series *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x->boot > y->boot) - (x->boot < y->boot);
}

static bool differs(struct repeat_difference *d, const char *what, uint64_t expected, uint64_t got)
{
	if (expected == got)
		return false;
	d->what = what;
	d->expected = expected;
	d->got = got;
	return true;
}

static bool sample_differs(struct repeat_difference *d, const struct ptwalk_sample *x,
			   const struct ptwalk_sample *y, size_t nr_events)
{
	if (differs(d, "ticks", x->ticks, y->ticks) || differs(d, "flags", x->flags, y->flags) ||
	    differs(d, "interrupts", x->interrupts, y->interrupts) ||
	    differs(d, "switches", x->switches, y->switches) ||
	    differs(d, "retries", x->retries, y->retries) ||
	    differs(d, "faults", x->faults, y->faults) || differs(d, "cpu", x->cpu, y->cpu))
		return true;
	for (size_t i = 0; i < nr_events; i++)
		if (differs(d, event_names[i], x->events[i], y->events[i]))
			return true;
	return false;
}

/*
 * With interrupts on, a window meets what its place in the boot brings, which is
 * another thing for each, and the same in every boot.
 */
static bool is_open(const struct record_series *s)
{
	for (size_t i = 0; i < s->nr_samples; i++)
		if (s->samples[i].flags & PTWALK_SAMPLE_IRQS_OFF)
			return false;
	return s->nr_samples > 0;
}

/* The first difference of @s from what its first boot, @first, leads one to expect. */
static bool series_differs(struct repeat_difference *d, const struct record_series *first,
			   const struct record_series *s)
{
	size_t events = first->nr_events < s->nr_events ? first->nr_events : s->nr_events;

	*d = (struct repeat_difference){ .name = s->name,
					 .boot = s->boot,
					 .expected_boot = first->boot };
	for (d->sample = 0; d->sample < s->nr_samples; d->sample++) {
		size_t like = is_open(first) ? d->sample : 0;

		if (like < first->nr_samples &&
		    sample_differs(d, &first->samples[like], &s->samples[d->sample], events))
			return true;
	}
	d->sample = 0;
	return differs(d, "samples", first->nr_samples, s->nr_samples) ||
	       differs(d, "events", first->nr_events, s->nr_events) ||
	       differs(d, "overhead", first->overhead, s->overhead);
}

/* The window's own cost, as each boot found it. */
static void compare_windows(const struct records *r, struct repeat *repeat)
{
	for (size_t i = 1; i < r->nr_boots; i++) {
		struct repeat_difference *d = &repeat->differences[repeat->nr_differences];

		*d = (struct repeat_difference){ .name = "empty window",
						 .boot = r->boots[i].boot,
						 .expected_boot = r->boots[0].boot };
		repeat->nr_differences +=
			differs(d, "overhead", r->boots[0].overhead, r->boots[i].overhead);
	}
}

void repeat_check(const struct records *r, struct repeat *repeat)
{
	const struct record_series **sorted = xcalloc(r->nr_series + 1, sizeof(*sorted));
	const struct record_series *first = NULL;

	*repeat = (struct repeat){
		.differences =
			xcalloc(r->nr_series + r->nr_boots + 1, sizeof(*repeat->differences)),
		.boots = r->nr_boots,
	};
	compare_windows(r, repeat);
	for (size_t i = 0; i < r->nr_series; i++)
		sorted[i] = &r->series[i];
	qsort(sorted, r->nr_series, sizeof(*sorted), compare);
	for (size_t i = 0; i < r->nr_series; i++) {
		if (!first || strcmp(first->name, sorted[i]->name)) {
			first = sorted[i];
			repeat->series++;
			repeat->open += is_open(first);
		}
		/* There is nothing to compare an open window of the first boot with. */
		if (sorted[i] != first || !is_open(first))
			repeat->samples += sorted[i]->nr_samples;
		if (series_differs(&repeat->differences[repeat->nr_differences], first, sorted[i]))
			repeat->nr_differences++;
	}
	free(sorted);
}

void repeat_release(struct repeat *repeat)
{
	free(repeat->differences);
	memset(repeat, 0, sizeof(*repeat));
}
