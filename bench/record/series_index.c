// SPDX-License-Identifier: GPL-2.0-only
#include "bench/record/series_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

/* Of two that are alike the one that comes first in the run. */
static int in_order(int order, const struct series_entry *a, const struct series_entry *b)
{
	return order ? order : (a > b) - (a < b);
}

static int by_key(const void *a, const void *b)
{
	const struct series_entry *x = *(const struct series_entry *const *)a;
	const struct series_entry *y = *(const struct series_entry *const *)b;

	return in_order(series_key_compare(&x->key, &y->key, SERIES_WHOLE), x, y);
}

static int by_name(const void *a, const void *b)
{
	const struct series_entry *x = *(const struct series_entry *const *)a;
	const struct series_entry *y = *(const struct series_entry *const *)b;

	return in_order(strcmp(x->name, y->name), x, y);
}

static void sort(struct series_list *list, size_t n)
{
	list->n = n;
	list->by_key = xcalloc(n + 1, sizeof(*list->by_key));
	list->by_name = xcalloc(n + 1, sizeof(*list->by_name));
	for (size_t i = 0; i < n; i++)
		list->by_key[i] = list->by_name[i] = &list->entries[i];
	qsort(list->by_key, n, sizeof(*list->by_key), by_key);
	qsort(list->by_name, n, sizeof(*list->by_name), by_name);
}

void series_index_init(struct series_index *index, const struct records *r)
{
	struct series_list *series = &index->series, *missing = &index->missing;

	index->records = r;
	series->entries = xcalloc(r->nr_series + 1, sizeof(*series->entries));
	missing->entries = xcalloc(r->nr_missing + 1, sizeof(*missing->entries));
	for (size_t i = 0; i < r->nr_series; i++)
		series->entries[i] = (struct series_entry){
			.key = series_key_of(&r->series[i]),
			.name = r->series[i].name,
			.series = &r->series[i],
		};
	for (size_t i = 0; i < r->nr_missing; i++)
		missing->entries[i] = (struct series_entry){
			.key = series_key_missing(&r->missing[i]),
			.name = r->missing[i].name,
			.missing = &r->missing[i],
		};
	sort(series, r->nr_series);
	sort(missing, r->nr_missing);
}

static void release(struct series_list *list)
{
	free(list->entries);
	free(list->by_key);
	free(list->by_name);
}

void series_index_release(struct series_index *index)
{
	release(&index->series);
	release(&index->missing);
}

/* What @list is sorted by, against what is sought: a name, or a part of a key. */
static int against(const struct series_entry *entry, const struct series_key *key,
		   enum series_part part, const char *name)
{
	return name ? strcmp(entry->name, name) : series_key_compare(&entry->key, key, part);
}

static struct series_range find(const struct series_entry *const *list, size_t n,
				const struct series_key *key, enum series_part part,
				const char *name)
{
	struct series_range range = { 0 };
	size_t low = 0, high = n;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (against(list[middle], key, part, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	range.v = list + low;
	while (low + range.n < n && !against(range.v[range.n], key, part, name))
		range.n++;
	return range;
}

struct series_range series_like(const struct series_list *list, const struct series_key *key,
				enum series_part part)
{
	return find(list->by_key, list->n, key, part, NULL);
}

struct series_range series_named(const struct series_list *list, const char *name)
{
	return find(list->by_name, list->n, NULL, SERIES_WHOLE, name);
}

const struct series_entry *series_earliest(struct series_range range)
{
	const struct series_entry *first = range.v[0];

	for (size_t i = 1; i < range.n; i++)
		if (range.v[i] < first)
			first = range.v[i];
	return first;
}

const struct record_series *series_find(const struct series_index *index, unsigned boot,
					const struct series_key *key)
{
	const struct series_range found = series_like(&index->series, key, SERIES_WHOLE);

	for (size_t i = 0; i < found.n; i++)
		if (found.v[i]->series->boot == boot)
			return found.v[i]->series;
	return NULL;
}

const struct record_series *series_first(const struct series_index *index,
					 const struct series_key *key)
{
	const struct series_range found = series_like(&index->series, key, SERIES_WHOLE);

	return found.n ? found.v[0]->series : NULL;
}

static const char *reason(struct series_range found)
{
	return found.n ? found.v[0]->missing->reason : NULL;
}

const char *series_missing(const struct series_index *index, const struct series_key *key)
{
	return reason(series_like(&index->missing, key, SERIES_WHOLE));
}

const char *series_missing_named(const struct series_index *index, const char *name)
{
	return reason(series_named(&index->missing, name));
}

/* By what is mapped. */
static const char *wrong_by_proof(const struct record_series *x)
{
	if (x->pfn_sum != x->proof.pfn_sum + x->proof.device_own_sum ||
	    x->error_pages != x->proof.error_pages)
		return "the PFN array is not what the page tables hold";
	/* Of sums of former times it is not known what they should have been. */
	if (x->proof.flags & PTWALK_INSPECT_HASH && x->has_entries &&
	    x->entry_sum != x->proof.entry_sum)
		return "flags or orders of the array are not what the page tables hold";
	return NULL;
}

/* Where that is right itself, and was over the same pages. */
static bool differs_from_hmm(const struct series_index *index, const struct record_series *x)
{
	struct series_key key = series_key_of(x);
	const struct record_series *hmm;

	key.op = "hmm";
	key.policy = "";
	hmm = series_find(index, x->boot, &key);
	return hmm && hmm->has_pfns && !wrong_by_proof(hmm) &&
	       hmm->proof.pfn_sum == x->proof.pfn_sum &&
	       hmm->proof.entry_sum == x->proof.entry_sum &&
	       (x->pfn_sum != hmm->pfn_sum || x->valid_pages != hmm->valid_pages ||
		(x->has_entries && hmm->has_entries && x->entry_sum != hmm->entry_sum));
}

const char *series_wrong(const struct series_index *index, const struct record_series *x)
{
	const char *why = x->has_pfns ? wrong_by_proof(x) : NULL;

	if (!why && x->has_pfns && differs_from_hmm(index, x))
		why = "the array is not what hmm's is";
	return why;
}

const char *series_wrong_named(const struct series_index *index, const char *name)
{
	const struct series_range missing = series_named(&index->missing, name);
	const struct series_range series = series_named(&index->series, name);
	const char *why = NULL;

	for (size_t i = 0; i < missing.n && !why; i++)
		if (missing.v[i]->missing->wrong)
			why = missing.v[i]->missing->reason;
	for (size_t i = 0; i < series.n && !why; i++)
		why = series_wrong(index, series.v[i]->series);
	return why;
}

static void add_wrong(struct strv *to, const char *name, const char *why)
{
	_cleanup_free_ char *line = xasprintf("%s: %s", name, why);

	if (!strv_has(to, line))
		strv_add(to, line);
}

void series_wrong_all(const struct series_index *index, struct strv *to)
{
	const struct records *r = index->records;

	for (size_t i = 0; i < r->nr_missing; i++)
		if (r->missing[i].wrong)
			add_wrong(to, r->missing[i].name, r->missing[i].reason);
	for (size_t i = 0; i < r->nr_series; i++) {
		const char *why = series_wrong(index, &r->series[i]);

		if (why)
			add_wrong(to, r->series[i].name, why);
	}
}

double *series_values(const struct series_index *index, struct series_range of, size_t *n)
{
	double *values = xcalloc(of.n + 1, sizeof(*values));

	*n = 0;
	for (size_t i = 0; i < of.n; i++)
		if (of.v[i]->series->nr_samples)
			values[(*n)++] =
				series_value_boot(index->records->run.exact, of.v[i]->series);
	return values;
}

double series_value(const struct series_index *index, const struct series_key *key)
{
	size_t n;
	_cleanup_free_ double *boots =
		series_values(index, series_like(&index->series, key, SERIES_WHOLE), &n);

	return series_value_of(index->records->run.exact, boots, n);
}
