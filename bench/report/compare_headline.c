// SPDX-License-Identifier: GPL-2.0-only
/* The finding of a comparison in a sentence. */
#include "bench/report/compare_parts.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"

bool compare_built_in(const struct compare_row *row)
{
	const struct record_series *s = row->base ? row->base : row->new;

	/* What is wrong on both sides was no series of either. */
	return s && !*s->policy && record_op_is_built_in(s->op);
}

/* Of the changed ones: for the worse before the better, what is built in before the rest, the largest. */
static bool is_graver(const struct compare *c, size_t a, size_t b)
{
	const struct compare_row *x = compare_judged(c, a), *y = compare_judged(c, b);
	const bool x_in = compare_built_in(&c->rows[a]), y_in = compare_built_in(&c->rows[b]);

	if (x->verdict != y->verdict)
		return x->verdict == COMPARE_WORSE;
	if (x_in != y_in)
		return x_in;
	return fabs(compare_percent(x)) > fabs(compare_percent(y));
}

/* "+1 instruction a page (96.28 to 97.28, +1.04%)"; of times "+2.30% [ +1.90, +2.70]". */
static char *finding(const struct compare *c, const struct compare_row *row)
{
	const double change = compare_change(row), whole = round(change);
	const char *percent = compare_percent_text(compare_percent(row)).text;

	if (!c->exact)
		return xasprintf("%s, %s", percent, compare_interval_text(row).text);
	if (fabs(change) < 0.005)
		return xasprintf("%+" PRId64 " instruction%s a call of %" PRId64,
				 row->new_ticks - row->base_ticks,
				 labs(row->new_ticks - row->base_ticks) == 1 ? "" : "s",
				 row->base_ticks);
	return xasprintf("%+.*f instruction%s a page (%.2f to %.2f, %s)",
			 fabs(change - whole) < 0.005 ? 0 : 2, change,
			 fabs(fabs(change) - 1) < 0.005 ? "" : "s", compare_base(row),
			 compare_new(row), percent);
}

static void add_count(struct strv *counts, size_t n, const char *what)
{
	if (n)
		strv_addf(counts, "%zu %s", n, what);
}

/* Worse than any change: nothing else is of interest then. */
static char *wrong_headline(const struct compare *c)
{
	const size_t n = c->counts[COMPARE_WRONG];

	for (size_t i = 0; i < c->nr_rows; i++)
		if (c->rows[i].verdict == COMPARE_WRONG)
			return xasprintf("WRONG: %s: %s%s", c->rows[i].name, c->rows[i].reason,
					 n > 1 ? "; and others" : "");
	return NULL;
}

size_t compare_gravest(const struct compare *c)
{
	size_t gravest = SIZE_MAX;

	for (size_t i = 0; i < c->nr_rows; i++)
		if (compare_significant(compare_judged(c, i)) &&
		    (gravest == SIZE_MAX || is_graver(c, i, gravest)))
			gravest = i;
	return gravest;
}

char *compare_headline(const struct compare *c)
{
	char *wrong = wrong_headline(c);
	const size_t *n = c->counts, changed = n[COMPARE_WORSE] + n[COMPARE_BETTER];
	_cleanup_(strv_release) struct strv counts = { 0 };
	_cleanup_free_ char *list = NULL, *found = NULL;
	const size_t gravest = compare_gravest(c), same = n[COMPARE_SAME] + n[COMPARE_WITHIN];

	if (wrong)
		return wrong;
	if (changed > 1) {
		add_count(&counts, n[COMPARE_WORSE], "worse");
		add_count(&counts, n[COMPARE_BETTER], "better");
	}
	add_count(&counts, same, changed != 1 ? "same" : same == 1 ? "other same" : "others same");
	add_count(&counts, n[COMPARE_INCONCLUSIVE] + n[COMPARE_UNDERPOWERED], "not told");
	add_count(&counts,
		  n[COMPARE_MISSING_BASE] + n[COMPARE_MISSING_NEW] + n[COMPARE_MISSING_BOTH],
		  "missing");
	add_count(&counts, n[COMPARE_NO_VERDICT], "without a verdict");
	add_count(&counts, c->facts_worse, c->facts_worse == 1 ? "fact worse" : "facts worse");
	list = strv_join(&counts, ", ");
	if (gravest == SIZE_MAX)
		return xasprintf("%s: %s", c->nr_rows ? "no series changed" : "nothing in common",
				 c->nr_rows ? list : "no series");
	found = finding(c, compare_judged(c, gravest));
	return xasprintf("%s: %s%s%s%s", c->rows[gravest].name, found, counts.n ? "; " : "",
			 changed > 1 ? "in all " : "", list);
}

enum compare_rank compare_rank(const struct compare_row *row)
{
	bool same = row->verdict == COMPARE_SAME || row->verdict == COMPARE_WITHIN;

	if (row->verdict == COMPARE_WRONG)
		return RANK_WRONG;
	if (!row->base || !row->new)
		return RANK_MISSING;
	for (size_t i = 0; i < row->nr_events; i++)
		same &= !row->events[i].fact || !compare_event_told(&row->events[i]);
	if (compare_built_in(row))
		return same ? RANK_SAME_BUILT_IN : RANK_CHANGED_BUILT_IN;
	return same ? RANK_SAME : RANK_CHANGED;
}

/* Of a base of 0 any change is the largest. */
static double size_of(const struct compare_row *row)
{
	const double percent = fabs(compare_percent(row));

	return isnan(percent) ? (double)INFINITY : percent;
}

int compare_by_rank(const void *a, const void *b)
{
	const struct compare_row *x = *(const struct compare_row *const *)a;
	const struct compare_row *y = *(const struct compare_row *const *)b;
	const double left = size_of(x), right = size_of(y);

	if (compare_rank(x) != compare_rank(y))
		return compare_rank(x) < compare_rank(y) ? -1 : 1;
	if (compare_rank(x) <= RANK_CHANGED && (left < right || left > right))
		return left < right ? 1 : -1;
	return x < y ? -1 : x > y;
}
