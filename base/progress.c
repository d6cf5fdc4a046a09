// SPDX-License-Identifier: GPL-2.0-only
#include "base/progress.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/host.h"
#include "base/str.h"

#define REDRAW_SECONDS 0.1
#define PACE_SECONDS   5.0
#define PLAIN_STEPS    4 /* plain lines within one stage */

struct progress {
	bool terminal;
	struct progress_stage *stages;
	size_t n;
	char stage[64];
	double weight; /* of the stage at work */
	double before; /* weight of the stages that are done */
	double whole;  /* weight of all */
	double done;   /* of the stage at work, 0 to 1 */
	int step;      /* of PLAIN_STEPS, last told */
	double started, drawn;
	char what[96];
};

struct progress *progress_new(const struct progress_stage *stages, size_t n)
{
	struct progress *p = xcalloc(1, sizeof(*p));
	const char *term = getenv("TERM");

	p->terminal = isatty(STDERR_FILENO) && term && strcmp(term, "dumb");
	p->stages = xcalloc(n, sizeof(*stages));
	memcpy(p->stages, stages, n * sizeof(*stages));
	p->n = n;
	for (size_t i = 0; i < n; i++)
		p->whole += stages[i].weight;
	p->started = host_seconds();
	return p;
}

static void clear_bar(const struct progress *p)
{
	if (p->terminal)
		fputs("\r\033[K", stderr);
}

void progress_free(struct progress *p)
{
	if (!p)
		return;
	clear_bar(p);
	free(p->stages);
	free(p);
}

static size_t columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return 80;
	return size.ws_col;
}

/*
 * Seconds left: the weights that are left, at the pace so far. Early on there is
 * little to judge the pace by: some seconds at the expected pace are put in.
 */
static double seconds_left(const struct progress *p)
{
	double done = p->before + p->weight * p->done;
	double pace = (host_seconds() - p->started + PACE_SECONDS) / (done + PACE_SECONDS);

	return (p->whole - done) * pace;
}

static void draw(struct progress *p)
{
	double share = p->whole > 0 ? (p->before + p->weight * p->done) / p->whole : 0;
	char bar[25] = "", line[256];
	size_t filled = (size_t)(share * (sizeof(bar) - 1));

	if (host_seconds() - p->drawn < REDRAW_SECONDS)
		return;
	p->drawn = host_seconds();
	memset(bar, '.', sizeof(bar) - 1);
	memset(bar, '#', filled < sizeof(bar) ? filled : sizeof(bar) - 1);
	snprintf(line, sizeof(line), "[%s] %3.0f %%  %.0f s left  %s %s", bar, share * 100,
		 seconds_left(p), p->stage, p->what);
	fprintf(stderr, "\r\033[K%.*s", (int)columns() - 1, line);
}

static double stage_weight(const struct progress *p, const char *stage)
{
	for (size_t i = 0; i < p->n; i++)
		if (!strcmp(p->stages[i].name, stage))
			return p->stages[i].weight;
	return 0;
}

/* Stages may be left out: what comes before this one in the list counts as done. */
static double weight_before(const struct progress *p, const char *stage)
{
	double before = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (!strcmp(p->stages[i].name, stage))
			return before;
		before += p->stages[i].weight;
	}
	return p->before + p->weight;
}

void progress_enter(struct progress *p, const char *stage)
{
	if (!p || !strcmp(p->stage, stage))
		return;
	p->before = weight_before(p, stage);
	p->weight = stage_weight(p, stage);
	snprintf(p->stage, sizeof(p->stage), "%s", stage);
	p->done = 0;
	p->step = 0;
	p->what[0] = '\0';
	p->drawn = 0;
	if (p->terminal)
		draw(p);
	else
		fprintf(stderr, "ptwalk: [%6.1f s] %s\n", host_seconds() - p->started, stage);
}

void progress_at(struct progress *p, double done, const char *what)
{
	int step;

	if (!p || !p->stage[0])
		return;
	p->done = done < 0 ? 0 : done > 1 ? 1 : done;
	snprintf(p->what, sizeof(p->what), "%s", what ? what : "");
	if (p->terminal) {
		draw(p);
		return;
	}
	step = (int)(p->done * PLAIN_STEPS);
	if (step > p->step && step < PLAIN_STEPS)
		fprintf(stderr, "ptwalk: [%6.1f s] %s, %.0f %%\n", host_seconds() - p->started,
			p->stage, p->done * 100);
	if (step > p->step)
		p->step = step;
}

void progress_note(struct progress *p, const char *fmt, ...)
{
	va_list ap;

	if (!p)
		return;
	clear_bar(p);
	fputs("ptwalk: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	p->drawn = 0;
}

void progress_tell(struct progress *p, const char *text)
{
	if (p)
		progress_note(p, "%s", text);
	else
		fprintf(stderr, "ptwalk: %s\n", text);
}
