// SPDX-License-Identifier: GPL-2.0-only
/* What is noted of series, and what is missing. */
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "bench/report/report.h"

/* The workloads whose cells of that column have this note; NULL where @first is not the first. */
static char *noted(const struct summary *s, size_t column, size_t first, const char *note)
{
	struct strv names = { 0 };
	char *joined = NULL;
	bool earlier = false;

	for (size_t r = 0; r < s->nr_rows; r++) {
		const struct record_series *series = s->rows[r].cells[column].series;

		if (!series || !strv_has(&series->notes, note))
			continue;
		earlier |= r < first;
		strv_add(&names, series->workload);
	}
	if (!earlier)
		joined = strv_join(&names, ", ");
	strv_release(&names);
	return joined;
}

/* One line for all workloads of which the same is noted. */
void report_notes(const struct summary *s, struct sheets *to)
{
	struct sheet *sheet = sheets_add(to, NULL, 0, "Notes on the series of the first table");

	for (size_t c = 0; c < s->nr_columns; c++)
		for (size_t r = 0; r < s->nr_rows; r++) {
			const struct record_series *series = s->rows[r].cells[c].series;

			for (size_t i = 0; series && i < series->notes.n; i++) {
				char *workloads = noted(s, c, r, series->notes.v[i]);

				if (workloads)
					sheet_note(sheet, "%s (%s): %s", s->columns[c].name,
						   workloads, series->notes.v[i]);
				free(workloads);
			}
		}
}

static bool is_kin(const struct record_missing *a, const struct record_missing *b)
{
	const struct series_key x = series_key_scene(series_key_missing(a));
	const struct series_key y = series_key_scene(series_key_missing(b));

	return series_key_same(&x, &y) && !strcmp(a->reason, b->reason);
}

static void add_new(struct strv *list, const char *s)
{
	if (!strv_has(list, s))
		strv_add(list, s);
}

/* What all of one kin lack, each named once. */
struct kin {
	struct strv ops, sizes, boots;
};

static void gather_kin(const struct records *r, size_t first, struct kin *kin)
{
	char *text;

	for (size_t i = first; i < r->nr_missing; i++) {
		const struct record_missing *m = &r->missing[i];

		if (!is_kin(&r->missing[first], m))
			continue;
		text = xasprintf("%s%s%s", m->op, *m->policy ? "/" : "", m->policy);
		add_new(&kin->ops, text);
		free(text);
		add_new(&kin->sizes, size_name(m->size).text);
		text = xasprintf("%u", m->boot);
		add_new(&kin->boots, text);
		free(text);
	}
}

static void put_kin(const struct summary *s, const struct record_missing *m, const struct kin *kin,
		    struct sheet *sheet)
{
	char *ops = strv_join(&kin->ops, " "), *sizes = strv_join(&kin->sizes, " ");
	const struct series_key scene = series_key_scene(series_key_missing(m));
	char *boots = strv_join(&kin->boots, " "), *name = series_key_scene_name(&scene);

	if (kin->ops.n == 1 && kin->sizes.n == 1)
		sheet_note(sheet, "%s (boot %s): %s", m->name, boots, m->reason);
	else
		sheet_note(sheet, "%s: %s; %s (boot %s): %s", name,
			   kin->ops.n == s->nr_columns ? "every op" : ops, sizes, boots, m->reason);
	free(ops);
	free(sizes);
	free(boots);
	free(name);
}

static bool is_first(const struct records *r, size_t i)
{
	for (size_t earlier = 0; earlier < i; earlier++)
		if (is_kin(&r->missing[earlier], &r->missing[i]))
			return false;
	return true;
}

/* Said once a workload and reason, however many series lack for it. */
void report_missing(const struct summary *s, struct sheets *to)
{
	const struct records *r = s->records;
	struct sheet *sheet = sheets_add(to, NULL, 0, "Missing: %zu series", r->nr_missing);

	for (size_t i = 0; i < r->nr_missing; i++) {
		struct kin kin = { 0 };

		if (!is_first(r, i))
			continue;
		gather_kin(r, i, &kin);
		put_kin(s, &r->missing[i], &kin, sheet);
		strv_release(&kin.ops);
		strv_release(&kin.sizes);
		strv_release(&kin.boots);
	}
}
