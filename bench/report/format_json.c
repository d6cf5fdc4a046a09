// SPDX-License-Identifier: GPL-2.0-only
/* A run and a comparison as JSON, and the format. */
#include <math.h>

#include "bench/report/compare.h"
#include "bench/report/figure.h"
#include "bench/report/format.h"
#include "bench/report/render.h"
#include "bench/report/report.h"

#define DIGITS 12 /* significant; counts of an exact machine are below 10^12 */

static json_t *of_figure(const struct figure *figure)
{
	return json_figure(figure->known ? figure->value : (double)NAN);
}

static const char *why_missing(const struct figure *figure)
{
	return figure->known ? NULL : figure->reason;
}

/* null for an op that takes none. */
static const char *policy_of(const struct summary_column *c)
{
	return *c->policy ? c->policy : NULL;
}

static json_t *events(const struct summary *s, const struct record_series *series)
{
	json_t *json = json_array();

	for (size_t i = 0; i < series->nr_events; i++) {
		struct event_cost cost = event_cost(&s->index, series, i);

		json_array_append_new(
			json, json_pack("{s:s, s:o, s:o*, s:s*}", "name", series->events[i].name,
					"page", of_figure(&cost.page), "share",
					cost.page.known ? json_real(cost.share) : NULL, "reason",
					why_missing(&cost.page)));
	}
	return json;
}

/* Counts of the window as they are, whose instructions are the ticks. */
static json_t *facts(const struct record_series *series)
{
	json_t *json = json_object();

	for (size_t i = 0; i < FACT_NR_TOTALS; i++)
		json_object_set_new(json, record_fact_names[i],
				    json_integer((json_int_t)series->facts[i]));
	return json;
}

static json_t *cell(const struct summary *s, const struct summary_column *c,
		    const struct summary_cell *cell)
{
	const struct record_series *x = cell->series;

	return json_pack("{s:s, s:s?, s:o, s:o, s:s*, s:o*, s:o*, s:o*}", "op", c->op, "policy",
			 policy_of(c), "ticks", of_figure(&cell->ticks), "page",
			 of_figure(&cell->page), "reason", why_missing(&cell->page), "events",
			 x && x->nr_events ? events(s, x) : NULL, "facts",
			 x && x->has_facts ? facts(x) : NULL, "notes",
			 x && x->notes.n ? json_strings(&x->notes) : NULL);
}

static json_t *model(const struct summary_column *c, const struct summary_model *m)
{
	const struct fit *fit = m->known ? &m->fit : NULL;

	return json_pack(
		"{s:s, s:s?, s:I, s:o, s:o, s:o, s:s*}", "op", c->op, "policy", policy_of(c),
		"sizes", (json_int_t)m->sizes, "call", json_number(fit ? fit->call : (double)NAN),
		"page", json_number(fit ? fit->page : (double)NAN), "residual",
		json_number(fit ? fit->residual : (double)NAN), "reason", fit ? NULL : m->reason);
}

static json_t *pgmap(const struct summary *s, const struct summary_row *row)
{
	const struct figure range = summary_pgmap(s, row, "range"),
			    batch = summary_pgmap(s, row, "batch"),
			    entry = summary_pgmap(s, row, "entry");

	return json_pack("{s:o, s:o, s:o}", "range", of_figure(&range), "batch", of_figure(&batch),
			 "entry", of_figure(&entry));
}

static json_t *fidelity(const struct summary *s, const struct summary_row *row)
{
	static const char *const pfns[] = { NULL, "equal", "differ" };
	const struct figure figure = summary_fidelity(s, row);

	return json_pack("{s:o, s:s?, s:s?}", "difference", of_figure(&figure), "pfns",
			 pfns[row->pfns], "pfns_differ", row->pfns_differ);
}

static json_t *workload(const struct summary *s, const struct summary_row *row)
{
	json_t *cells = json_array(), *models = json_array();

	for (size_t i = 0; i < s->nr_columns; i++) {
		json_array_append_new(cells, cell(s, &s->columns[i], &row->cells[i]));
		json_array_append_new(models, model(&s->columns[i], &row->models[i]));
	}
	return json_pack("{s:s, s:s, s:I, s:I, s:s, s:b, s:o, s:o, s:o, s:o, s:o}", "workload",
			 row->scene.workload, "placement", row->scene.placement, "threads",
			 (json_int_t)row->scene.threads, "mms", (json_int_t)row->scene.mms, "level",
			 row->level, "zone_device", row->zone_device, "size", json_count(row->size),
			 "costs", cells, "pgmap", pgmap(s, row), "models", models, "fidelity",
			 fidelity(s, row));
}

static json_t *run(const struct summary *s)
{
	const struct record_run *r = &s->records->run;

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:s, s:I}", "id", r->id,
			 "kernel", r->kernel.spec, "release", r->kernel.release, "version",
			 r->kernel.version, "machine", r->machine, "unit", r->unit, "exact",
			 r->exact, "mitigations",
			 *record_mitigations(r) ? json_boolean(r->mitigations) : json_null(),
			 "qemu", r->qemu, "boots", (json_int_t)s->records->nr_boots);
}

static json_t *repeat(const struct summary *s)
{
	const struct repeat *r = &s->repeat;
	json_t *differences = json_array();

	for (size_t i = 0; i < r->nr_differences; i++) {
		const struct repeat_difference *d = &r->differences[i];

		json_array_append_new(differences,
				      json_pack("{s:s, s:I, s:I, s:s, s:o, s:o, s:I}", "name",
						d->name, "boot", (json_int_t)d->boot, "sample",
						(json_int_t)d->sample, "what", d->what, "got",
						json_count(d->got), "expected",
						json_count(d->expected), "expected_boot",
						(json_int_t)d->expected_boot));
	}
	return json_pack("{s:I, s:I, s:I, s:b, s:o}", "series", (json_int_t)r->series, "open",
			 (json_int_t)r->open, "samples", (json_int_t)r->samples, "equal",
			 !r->nr_differences, "differences", differences);
}

static json_t *disturbed(const struct summary *s)
{
	json_t *json = json_array();

	for (size_t i = 0; i < s->nr_disturbed; i++)
		json_array_append_new(json, json_pack("{s:s, s:I}", "name", s->disturbed[i]->name,
						      "boot", (json_int_t)s->disturbed[i]->boot));
	return json;
}

static json_t *missing(const struct records *r)
{
	json_t *json = json_array();

	for (size_t i = 0; i < r->nr_missing; i++)
		json_array_append_new(
			json, json_pack("{s:s, s:I, s:s, s:b}", "name", r->missing[i].name, "boot",
					(json_int_t)r->missing[i].boot, "reason",
					r->missing[i].reason, "wrong", (int)r->missing[i].wrong));
	return json;
}

static json_t *overhead(const struct summary *s)
{
	if (s->overhead_min > s->overhead_max)
		return json_null();
	return json_pack("{s:o, s:o, s:b}", "min", json_count(s->overhead_min), "max",
			 json_count(s->overhead_max), "constant",
			 s->overhead_min == s->overhead_max);
}

void report_json(const struct summary *s, FILE *f)
{
	const struct record_run *r = &s->records->run;
	const char *note = r->functional ? RECORD_FUNCTIONAL : r->exact ? REPORT_NOT_TIME : NULL;
	json_t *workloads = json_array();

	for (size_t i = 0; i < s->nr_rows; i++)
		json_array_append_new(workloads, workload(s, &s->rows[i]));
	json_write(json_pack("{s:s, s:i, s:s*, s:o, s:o, s:o, s:o, s:o, s:o}", "kind", "report",
			     "schema", REPORT_SCHEMA, "note", note, "run", run(s), "overhead",
			     overhead(s), "repeat", repeat(s), "disturbed", disturbed(s),
			     "workloads", workloads, "missing", missing(s->records)),
		   DIGITS, f);
}

#define COMPARE_SCHEMA 2

static json_t *run_json(const struct record_run *run)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "id", run->id, "kernel",
			 run->kernel.spec, "release", run->kernel.release, "version",
			 run->kernel.version, "image_sha256", run->kernel.image_sha256,
			 "config_sha256", run->kernel.config_sha256);
}

/* A count is an integer, a median a number. */
static json_t *value_json(const struct compare *c, const struct record_series *series,
			  int64_t ticks, double value)
{
	if (!series)
		return json_null();
	return c->exact ? json_integer(ticks) : json_number(value);
}

static json_t *judgement_json(const struct compare_row *row)
{
	const struct judgement *j = &row->judgement;

	if (!row->judged)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "ratio",
			 json_number(j->change.ratio), "low",
			 json_number(j->change.bounded ? j->change.low : (double)NAN), "high",
			 json_number(j->change.high), "p", json_number(j->test.p), "p_adjusted",
			 json_number(j->p_adjusted), "effect", json_number(j->test.effect),
			 "exact_test", j->test.exact);
}

static json_t *events_json(const struct compare *c, const struct compare_row *row)
{
	json_t *list = json_array();

	for (size_t i = 0; i < row->nr_events; i++) {
		const struct compare_event *e = &row->events[i];

		json_array_append_new(
			list,
			json_pack("{s:s, s:o, s:o, s:I, s:I, s:f, s:s, s:s, s:o}", "event", e->name,
				  "base",
				  value_json(c, e->row.base, e->row.base_ticks, e->row.base_value),
				  "new",
				  value_json(c, e->row.new, e->row.new_ticks, e->row.new_value),
				  "base_boots", (json_int_t)e->row.nr_base, "new_boots",
				  (json_int_t)e->row.nr_new, "share", e->share, "verdict",
				  compare_verdict_name(e->row.verdict), "reason", e->row.reason,
				  "judgement", judgement_json(&e->row)));
	}
	return list;
}

static json_t *row_json(const struct compare *c, const struct compare_row *row)
{
	return json_pack("{s:s, s:I, s:s, s:o, s:o, s:I, s:I, s:s, s:s, s:o, s:o, s:o*}", "series",
			 row->name, "pages", (json_int_t)row->pages, "better", "less", "base",
			 value_json(c, row->base, row->base_ticks, row->base_value), "new",
			 value_json(c, row->new, row->new_ticks, row->new_value), "base_boots",
			 (json_int_t)row->nr_base, "new_boots", (json_int_t)row->nr_new, "verdict",
			 compare_verdict_name(row->verdict), "reason", row->reason, "judgement",
			 judgement_json(row), "aa_percent", json_number(row->floor), "events",
			 row->nr_events ? events_json(c, row) : NULL);
}

/* Without two sizes there is no line, and without integers no PMD entry's term: null. */
static json_t *change_json(const struct change *c)
{
	const struct terms *t = &c->terms;
	const double page = t->solved ? (double)t->page : c->line.page;
	const double call = t->solved ? (double)t->call : c->line.call;

	return json_pack("{s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o}", "series", c->name, "sizes",
			 (int)c->sizes, "page", c->line_known ? json_real(page) : json_null(),
			 "pmd", t->solved ? json_integer(t->pmd) : json_null(), "pud",
			 t->solved && t->has_pud ? json_integer(t->pud) : json_null(), "vma",
			 t->solved && t->has_vma ? json_integer(t->vma) : json_null(), "call",
			 c->line_known ? json_real(call) : json_null(), "exact",
			 c->line_known ? json_boolean(change_exact(c)) : json_null());
}

static json_t *changes_json(const struct changes *changes)
{
	json_t *list = json_array();

	for (size_t i = 0; i < changes->n; i++)
		json_array_append_new(list, change_json(&changes->v[i]));
	return list;
}

static json_t *sampling_json(const struct record_sampling *s)
{
	return json_pack("{s:I, s:s, s:s, s:s}", "seed", (json_int_t)s->seed, "order", s->order,
			 "looks", s->looks, "stop", s->stop);
}

static json_t *comparison_json(const struct compare *c)
{
	const struct compare_notes *notes = &c->notes;
	const bool told = notes->functions || notes->functions_unknown;
	json_t *rows = json_array(), *differences = json_array();

	for (size_t i = 0; i < c->nr_rows; i++)
		json_array_append_new(rows, row_json(c, &c->rows[i]));
	for (size_t i = 0; i < c->nr_differences; i++)
		json_array_append_new(differences,
				      json_pack("{s:s, s:s, s:s}", "field", c->differences[i].field,
						"base", c->differences[i].base, "new",
						c->differences[i].new));
	return json_pack(
		"{s:o, s:o, s:o, s:I, s:I, s:f, s:f, s:o, s:o*, s:o*, s:s*, s:o*, s:o*, s:o*, s:o*}",
		"new", run_json(&c->new->run), "differences", differences, "geometric_mean",
		json_number(c->geomean), "matched", (json_int_t)c->nr_matched, "judged",
		(json_int_t)c->nr_judged, "alpha", c->alpha, "delta", c->delta, "series", rows,
		"changes", c->exact ? changes_json(&c->changes) : NULL, "sampling",
		compare_in_turn(c) ? sampling_json(&c->base->run.sampling) : NULL, "by", c->by,
		"method_evidence", c->method_evidence ? json_true() : NULL, "functions",
		told ? json_strings(notes->functions) : NULL, "functions_unknown",
		told ? json_words(notes->functions_unknown) : NULL, "notes",
		notes->lines ? json_strings(notes->lines) : NULL);
}

void compare_json(const struct compare_table *t, FILE *f)
{
	const struct compare *first = &t->columns[0];
	json_t *comparisons = json_array(), *root;

	for (size_t i = 0; i < t->n; i++)
		json_array_append_new(comparisons, comparison_json(&t->columns[i]));
	root = json_pack("{s:i, s:s, s:s, s:b, s:s, s:o, s:o}", "schema", COMPARE_SCHEMA, "machine",
			 first->base->run.machine, "unit", first->base->run.unit, "exact",
			 first->exact, "better", "less", "base", run_json(&first->base->run),
			 "comparisons", comparisons);
	json_write(root, DIGITS, f);
}

const struct format format_json = {
	.name = "json",
	.summary = "for programs: unrounded, null where missing",
	.run = report_json,
	.side_by_side = side_by_side_json,
	.compare = compare_json,
};
