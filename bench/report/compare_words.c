// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/compare_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "bench/report/render.h"
#include "bench/report/report.h"
#include "bench/stats/design.h"

#define CHANGE_NAME   26
#define MAX_FUNCTIONS 24

char *compare_run_name(const struct record_run *run)
{
	const char *version = *run->kernel.version ? run->kernel.version : run->kernel.release;

	return xasprintf("%s %s", run->kernel.spec, version);
}

char *compare_environment(const struct compare *c)
{
	_cleanup_(strv_release) struct strv fields = { 0 };
	char *list, *text;

	if (!c->nr_differences)
		return xstrdup("SAME");
	for (size_t i = 0; i < c->nr_differences; i++)
		strv_add(&fields, c->differences[i].field);
	list = strv_join(&fields, ", ");
	text = xasprintf("DIFFERS: %s", list);
	free(list);
	return text;
}

const char *compare_unit(const struct compare *c)
{
	if (c->method_evidence)
		return "evidence of the method, not of a kernel's performance";
	return c->exact ? REPORT_NOT_TIME : c->base->run.unit;
}

char compare_mark(enum compare_verdict verdict)
{
	switch (verdict) {
	case COMPARE_BETTER:
		return '+';
	case COMPARE_WRONG:
	case COMPARE_WORSE:
		return '!';
	case COMPARE_SAME:
	case COMPARE_WITHIN:
		return '=';
	case COMPARE_INCONCLUSIVE:
	case COMPARE_UNDERPOWERED:
		return '?';
	case COMPARE_NO_VERDICT:
		return '.';
	default:
		return 'x';
	}
}

const char *compare_better(const struct compare_row *row)
{
	return row->verdict == COMPARE_NO_VERDICT ? "-" : "less";
}

bool compare_significant(const struct compare_row *row)
{
	return row->verdict == COMPARE_BETTER || row->verdict == COMPARE_WORSE ||
	       row->verdict == COMPARE_WRONG;
}

/* The fewest boots an arm of all rows that are judged. */
static size_t fewest_boots(const struct compare *c)
{
	size_t fewest = SIZE_MAX;

	for (size_t i = 0; i < c->nr_rows; i++) {
		const struct compare_row *row = compare_judged(c, i);
		const size_t n = row->nr_base < row->nr_new ? row->nr_base : row->nr_new;

		if (row->judged && n < fewest)
			fewest = n;
	}
	return fewest;
}

/* The events of a comparison: how many, the worst share, and why some were not counted. */
struct events {
	size_t n;
	double share;
	struct strv reasons;
};

static bool is_uncounted(const struct compare_event *e)
{
	return !e->row.base || !e->row.new;
}

static void gather(const struct compare *c, struct events *events)
{
	*events = (struct events){ .share = 1 };
	for (size_t i = 0; i < c->nr_rows; i++)
		for (size_t k = 0; k < c->rows[i].nr_events; k++) {
			const struct compare_event *e = &c->rows[i].events[k];

			events->n += !e->fact;
			if (e->share < events->share)
				events->share = e->share;
			if (is_uncounted(e) && !strv_has(&events->reasons, e->row.reason))
				strv_add(&events->reasons, e->row.reason);
		}
}

/* The events that have it as a reason, in whatever series. */
static char *with_reason(const struct compare *c, const char *reason)
{
	_cleanup_(strv_release) struct strv names = { 0 };

	for (size_t i = 0; i < c->nr_rows; i++)
		for (size_t k = 0; k < c->rows[i].nr_events; k++) {
			const struct compare_event *e = &c->rows[i].events[k];

			if (is_uncounted(e) && !strcmp(e->row.reason, reason) &&
			    !strv_has(&names, e->name))
				strv_add(&names, e->name);
		}
	return strv_join(&names, ", ");
}

static void add_events(const struct compare *c, struct strv *lines)
{
	struct events events;

	gather(c, &events);
	if (events.n)
		strv_addf(lines, "events: counts a page, an empty window's taken off%s",
			  c->by ? "" : "; no verdict");
	if (c->by)
		strv_addf(lines, "JUDGED BY %s: times and other events have no verdict", c->by);
	if (c->nr_counted)
		strv_addf(lines, "events: the same test, Holm over %zu", c->nr_counted);
	if (events.share < 1)
		strv_addf(lines,
			  "~ multiplexed: counted for %.0f %% of a window at worst, and scaled",
			  100 * events.share);
	for (size_t i = 0; i < events.reasons.n; i++) {
		const char *reason = events.reasons.v[i];
		_cleanup_free_ char *names = with_reason(c, reason);

		strv_addf(lines, "not counted: %s: %s", names, *reason ? reason : "not known why");
	}
	strv_release(&events.reasons);
}

static void add_change(const struct change *c, size_t width, struct strv *lines)
{
	_cleanup_free_ char *text = change_text(c);

	if (strlen(c->name) > CHANGE_NAME || CHANGE_NAME + strlen(text) + 3 > width) {
		strv_addf(lines, "  %s", c->name);
		strv_addf(lines, "    %s", text);
	} else {
		strv_addf(lines, "  %-*s %s", CHANGE_NAME, c->name, text);
	}
}

static void add_functions(const struct strv *functions, struct strv *lines)
{
	_cleanup_(strv_release) struct strv shown = { 0 };
	_cleanup_free_ char *list = NULL;

	for (size_t i = 0; i < functions->n && i < MAX_FUNCTIONS; i++)
		strv_addf(&shown, "%s%s", functions->v[i], i + 1 < functions->n ? "," : "");
	if (functions->n > MAX_FUNCTIONS)
		strv_addf(&shown, "and %zu more", functions->n - MAX_FUNCTIONS);
	list = strv_join(&shown, " ");
	if (functions->n)
		strv_addf(lines, "Code differs in %s", list);
	else
		strv_add(lines, "No function's code differs between the images.");
}

static void add_changes(const struct compare *c, size_t width, struct strv *lines)
{
	const struct compare_notes *notes = &c->notes;

	if (c->changes.n)
		strv_add(lines, "What changed over all sizes:");
	for (size_t i = 0; i < c->changes.n; i++)
		add_change(&c->changes.v[i], width, lines);
	if (notes->functions)
		add_functions(notes->functions, lines);
	if (notes->functions_unknown)
		strv_addf(lines, "Whose code changed is not known: %s", notes->functions_unknown);
	for (size_t i = 0; notes->lines && i < notes->lines->n; i++)
		strv_add(lines, notes->lines->v[i]);
}

static void add_method(const struct compare *c, struct strv *lines)
{
	const struct record_sampling *sampling = &c->base->run.sampling;

	if (c->exact)
		strv_add(lines, "exact counts: no test, no interval");
	else if (c->nr_judged)
		strv_addf(lines, "U test of boots, HL %.3g%% CI, Holm over %zu, same within %g%%",
			  100 * (1 - c->alpha), c->nr_judged, 100 * c->delta);
	if (compare_in_turn(c)) {
		strv_addf(lines,
			  "in turn: blocks of 2 in random order, seed %llu, looks at %s an arm",
			  (unsigned long long)sampling->seed, sampling->looks);
		strv_add(lines, sampling->stop);
	}
	if (c->method_evidence)
		strv_add(lines, REPORT_METHOD);
	if (c->counts[COMPARE_UNDERPOWERED])
		strv_addf(lines, "underpowered: %zu boots; %zu series need %zu an arm",
			  fewest_boots(c), c->nr_judged, power_least_boots(c->nr_judged, c->alpha));
}

void compare_footnotes(const struct compare *c, size_t width, struct strv *lines)
{
	if (c->only_base || c->only_new)
		strv_addf(lines,
			  "not asked for on both sides: %zu series of base alone, %zu of new",
			  c->only_base, c->only_new);
	if (c->nr_matched)
		strv_addf(lines, "geometric mean of %zu matched series: %s", c->nr_matched,
			  compare_percent_text(100 * (c->geomean - 1)).text);
	add_method(c, lines);
	if (c->with_floor && isnan(c->floor_median))
		strv_add(lines, "A/A noise floor: unknown, the base has one boot");
	else if (c->with_floor)
		strv_addf(lines, "A/A (odd/even boots of base): %.2f%% median, %.2f%% largest",
			  c->floor_median, c->floor_largest);
	add_events(c, lines);
	if (c->nr_facts)
		strv_addf(lines,
			  "facts: of %zu series, %zu worse, %zu better; what is told of them "
			  "changed",
			  c->nr_facts, c->facts_worse, c->facts_better);
	add_changes(c, width, lines);
}

void compare_write_notes(const struct compare *c, const char *prefix, FILE *f)
{
	_cleanup_(strv_release) struct strv lines = { 0 };

	compare_footnotes(c, COMPARE_NOTE_WIDTH - strlen(prefix), &lines);
	for (size_t i = 0; i < lines.n; i++)
		render_line(f, prefix, "", lines.v[i], 2, COMPARE_NOTE_WIDTH);
}

void compare_write_footer(const struct compare_table *t, FILE *f)
{
	for (size_t i = 0; i < t->n; i++) {
		char *environment = compare_environment(&t->columns[i]);

		fprintf(f, "environment %s\n", environment);
		free(environment);
		compare_write_notes(&t->columns[i], "", f);
	}
}

static bool table_event_open(const struct compare_table *t, const char *name)
{
	const struct compare_event *event = compare_table_event(t, name);

	return event && !event->fact;
}

void compare_write_legend(const struct compare_table *t, const char *prefix, FILE *f)
{
	bool events = false;

	for (size_t i = 0; i < t->nr_names; i++)
		events |= table_event_open(t, t->names[i]);
	fprintf(f, "%s+ better  ! worse  = same or within  ? inconclusive  x missing\n", prefix);
	if (events)
		fprintf(f, "%s. no verdict\n", prefix);
}

/* After the point: a large change takes no more room than a small one. */
static int digits(double percent)
{
	return fabs(percent) < 99.995 ? 2 : 0;
}

struct compare_text compare_percent_text(double percent)
{
	struct compare_text t;

	if (isfinite(percent))
		snprintf(t.text, sizeof(t.text), "%+.*f%%", digits(percent), percent);
	else
		snprintf(t.text, sizeof(t.text), "-");
	return t;
}

struct compare_text compare_interval_text(const struct compare_row *row)
{
	const struct hodges *change = &row->judgement.change;
	const double low = 100 * (change->low - 1), high = 100 * (change->high - 1);
	struct compare_text t;

	if (!row->judged)
		snprintf(t.text, sizeof(t.text), "-");
	else if (!change->bounded)
		snprintf(t.text, sizeof(t.text), "[unbounded]");
	else
		snprintf(t.text, sizeof(t.text), "[%+6.*f,%+6.*f]", digits(low), low, digits(high),
			 high);
	return t;
}

struct compare_text compare_p_text(const struct compare *c, const struct compare_row *row)
{
	const double p = row->judgement.p_adjusted;
	struct compare_text t;

	if (!row->judged)
		snprintf(t.text, sizeof(t.text), "%s",
			 c->exact && row->base && row->new ? "exact" : "-");
	else if (p < 0.0001)
		snprintf(t.text, sizeof(t.text), "<.0001");
	else if (p < 0.99995)
		snprintf(t.text, sizeof(t.text), ".%04.0f", p * 10000);
	else
		snprintf(t.text, sizeof(t.text), "1.000");
	return t;
}
