// SPDX-License-Identifier: GPL-2.0-only
#include <jansson.h>

#include "bench/report/format.h"

static json_t *run_json(const struct record_run *run)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "id", run->id, "kernel",
			 run->kernel.spec, "release", run->kernel.release, "version",
			 run->kernel.version, "image_sha256", run->kernel.image_sha256,
			 "config_sha256", run->kernel.config_sha256);
}

static json_t *ticks_json(const struct record_series *series, int64_t ticks)
{
	return series ? json_integer(ticks) : json_null();
}

static json_t *row_json(const struct compare_row *row)
{
	return json_pack("{s:s, s:I, s:o, s:o, s:s, s:s}", "series", row->name, "pages",
			 (json_int_t)row->pages, "base", ticks_json(row->base, row->base_ticks),
			 "new", ticks_json(row->new, row->new_ticks), "verdict",
			 compare_verdict_name(row->verdict), "reason", row->reason);
}

static void write_json(const struct compare *c, FILE *f, bool colour)
{
	json_t *rows = json_array(), *differences = json_array(), *root;

	(void)colour;
	for (size_t i = 0; i < c->nr_rows; i++)
		json_array_append_new(rows, row_json(&c->rows[i]));
	for (size_t i = 0; i < c->nr_differences; i++)
		json_array_append_new(differences,
				      json_pack("{s:s, s:s, s:s}", "field", c->differences[i].field,
						"base", c->differences[i].base, "new",
						c->differences[i].new));
	root = json_pack("{s:i, s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "schema", 1, "machine",
			 c->base->run.machine, "unit", c->base->run.unit, "better", "less", "base",
			 run_json(&c->base->run), "new", run_json(&c->new->run), "differences",
			 differences, "series", rows);
	json_dumpf(root, f, JSON_INDENT(1));
	fputc('\n', f);
	json_decref(root);
}

const struct format format_json = {
	.name = "json",
	.summary = "for programs: counts a call, null where missing",
	.write = write_json,
};
