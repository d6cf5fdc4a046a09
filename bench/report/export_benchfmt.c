// SPDX-License-Identifier: GPL-2.0-only
/* Go's benchmark format, for benchstat: a line a boot, since samples of one are not independent. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/record/series.h"
#include "bench/report/event_cost.h"
#include "bench/report/format.h"

/* What Unicode has of spaces beyond ASCII, as UTF-8: its reader parts words at them too. */
static const char *const wide_spaces[] = {
	"\xc2\x85", "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
	"\u2004",   "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200a",
	"\u2028",   "\u2029", "\u202f", "\u205f", "\u3000",
};

/* Bytes of the space that @s begins with; 0: none. */
static size_t space_at(const char *s)
{
	if (isspace((unsigned char)*s))
		return 1;
	for (size_t i = 0; i < ARRAY_SIZE(wide_spaces); i++)
		if (str_starts(s, wide_spaces[i]))
			return strlen(wide_spaces[i]);
	return 0;
}

/* Words are parted by spaces, lines by newlines, and that is all there is. */
static void write_word(const char *s, FILE *f)
{
	for (size_t n; *s; s += n ? n : 1) {
		n = space_at(s);
		fputc(n ? '_' : *s, f);
	}
}

static void write_key(const char *key, const char *value, FILE *f)
{
	if (*value)
		fprintf(f, "%s: %s\n", key, value);
}

/* "instructions" is said as insns, as everywhere a figure a page is printed. */
static const char *unit_name(const struct record_run *run)
{
	return strcmp(run->unit, "instructions") ? run->unit : "insns";
}

/* A unit is there once a line: an event that is called like the ticks gets another name. */
static void write_event_unit(const struct record_run *run, const char *event, FILE *f)
{
	if (!strcmp(event, unit_name(run)))
		fputs("event:", f);
	write_word(event, f);
}

static void write_event(const struct records *records, const struct record_series *s, size_t event,
			FILE *f)
{
	const struct event_cost cost = event_cost_boot(s, event);

	if (!cost.page.known)
		return;
	fprintf(f, " %.17g ", cost.page.value);
	write_event_unit(&records->run, s->events[event].name, f);
	fprintf(f, "/call %.17g ", cost.page.value / ((double)s->size / PAGE));
	write_event_unit(&records->run, s->events[event].name, f);
	fputs("/page", f);
}

static void write_uncounted(const struct record_series *s, size_t event, FILE *f)
{
	const struct event_cost cost = event_cost_boot(s, event);

	if (!cost.page.known)
		fprintf(f, "# not counted: %s %s: %s\n", s->name, s->events[event].name,
			cost.page.reason);
	else if (cost.share < 1)
		fprintf(f, "# multiplexed: %s %s: counted for %.0f %% at worst, and scaled\n",
			s->name, s->events[event].name, 100 * cost.share);
}

static void write_series(const struct records *records, const struct record_series *s, FILE *f)
{
	const double value = series_value_boot(records->run.exact, s);

	if (isnan(value))
		return;
	fputs("BenchmarkPtwalk/", f);
	write_word(s->name, f);
	fprintf(f, " %zu %.17g ", s->nr_samples, value);
	write_word(unit_name(&records->run), f);
	fprintf(f, "/call %.17g ", value / ((double)s->size / PAGE));
	write_word(unit_name(&records->run), f);
	fputs("/page", f);
	for (size_t i = 0; i < s->nr_events; i++)
		write_event(records, s, i, f);
	fputc('\n', f);
	/* A line of its own for each that is not among them. */
	for (size_t i = 0; i < s->nr_events; i++)
		write_uncounted(s, i, f);
}

/* A count is no sample of a distribution: it is to be compared as it is. */
static void write_units(const char *unit, bool exact, FILE *f)
{
	static const char *const per[] = { "/call", "/page" };

	for (size_t i = 0; i < 2; i++) {
		fputs("Unit ", f);
		write_word(unit, f);
		fprintf(f, "%s better=lower%s\n", per[i], exact ? " assume=exact" : "");
	}
}

static void write_benchfmt(const struct records *records, FILE *f)
{
	const struct record_run *run = &records->run;

	write_key("goos", *run->ptwalk ? "linux" : "", f);
	write_key("machine", run->machine, f);
	write_key("kernel", record_kernel(run), f);
	write_key("mitigations", record_mitigations(run), f);
	write_key("cpu", run->host, f);
	write_key("ptwalk", run->id, f);
	write_key("note", record_note(run->machine), f);
	write_units(unit_name(run), run->exact, f);
	for (size_t i = 0; i < records->nr_series; i++)
		write_series(records, &records->series[i], f);
	/* Lines that are no benchmark are passed over: nothing is missing without a word. */
	for (size_t i = 0; i < records->nr_missing; i++)
		fprintf(f, "# missing: %s: %s\n", records->missing[i].name,
			records->missing[i].reason);
}

const struct format format_benchfmt = {
	.name = "benchfmt",
	.summary = "Go's benchmark format, for benchstat: a line a boot",
	.export = write_benchfmt,
};
