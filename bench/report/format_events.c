// SPDX-License-Identifier: GPL-2.0-only
/* What formats for people say below their table of the events in it. */
#include <stdlib.h>
#include <string.h>

#include "bench/report/format.h"

struct events {
	size_t n;
	double share; /* the worst */
	struct strv reasons;
};

static void gather(const struct compare *c, struct events *events)
{
	*events = (struct events){ .share = 1 };
	for (size_t i = 0; i < c->nr_rows; i++)
		for (size_t k = 0; k < c->rows[i].nr_events; k++) {
			const struct compare_event *e = &c->rows[i].events[k];

			events->n++;
			if (e->share < events->share)
				events->share = e->share;
			if ((!e->row.base || !e->row.new) &&
			    !strv_has(&events->reasons, e->row.reason))
				strv_add(&events->reasons, e->row.reason);
		}
}

/* The events that have it as a reason, in whatever series. */
static char *with_reason(const struct compare *c, const char *reason)
{
	struct strv names = { 0 };
	char *joined;

	for (size_t i = 0; i < c->nr_rows; i++)
		for (size_t k = 0; k < c->rows[i].nr_events; k++) {
			const struct compare_event *e = &c->rows[i].events[k];

			if ((!e->row.base || !e->row.new) && !strcmp(e->row.reason, reason) &&
			    !strv_has(&names, e->name))
				strv_add(&names, e->name);
		}
	joined = strv_join(&names, ", ");
	strv_release(&names);
	return joined;
}

void format_events(const struct compare *c, FILE *f, const char *prefix)
{
	struct events events;

	gather(c, &events);
	if (events.n)
		fprintf(f, "%sevents: counts a page, an empty window's taken off%s\n", prefix,
			c->by ? "" : "; no verdict");
	if (c->by)
		fprintf(f, "%sJUDGED BY %s: times and other events have no verdict\n", prefix,
			c->by);
	if (c->nr_counted)
		fprintf(f, "%sevents: the same test, Holm over %zu\n", prefix, c->nr_counted);
	if (events.share < 1)
		fprintf(f,
			"%s~ multiplexed: counted for %.0f %% of a window at worst, and scaled\n",
			prefix, 100 * events.share);
	for (size_t i = 0; i < events.reasons.n; i++) {
		const char *reason = events.reasons.v[i];
		char *names = with_reason(c, reason);
		char *text =
			xasprintf("not counted: %s: %s", names, *reason ? reason : "not known why");

		format_sentence(text, f, prefix);
		free(text);
		free(names);
	}
	strv_release(&events.reasons);
}

void format_legend(const struct compare_table *t, const char *prefix, FILE *f)
{
	bool events = false;

	for (size_t i = 0; i < t->nr_names; i++)
		events |= compare_table_event(t, t->names[i]) != NULL;
	fprintf(f, "%s+ better  ! worse  = same or within  ? inconclusive  x missing\n", prefix);
	if (events)
		fprintf(f, "%s. no verdict\n", prefix);
}
