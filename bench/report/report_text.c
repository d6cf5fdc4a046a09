// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/report/report.h"
#include "bench/report/tables.h"

#define MOST_LISTED 10 /* differences and disturbed series; the rest is a number */

/* What must not be overlooked. */
static void alarm_line(const struct pen *pen, const char *label, const char *text)
{
	fprintf(pen->f, "%-12s %s%s%s\n", label, pen->colour ? "\033[1;31m" : "", text,
		pen->colour ? "\033[0m" : "");
}

static void line(const struct pen *pen, const char *label, const char *text)
{
	fprintf(pen->f, "%-12s %s\n", label, text);
}

const char *report_unit(const struct record_run *run)
{
	if (run->exact)
		return REPORT_NOT_TIME;
	if (record_functional(run))
		return RECORD_FUNCTIONAL;
	return *run->unit ? run->unit : "ticks";
}

static void machine_line(const struct summary *s, const struct pen *pen)
{
	const struct record_run *run = &s->records->run;

	fprintf(pen->f, "%-12s %s: %s", "machine", run->machine, report_unit(run));
	if (*run->qemu)
		fprintf(pen->f, "; QEMU %s", run->qemu);
	if (*record_mitigations(run))
		fprintf(pen->f, "; mitigations %s", record_mitigations(run));
	fputc('\n', pen->f);
}

static void cache_line(const struct summary *s, const struct pen *pen)
{
	for (size_t i = 0; i < s->records->nr_series; i++)
		if (!strcmp(s->records->series[i].cache, "cold")) {
			line(pen, "caches",
			     "COLD: page tables and result array are put out of them before each window");
			return;
		}
}

static void window_line(const struct summary *s, const struct pen *pen)
{
	size_t boots = s->records->nr_boots;
	char *text;

	if (!boots)
		return;
	if (s->overhead_min == s->overhead_max)
		text = xasprintf("empty window %" PRIu64 " %s, constant over %zu boot%s; taken off",
				 s->overhead_min, pen_unit(s), boots, boots == 1 ? "" : "s");
	else
		text = xasprintf("empty window VARIES from %" PRIu64 " to %" PRIu64
				 " %s; each series' own is taken off",
				 s->overhead_min, s->overhead_max, pen_unit(s));
	if (s->records->run.exact && s->overhead_min != s->overhead_max)
		alarm_line(pen, "window", text);
	else
		line(pen, "window", text);
	free(text);
}

static void list_differences(const struct repeat *repeat, const struct pen *pen)
{
	for (size_t i = 0; i < repeat->nr_differences && i < MOST_LISTED; i++) {
		const struct repeat_difference *d = &repeat->differences[i];

		fprintf(pen->f,
			"%-12s %s: boot %u, sample %zu: %s %" PRIu64 "; boot %u has %" PRIu64 "\n",
			"", d->name, d->boot, d->sample, d->what, d->got, d->expected_boot,
			d->expected);
	}
	if (repeat->nr_differences > MOST_LISTED)
		fprintf(pen->f, "%-12s ... and %zu more\n", "",
			repeat->nr_differences - MOST_LISTED);
}

static void open_line(const struct repeat *repeat, const struct pen *pen)
{
	if (repeat->open)
		fprintf(pen->f, "%-12s %zu series with interrupts on: %s\n", "", repeat->open,
			repeat->boots > 1 ? "each sample equals the one of its place in the "
					    "first boot"
					  : "no second boot to compare them with");
}

static void repeat_lines(const struct summary *s, const struct pen *pen)
{
	const struct repeat *repeat = &s->repeat;
	size_t series = repeat->series - (repeat->boots > 1 ? 0 : repeat->open);
	char *text;

	if (!s->records->run.exact)
		return;
	if (repeat->samples <= series && !repeat->nr_differences) {
		line(pen, "repeat", "one sample a series: nothing to compare");
		open_line(repeat, pen);
		return;
	}
	if (!repeat->nr_differences) {
		text = xasprintf(
			"%zu samples of %zu series over %zu boot%s: all equal, bit for bit",
			repeat->samples, series, repeat->boots, repeat->boots == 1 ? "" : "s");
		line(pen, "repeat", text);
		open_line(repeat, pen);
	} else {
		text = xasprintf("NOT REPEATABLE: %zu of %zu series differ", repeat->nr_differences,
				 s->records->nr_series);
		alarm_line(pen, "repeat", text);
		list_differences(repeat, pen);
	}
	free(text);
}

static void disturbed_lines(const struct summary *s, const struct pen *pen)
{
	char *text;

	if (!s->nr_disturbed)
		return;
	text = xasprintf(
		"%zu of %zu series have samples with interrupts, switches, retries or faults",
		s->nr_disturbed, s->records->nr_series);
	alarm_line(pen, "disturbed", text);
	for (size_t i = 0; i < s->nr_disturbed && i < MOST_LISTED; i++)
		fprintf(pen->f, "%-12s %s (boot %u)\n", "", s->disturbed[i]->name,
			s->disturbed[i]->boot);
	if (s->nr_disturbed > MOST_LISTED)
		fprintf(pen->f, "%-12s ... and %zu more\n", "", s->nr_disturbed - MOST_LISTED);
	free(text);
}

void report_header(const struct summary *s, FILE *f, bool colour)
{
	const struct record_run *run = &s->records->run;
	const struct pen writer = { f, colour }, *pen = &writer;

	fprintf(f, "%-12s %s, release %s", "kernel", run->kernel.spec, run->kernel.release);
	if (*run->kernel.version)
		fprintf(f, ", package %s", run->kernel.version);
	fputc('\n', f);
	machine_line(s, pen);
	fprintf(f, "%-12s %s, by ptwalk %s\n", "run", run->id, run->ptwalk);
	cache_line(s, pen);
	window_line(s, pen);
	repeat_lines(s, pen);
	disturbed_lines(s, pen);
	tables_clock(s, pen);
	tables_uncounted(s, pen);
}

void report_text(const struct summary *s, FILE *f, bool colour)
{
	const struct pen pen = { f, colour };

	report_header(s, f, colour);
	tables_costs(s, &pen);
	tables_time(s, &pen);
	tables_pgmap(s, &pen);
	tables_models(s, &pen);
	tables_flat(s, &pen);
	tables_fidelity(s, &pen);
	tables_events(s, &pen);
	tables_stages(s, &pen);
	tables_notes(s, &pen);
	tables_missing(s, &pen);
}
