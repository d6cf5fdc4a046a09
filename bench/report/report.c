// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/report.h"
#include "bench/report/facts.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "bench/report/render.h"

#define MOST_LISTED 10 /* differences and disturbed series; the rest is a number */

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void put_run(const struct summary *s, struct sheets *to)
{
	const struct record_run *run = &s->records->run;
	const char *version = run->kernel.version, *mitigations = record_mitigations(run);

	sheets_line(to, "kernel", "%s, release %s%s%s", run->kernel.spec, run->kernel.release,
		    *version ? ", package " : "", version);
	sheets_line(to, "machine", "%s: %s%s%s%s%s", run->machine, report_unit(run),
		    *run->qemu ? "; QEMU " : "", run->qemu, *mitigations ? "; mitigations " : "",
		    mitigations);
	sheets_line(to, "run", "%s, by ptwalk %s", run->id, run->ptwalk);
}

static void put_caches(const struct summary *s, struct sheets *to)
{
	for (size_t i = 0; i < s->records->nr_series; i++)
		if (!strcmp(s->records->series[i].cache, "cold")) {
			sheets_line(to, "caches",
				    "COLD: page tables and result array are put out of them "
				    "before each window");
			return;
		}
}

static void put_window(const struct summary *s, struct sheets *to)
{
	const size_t boots = s->records->nr_boots;

	if (!boots)
		return;
	if (s->overhead_min == s->overhead_max)
		sheets_line(to, "window",
			    "empty window %" PRIu64 " %s, constant over %zu boot%s; taken off",
			    s->overhead_min, report_ticks(&s->records->run), boots, plural(boots));
	else
		(s->records->run.exact ? sheets_alarm : sheets_line)(
			to, "window",
			"empty window VARIES from %" PRIu64 " to %" PRIu64
			" %s; each series' own is taken off",
			s->overhead_min, s->overhead_max, report_ticks(&s->records->run));
}

static void put_differences(const struct repeat *repeat, struct sheets *to)
{
	for (size_t i = 0; i < repeat->nr_differences && i < MOST_LISTED; i++) {
		const struct repeat_difference *d = &repeat->differences[i];

		sheets_line(to, "", "%s: boot %u, sample %zu: %s %" PRIu64 "; boot %u has %" PRIu64,
			    d->name, d->boot, d->sample, d->what, d->got, d->expected_boot,
			    d->expected);
	}
	if (repeat->nr_differences > MOST_LISTED)
		sheets_line(to, "", "... and %zu more", repeat->nr_differences - MOST_LISTED);
}

/* Not exact, and no fault of the run where they are not alike; but it is told. */
static void put_varying(const struct repeat *repeat, struct sheets *to)
{
	if (repeat->varying)
		sheets_line(to, "",
			    "%zu series of ops that allocate or sleep: not exact, not held to it",
			    repeat->varying);
	for (size_t i = 0; i < repeat->nr_swings && i < MOST_LISTED; i++) {
		const struct repeat_difference *d = &repeat->swings[i];

		sheets_line(to, "",
			    "%s: %" PRIu64 " a call in boot %u, %" PRIu64 " in boot %u: more than "
			    "%.0f %% apart",
			    d->name, d->got, d->boot, d->expected, d->expected_boot, VARIES_MOST);
	}
	if (repeat->nr_swings > MOST_LISTED)
		sheets_line(to, "", "... and %zu more", repeat->nr_swings - MOST_LISTED);
}

static void put_repeat(const struct summary *s, struct sheets *to)
{
	const struct repeat *repeat = &s->repeat;
	const size_t series = repeat->series - (repeat->boots > 1 ? 0 : repeat->open);

	if (!s->records->run.exact)
		return;
	if (repeat->nr_differences) {
		sheets_alarm(to, "repeat", "NOT REPEATABLE: %zu of %zu series differ",
			     repeat->nr_differences, s->records->nr_series);
		put_differences(repeat, to);
		return;
	}
	if (repeat->samples <= series)
		sheets_line(to, "repeat", "one sample a series: nothing to compare");
	else
		sheets_line(to, "repeat",
			    "%zu samples of %zu series over %zu boot%s: all equal, bit for bit",
			    repeat->samples, series, repeat->boots, plural(repeat->boots));
	put_varying(repeat, to);
	if (repeat->open)
		sheets_line(to, "", "%zu series with interrupts on: %s", repeat->open,
			    repeat->boots > 1 ? "each sample equals the one of its place in the "
						"first boot"
					      : "no second boot to compare them with");
}

static void put_disturbed(const struct summary *s, struct sheets *to)
{
	if (!s->nr_disturbed)
		return;
	sheets_alarm(to, "disturbed",
		     "%zu of %zu series have samples with interrupts, switches, retries or faults",
		     s->nr_disturbed, s->records->nr_series);
	for (size_t i = 0; i < s->nr_disturbed && i < MOST_LISTED; i++)
		sheets_line(to, "", "%s (boot %u)", s->disturbed[i]->name, s->disturbed[i]->boot);
	if (s->nr_disturbed > MOST_LISTED)
		sheets_line(to, "", "... and %zu more", s->nr_disturbed - MOST_LISTED);
}

static void put_gate(const struct summary *s, struct sheets *to)
{
	const struct gate *gate = &s->gate;

	if (gate->differences.n) {
		_cleanup_free_ char *ops = strv_join(&gate->closed, ", ");

		sheets_alarm(to, "own code", "%s what is built in: no policy of %s is shown",
			     gate->unpaired < gate->closed.n ? "DIFFERS from" : "NOT HELD AGAINST",
			     ops);
		for (size_t i = 0; i < gate->differences.n && i < MOST_LISTED; i++)
			sheets_line(to, "", "%s", gate->differences.v[i]);
	} else if (gate->compared) {
		sheets_line(to, "own code", "unchanged, it %s what is built in, in all %zu series",
			    s->records->run.exact ? "counts and finds" : "finds", gate->compared);
	}
}

/* Worse than any count: said first. */
static void put_wrong(const struct summary *s, struct sheets *to)
{
	_cleanup_(strv_release) struct strv wrong = { 0 };

	series_wrong_all(&s->index, &wrong);
	if (wrong.n)
		sheets_alarm(to, "WRONG", "%zu series: what they did is not right", wrong.n);
	for (size_t i = 0; i < wrong.n && i < MOST_LISTED; i++)
		sheets_line(to, "", "%s", wrong.v[i]);
	if (wrong.n > MOST_LISTED)
		sheets_line(to, "", "... and %zu more", wrong.n - MOST_LISTED);
}

/* Its lines at the head: what was measured, on what, and whether it repeated. */
static void report_head(const struct summary *s, struct sheets *to)
{
	to->title = "ptwalk show";
	put_wrong(s, to);
	put_run(s, to);
	put_caches(s, to);
	put_window(s, to);
	put_repeat(s, to);
	put_disturbed(s, to);
	put_gate(s, to);
	report_clock(s, to);
	report_uncounted(s, to);
}

void report_sheets(const struct summary *s, struct sheets *to)
{
	static void (*const parts[])(const struct summary *, struct sheets *) = {
		report_head,   report_costs, report_time,     report_pgmap,
		report_models, report_flat,  report_fidelity, report_events,
		report_stages, report_notes, report_missing,
	};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		parts[i](s, to);
	facts_sheets(s->records, to);
	facts_terms(s->records, to);
}

void report_brief(const struct summary *s, struct sheets *to)
{
	report_head(s, to);
	if (!s->records->run.exact || !report_glance(s, to)) {
		report_costs(s, to);
		report_time(s, to);
		report_pgmap(s, to);
	}
	report_events(s, to);
	facts_sheets(s->records, to);
	report_missing(s, to);
}

void report_matrix(const struct summary *s, struct sheets *to)
{
	report_head(s, to);
	report_cells(s, NULL, to);
}

void report_text(const struct summary *s, FILE *f, bool colour)
{
	const struct pen pen = pen_to(f, colour);
	_cleanup_(sheets_release) struct sheets sheets = { 0 };

	report_sheets(s, &sheets);
	render_terminal(&sheets, &pen);
}
