// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/compare_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static int by_name(const void *a, const void *b)
{
	const struct record_series *x = *(const struct record_series *const *)a;
	const struct record_series *y = *(const struct record_series *const *)b;
	int order = strcmp(x->name, y->name);

	return order ? order : (x > y) - (x < y);
}

static int missing_by_name(const void *a, const void *b)
{
	const struct record_missing *x = *(const struct record_missing *const *)a;
	const struct record_missing *y = *(const struct record_missing *const *)b;

	return strcmp(x->name, y->name);
}

void compare_index_init(struct compare_index *index, const struct records *r)
{
	*index = (struct compare_index){
		.series = xcalloc(r->nr_series + 1, sizeof(*index->series)),
		.n = r->nr_series,
		.missing = xcalloc(r->nr_missing + 1, sizeof(*index->missing)),
		.nr_missing = r->nr_missing,
		.exact = r->run.exact,
	};
	for (size_t i = 0; i < r->nr_series; i++)
		index->series[i] = &r->series[i];
	for (size_t i = 0; i < r->nr_missing; i++)
		index->missing[i] = &r->missing[i];
	qsort(index->series, index->n, sizeof(*index->series), by_name);
	qsort(index->missing, index->nr_missing, sizeof(*index->missing), missing_by_name);
}

void compare_index_release(struct compare_index *index)
{
	free(index->series);
	free(index->missing);
}

const struct record_series *const *compare_index_find(const struct compare_index *index,
						      const char *name, size_t *n)
{
	size_t low = 0, high = index->n;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (strcmp(index->series[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (*n = 0; low + *n < index->n; ++*n)
		if (strcmp(index->series[low + *n]->name, name) != 0)
			break;
	return index->series + low;
}

const char *compare_index_reason(const struct compare_index *index, const char *name)
{
	const struct record_missing key = { .name = (char *)name }, *p = &key;
	const struct record_missing **found = bsearch(&p, index->missing, index->nr_missing,
						      sizeof(*index->missing), missing_by_name);

	return found ? (*found)->reason : "";
}
