// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/events.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/cli/command.h"
#include "bench/measure/plan.h"
#include "bench/event/event.h"

enum key {
	KEY_EVENTS = 3072,
};

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

static void list(FILE *f)
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

static const struct argp_option options[] = {
	{ "events", KEY_EVENTS, "LIST", 0,
	  "Perf events to count in each window, up to four, with commas between them; help lists "
	  "what this machine has",
	  2 },
	{ 0 },
};

/* As --help does, `help` ends the program. */
static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct plan *plan = state->input;

	if (key != KEY_EVENTS)
		return ARGP_ERR_UNKNOWN;
	plan->events_text = arg;
	if (strcmp(arg, "help") != 0)
		return 0;
	list(stdout);
	if (fflush(stdout) || ferror(stdout))
		argp_failure(state, STATUS_ERROR, errno, "cannot write to standard output");
	exit(STATUS_CLEAN);
}

const struct argp events_argp = { .options = options, .parser = parse_one };
