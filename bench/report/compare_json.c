// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>

#include "bench/report/compare.h"
#include "bench/report/json.h"

#define SCHEMA 2
#define DIGITS 12

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
	json_t *json =
		json_pack("{s:s, s:I, s:s, s:o, s:o, s:I, s:I, s:s, s:s, s:o, s:o}", "series",
			  row->name, "pages", (json_int_t)row->pages, "better", "less", "base",
			  value_json(c, row->base, row->base_ticks, row->base_value), "new",
			  value_json(c, row->new, row->new_ticks, row->new_value), "base_boots",
			  (json_int_t)row->nr_base, "new_boots", (json_int_t)row->nr_new, "verdict",
			  compare_verdict_name(row->verdict), "reason", row->reason, "judgement",
			  judgement_json(row), "aa_percent", json_number(row->floor));

	if (row->nr_events)
		json_object_set_new(json, "events", events_json(c, row));
	return json;
}

/* Without two sizes there is no line, and without integers no PMD entry's term: null. */
static json_t *change_json(const struct change *c)
{
	const struct terms *t = &c->terms;
	const double page = t->solved ? (double)t->page : c->line.page;
	const double call = t->solved ? (double)t->call : c->line.call;

	return json_pack("{s:s, s:i, s:o, s:o, s:o, s:o, s:o}", "series", c->name, "sizes",
			 (int)c->sizes, "page", c->line_known ? json_real(page) : json_null(),
			 "pmd", t->solved ? json_integer(t->pmd) : json_null(), "pud",
			 t->solved && t->has_pud ? json_integer(t->pud) : json_null(), "call",
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

static void add_notes(json_t *root, const struct compare_notes *notes)
{
	if (notes->functions || notes->functions_unknown) {
		json_object_set_new(root, "functions", json_strings(notes->functions));
		json_object_set_new(root, "functions_unknown",
				    json_words(notes->functions_unknown));
	}
	if (notes->lines)
		json_object_set_new(root, "notes", json_strings(notes->lines));
}

static json_t *sampling_json(const struct record_sampling *s)
{
	return json_pack("{s:I, s:s, s:s, s:s}", "seed", (json_int_t)s->seed, "order", s->order,
			 "looks", s->looks, "stop", s->stop);
}

static json_t *comparison_json(const struct compare *c)
{
	json_t *rows = json_array(), *differences = json_array(), *comparison;

	for (size_t i = 0; i < c->nr_rows; i++)
		json_array_append_new(rows, row_json(c, &c->rows[i]));
	for (size_t i = 0; i < c->nr_differences; i++)
		json_array_append_new(differences,
				      json_pack("{s:s, s:s, s:s}", "field", c->differences[i].field,
						"base", c->differences[i].base, "new",
						c->differences[i].new));
	comparison =
		json_pack("{s:o, s:o, s:o, s:I, s:I, s:f, s:f, s:o}", "new", run_json(&c->new->run),
			  "differences", differences, "geometric_mean", json_number(c->geomean),
			  "matched", (json_int_t)c->nr_matched, "judged", (json_int_t)c->nr_judged,
			  "alpha", c->alpha, "delta", c->delta, "series", rows);
	if (c->exact)
		json_object_set_new(comparison, "changes", changes_json(&c->changes));
	if (compare_in_turn(c))
		json_object_set_new(comparison, "sampling", sampling_json(&c->base->run.sampling));
	if (c->by)
		json_object_set_new(comparison, "by", json_string(c->by));
	if (c->method_evidence)
		json_object_set_new(comparison, "method_evidence", json_true());
	add_notes(comparison, &c->notes);
	return comparison;
}

void compare_json(const struct compare_table *t, FILE *f)
{
	const struct compare *first = &t->columns[0];
	json_t *comparisons = json_array(), *root;

	for (size_t i = 0; i < t->n; i++)
		json_array_append_new(comparisons, comparison_json(&t->columns[i]));
	root = json_pack("{s:i, s:s, s:s, s:b, s:s, s:o, s:o}", "schema", SCHEMA, "machine",
			 first->base->run.machine, "unit", first->base->run.unit, "exact",
			 first->exact, "better", "less", "base", run_json(&first->base->run),
			 "comparisons", comparisons);
	json_write(root, DIGITS, f);
}
