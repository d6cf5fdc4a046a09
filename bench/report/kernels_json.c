// SPDX-License-Identifier: GPL-2.0-only
#include <jansson.h>

#include "bench/report/kernels.h"

static json_t *kernel_json(const struct kernels *k, size_t i)
{
	const struct record_run *run = &k->runs[i]->run;

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "run", run->id, "kernel",
			 run->kernel.spec, "release", run->kernel.release, "version",
			 run->kernel.version, "image_sha256", run->kernel.image_sha256,
			 "config_sha256", run->kernel.config_sha256, "compiler",
			 run->kernel.compiler);
}

static json_t *row_json(const struct kernels *k, const struct kernels_row *row)
{
	json_t *pages = json_array(), *reasons = json_array();

	for (size_t i = 0; i < k->nr_runs; i++) {
		const struct figure *page = &row->pages[i];

		json_array_append_new(pages, page->known ? json_real(page->value) : json_null());
		json_array_append_new(reasons,
				      page->known ? json_null() : json_string(page->reason));
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:o, s:o}", "series", row->name, "op",
			 row->like->op, "policy", row->like->policy, "workload",
			 row->like->workload, "size", (json_int_t)row->size, "page", pages,
			 "reason", reasons);
}

static void write_json(const struct kernels *k, FILE *f, bool colour)
{
	const struct record_run *run = &k->runs[0]->run;
	json_t *kernels = json_array(), *rows = json_array(), *root;

	(void)colour;
	for (size_t i = 0; i < k->nr_runs; i++)
		json_array_append_new(kernels, kernel_json(k, i));
	for (size_t i = 0; i < k->nr_rows; i++)
		json_array_append_new(rows, row_json(k, &k->rows[i]));
	root = json_pack("{s:i, s:s, s:s, s:b, s:o, s:o, s:o}", "schema", 1, "machine",
			 run->machine, "unit", run->unit, "exact", run->exact, "mitigations",
			 *record_mitigations(run) ? json_boolean(run->mitigations) : json_null(),
			 "kernels", kernels, "series", rows);
	if (record_functional(run))
		json_object_set_new(root, "note", json_string(RECORD_FUNCTIONAL));
	json_dumpf(root, f, JSON_INDENT(1));
	fputc('\n', f);
	json_decref(root);
}

const struct kernels_format kernels_format_json = {
	.name = "json",
	.summary = "for programs: ticks a page by kernel, null where missing",
	.write = write_json,
};
