// SPDX-License-Identifier: GPL-2.0-only
/* RFC 4180: a row an op, workload and kernel; an empty figure where `reason` says why. */
#include "base/str.h"
#include "bench/report/csv.h"
#include "bench/report/kernels.h"

static void write_row(const struct kernels *k, const struct kernels_row *row, size_t i, FILE *f)
{
	const struct record_run *run = &k->runs[i]->run;
	const char *const texts[] = {
		row->name,	  row->like->op,       row->like->policy,   row->like->workload,
		run->kernel.spec, run->kernel.release, run->kernel.version, run->id,
	};

	for (size_t t = 0; t < ARRAY_SIZE(texts); t++) {
		csv_text(f, texts[t]);
		fputc(',', f);
	}
	fprintf(f, "%llu,", (unsigned long long)row->size);
	if (row->pages[i].known)
		fprintf(f, "%.17g", row->pages[i].value);
	fprintf(f, ",%s,", record_note(run->machine));
	csv_text(f, row->pages[i].reason);
	fputs("\r\n", f);
}

static void write_csv(const struct kernels *k, FILE *f, bool colour)
{
	(void)colour;
	fprintf(f,
		"series,op,policy,workload,kernel,release,package,run,size,%s_a_page,note,reason\r\n",
		*k->runs[0]->run.unit ? k->runs[0]->run.unit : "ticks");
	for (size_t i = 0; i < k->nr_rows; i++)
		for (size_t j = 0; j < k->nr_runs; j++)
			write_row(k, &k->rows[i], j, f);
}

const struct kernels_format kernels_format_csv = {
	.name = "csv",
	.summary = "RFC 4180, a row a figure",
	.write = write_csv,
};
