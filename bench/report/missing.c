// SPDX-License-Identifier: GPL-2.0-only
/* What is missing, said once a workload and reason, however many series lack for it. */
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/report/tables.h"

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

static void gather(const struct records *r, size_t first, struct kin *kin)
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
		    FILE *f)
{
	char *ops = strv_join(&kin->ops, " "), *sizes = strv_join(&kin->sizes, " ");
	const struct series_key scene = series_key_scene(series_key_missing(m));
	char *boots = strv_join(&kin->boots, " "), *name = series_key_scene_name(&scene);

	if (kin->ops.n == 1 && kin->sizes.n == 1)
		fprintf(f, "%s (boot %s): %s\n", m->name, boots, m->reason);
	else
		fprintf(f, "%s: %s; %s (boot %s): %s\n", name,
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

void tables_missing(const struct summary *s, const struct pen *pen)
{
	const struct records *r = s->records;
	char *title;

	if (!r->nr_missing)
		return;
	title = xasprintf("Missing: %zu series", r->nr_missing);
	pen_heading(pen, title);
	free(title);
	for (size_t i = 0; i < r->nr_missing; i++) {
		struct kin kin = { 0 };

		if (!is_first(r, i))
			continue;
		gather(r, i, &kin);
		put_kin(s, &r->missing[i], &kin, pen->f);
		strv_release(&kin.ops);
		strv_release(&kin.sizes);
		strv_release(&kin.boots);
	}
}
