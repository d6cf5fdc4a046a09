// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/truth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/report/report.h"
#include "bench/report/render.h"

static const struct figure not_measured = { .reason = "not measured" };

static const struct summary_row *find_row(const struct summary *s, const struct series_key *scene)
{
	for (size_t i = 0; i < s->nr_rows; i++)
		if (series_key_same(&s->rows[i].scene, scene))
			return &s->rows[i];
	return NULL;
}

/* A page's cost in the row of @like; another size than its would compare unlike things. */
static struct figure page_cost(const struct summary *s, const struct summary_row *like,
			       const char *op, const char *policy)
{
	const struct summary_row *row = find_row(s, &like->scene);
	const struct summary_cell *cell =
		row && row->size == like->size ? summary_cell(s, row, op, policy) : NULL;

	return cell ? cell->page : not_measured;
}

static struct figure less(struct figure a, struct figure b)
{
	if (!a.known || !b.known)
		return a.known ? b : a;
	a.value -= b.value;
	return a;
}

static struct figure percent_of(struct figure replica, struct figure truth)
{
	struct figure off = less(replica, truth);

	if (!off.known)
		return off;
	if (!(truth.value > 0))
		return (struct figure){ .reason = "the policy itself costs nothing" };
	off.value = 100 * off.value / truth.value;
	return off;
}

static void fill_row(const struct truth *t, const struct truth_arm *arm,
		     const struct summary_row *base, struct truth_row *row)
{
	const struct summary *first = t->arms[0].summary;

	*row = (struct truth_row){
		.workload = base->name,
		.policy = arm->policy,
		.size = base->size,
		.hmm = page_cost(arm->summary, base, "hmm", ""),
		.walk = page_cost(first, base, "walk", arm->policy),
		.truth = { .reason = "it has no lookup" },
		.replica = { .reason = "it has no lookup" },
		.percent = { .reason = "it has no lookup" },
	};
	if (arm == t->arms)
		return;
	row->truth = less(row->hmm, page_cost(first, base, "hmm", ""));
	row->replica = less(row->walk, page_cost(first, base, "walk", t->arms[0].policy));
	row->percent = percent_of(row->replica, row->truth);
}

void truth_build(const struct truth_arm *arms, size_t n, const char *config, struct truth *t)
{
	const struct summary *first = arms[0].summary;

	*t = (struct truth){ .config = config, .arms = arms, .nr_arms = n };
	t->rows = xcalloc(first->nr_rows * n, sizeof(*t->rows));
	for (size_t i = 0; i < first->nr_rows; i++)
		for (size_t a = 0; a < n; a++) {
			struct truth_row *row = &t->rows[t->nr_rows++];

			fill_row(t, &arms[a], &first->rows[i], row);
			t->nr_missing += !row->hmm.known + !row->walk.known;
			t->nr_off +=
				row->percent.known && fabs(row->percent.value) > TRUTH_TOLERANCE;
		}
}

void truth_release(struct truth *t)
{
	free(t->rows);
	*t = (struct truth){ 0 };
}

static void cell(struct sheet *table, const struct figure *figure, const char *fmt)
{
	char text[64];

	if (!figure->known) {
		sheet_missing(table, figure->reason);
		return;
	}
	snprintf(text, sizeof(text), fmt, figure->value);
	/* Less than nothing is nothing, once rounded. */
	sheet_words(table, "%s",
		    !strcmp(text, "-0.00") || !strcmp(text, "-0.0 %") || !strcmp(text, "+0.00")
			    ? text + 1
			    : text);
}

static void write_row(struct sheet *table, const struct truth_row *row)
{
	bool off = row->percent.known && fabs(row->percent.value) > TRUTH_TOLERANCE;
	struct figure difference = less(row->replica, row->truth);

	sheet_words(table, "%s", row->workload);
	sheet_words(table, "%s", size_name(row->size).text);
	sheet_words(table, "%s", row->policy);
	cell(table, &row->hmm, "%.2f");
	cell(table, &row->truth, "%.2f");
	cell(table, &row->walk, "%.2f");
	cell(table, &row->replica, "%.2f");
	cell(table, &difference, "%+.2f");
	cell(table, &row->percent, off ? "%+.1f %% !" : "%+.1f %%");
}

static void write_names(const struct truth *t, FILE *f)
{
	for (size_t i = 0; i < t->nr_arms; i++) {
		const struct record_run *run = &t->arms[i].summary->records->run;

		fprintf(f, "  %-6s %s, image sha256 %.12s\n", t->arms[i].policy,
			run->kernel.version, run->kernel.image_sha256);
	}
}

void truth_text(const struct truth *t, FILE *f, bool colour)
{
	static const struct sheet_column columns[] = {
		SHEET_WORDS("workload"),  SHEET_FIGURE("size"),
		SHEET_WORDS("policy"),	  SHEET_FIGURE("hmm\npatched"),
		SHEET_FIGURE("truth"),	  SHEET_FIGURE("walk\nreplica"),
		SHEET_FIGURE("replica"),  SHEET_FIGURE("differs\nby"),
		SHEET_FIGURE("of truth"),
	};
	struct sheet *table = sheet_new(columns, ARRAY_SIZE(columns), NULL);
	const struct pen pen = pen_to(f, colour);

	fprintf(f,
		"What a policy adds to a 4 KiB page (%s):\n"
		"truth    hmm_range_fault() of a kernel patched with the policy, less %s's\n"
		"replica  the module's walk/POLICY less its walk/%s, in the kernel with %s\n\n",
		REPORT_NOT_TIME, t->arms[0].policy, t->arms[0].policy, t->arms[0].policy);
	for (size_t i = 0; i < t->nr_rows; i++)
		write_row(table, &t->rows[i]);
	render_sheet(table, &pen);
	sheet_free(table);
	fprintf(f, "\nKernels, with the config %s:\n", t->config);
	write_names(t, f);
	if (t->nr_off)
		fprintf(f,
			"\n! The replica is off by more than %.0f %% of what the policy adds: "
			"%zu of %zu.\n",
			TRUTH_TOLERANCE, t->nr_off, t->nr_rows);
}
