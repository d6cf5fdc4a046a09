// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/events.h"

#include "bench/event/event.h"

struct listing {
	FILE *f;
	size_t n;
};

static void print(void *arg, const char *name, const char *what)
{
	struct listing *listing = arg;

	fprintf(listing->f, *what ? "  %-32s %s\n" : "  %s\n", name, what);
	listing->n++;
}

void events_list(FILE *f)
{
	for (size_t i = 0; i < nr_event_sources; i++) {
		const struct event_source *source = event_sources[i];
		struct listing listing = { .f = f };

		fprintf(f, "%s%s:\n", i ? "\n" : "", source->title);
		if (source->each)
			source->each("/sys", print, &listing);
		if (source->each && !listing.n)
			fputs("  none\n", f);
		if (source->form)
			fprintf(f, "  %s\n", source->form);
	}
}
