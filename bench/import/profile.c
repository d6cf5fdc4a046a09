// SPDX-License-Identifier: GPL-2.0-only
#include "bench/import/profile.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define WINDOW "window_" /* the module's functions that hold one */

/* When perf was on. */
struct span {
	double begin, end;
	size_t series;
};

/* One sample, as far as it was read. */
struct sample {
	bool begun, in_window;
	double time;
	char *symbol; /* the innermost; NULL: not yet */
};

struct reading {
	struct perf_profile *profile;
	struct span *spans;
	size_t nr_spans;
	struct sample sample;
};

/* The end of the line at @line, or of the text. */
static const char *line_end(const char *line)
{
	return strchrnul(line, '\n');
}

static size_t find_series(struct perf_profile *p, const char *name, size_t len)
{
	struct perf_profile_series *s;

	for (size_t i = 0; i < p->nr_series; i++)
		if (!strncmp(p->series[i].name, name, len) && !p->series[i].name[len])
			return i;
	p->series = xrealloc(p->series, (p->nr_series + 1) * sizeof(*p->series));
	s = &p->series[p->nr_series];
	*s = (struct perf_profile_series){ .name = xstrndup(name, len) };
	return p->nr_series++;
}

static int read_windows(struct reading *r, const char *text, struct err *err)
{
	const char *line = text, *end;

	for (size_t nr = 1; *line; line = *end ? end + 1 : end, nr++) {
		struct span span;
		char *at;

		end = line_end(line);
		span.begin = strtod(line, &at);
		span.end = strtod(at, &at);
		if (at >= end || *at != ' ' || at + 1 == end || span.end < span.begin)
			return err_set(err, EBADMSG, "perf.windows, line %zu: not BEGIN END SERIES",
				       nr);
		span.series = find_series(r->profile, at + 1, (size_t)(end - at - 1));
		r->spans = xgrow(r->spans, r->nr_spans, sizeof(*r->spans));
		r->spans[r->nr_spans++] = span;
	}
	return 0;
}

static void count(struct perf_profile_function **functions, size_t *n, const char *symbol)
{
	struct perf_profile_function *f = *functions;

	for (size_t i = 0; i < *n; i++)
		if (!strcmp(f[i].symbol, symbol)) {
			f[i].samples++;
			return;
		}
	*functions = xgrow(*functions, *n, sizeof(**functions));
	(*functions)[(*n)++] = (struct perf_profile_function){ xstrdup(symbol), 1 };
}

/* The sample is whole: it is of the series that was measured then. */
static void take(struct reading *r)
{
	const struct sample *sample = &r->sample;
	struct perf_profile_series *s = NULL;

	for (size_t i = 0; i < r->nr_spans && sample->begun; i++)
		if (sample->time >= r->spans[i].begin && sample->time <= r->spans[i].end)
			s = &r->profile->series[r->spans[i].series];
	if (sample->begun && !s)
		r->profile->strays++;
	if (s) {
		const char *symbol = sample->symbol ? sample->symbol : "[unknown]";

		s->samples++;
		s->in_window += sample->in_window;
		if (sample->in_window)
			count(&s->inside, &s->nr_inside, symbol);
		else
			count(&s->outside, &s->nr_outside, symbol);
	}
	free(r->sample.symbol);
	r->sample = (struct sample){ 0 };
}

/* "ffffffff8123 hmm_range_fault ([kernel.kallsyms])": a caller, the innermost first. */
static bool read_frame(struct reading *r, const char *at, const char *end)
{
	const char *digits = at + strspn(at, "0123456789abcdef"), *close;
	size_t len;

	if (digits == at || *digits != ' ' || end[-1] != ')')
		return false;
	at = digits + 1;
	for (close = end - 1; close > at && *close != '('; close--)
		;
	if (close == at || close[-1] != ' ')
		return false;
	len = (size_t)(close - at) - 1;
	if (!r->sample.symbol)
		r->sample.symbol = xstrndup(at, len);
	r->sample.in_window |= len > strlen(WINDOW) && !strncmp(at, WINDOW, strlen(WINDOW)) &&
			       /* perf takes a module's symbols for the kernel's. */
			       close[1] == '[';
	return true;
}

/* "  123.456789012: ", and where there are no callers the one frame behind it. */
static bool read_head(struct reading *r, const char *at, const char *end)
{
	char *colon;
	double time = strtod(at, &colon);

	if (colon == at || *colon != ':')
		return false;
	take(r);
	r->sample.begun = true;
	r->sample.time = time;
	at = colon + 1;
	at += strspn(at, " \t");
	return at >= end || read_frame(r, at, end);
}

static int read_script(struct reading *r, const char *text, struct err *err)
{
	const char *line = text, *end;

	for (size_t nr = 1; *line; line = *end ? end + 1 : end, nr++) {
		const char *at = line + strspn(line, " \t");

		end = line_end(line);
		if (at >= end || *at == '#')
			continue;
		if (!read_head(r, at, end) && !(r->sample.begun && read_frame(r, at, end)))
			return err_set(err, EBADMSG,
				       "perf.script, line %zu: neither a sample nor one of its "
				       "callers",
				       nr);
	}
	take(r);
	return 0;
}

static int by_samples(const void *a, const void *b)
{
	const struct perf_profile_function *x = a, *y = b;

	if (x->samples != y->samples)
		return x->samples < y->samples ? 1 : -1;
	return strcmp(x->symbol, y->symbol);
}

int perf_profile_read(const char *windows, const char *script, struct perf_profile *profile,
		      struct err *err)
{
	struct reading reading = { .profile = profile };
	int ret;

	*profile = (struct perf_profile){ 0 };
	ret = read_windows(&reading, windows, err);
	if (!ret)
		ret = read_script(&reading, script, err);
	free(reading.sample.symbol);
	free(reading.spans);
	for (size_t i = 0; i < profile->nr_series && !ret; i++) {
		struct perf_profile_series *s = &profile->series[i];

		if (s->nr_inside)
			qsort(s->inside, s->nr_inside, sizeof(*s->inside), by_samples);
		if (s->nr_outside)
			qsort(s->outside, s->nr_outside, sizeof(*s->outside), by_samples);
	}
	return ret;
}

static void release(struct perf_profile_function *functions, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(functions[i].symbol);
	free(functions);
}

void perf_profile_release(struct perf_profile *p)
{
	for (size_t i = 0; i < p->nr_series; i++) {
		free(p->series[i].name);
		release(p->series[i].inside, p->series[i].nr_inside);
		release(p->series[i].outside, p->series[i].nr_outside);
	}
	free(p->series);
	*p = (struct perf_profile){ 0 };
}

double perf_profile_share(const struct perf_profile *p)
{
	size_t samples = p->strays, in_window = 0;

	for (size_t i = 0; i < p->nr_series; i++) {
		samples += p->series[i].samples;
		in_window += p->series[i].in_window;
	}
	return samples ? (double)in_window / (double)samples : -1;
}
