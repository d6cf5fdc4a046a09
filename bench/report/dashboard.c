// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/dashboard.h"

#include <stdlib.h>

#include "base/str.h"
#include "bench/track/recall.h"

static int load_courses(struct store *store, struct dashboard *d, struct err *err)
{
	size_t loaded = 0;
	int ret = 0;

	d->courses = xcalloc(d->list.n + 1, sizeof(*d->courses));
	for (; loaded < d->list.n && !ret; loaded += !ret)
		ret = course_load(store, &d->book, &d->list.series[loaded], 0, &d->courses[loaded],
				  err);
	if (!ret)
		return 0;
	for (size_t i = 0; i < loaded; i++)
		course_release(&d->courses[i]);
	free(d->courses);
	return ret;
}

int dashboard_load(struct store *store, const char *store_path, struct dashboard *d,
		   struct err *err)
{
	int ret;

	*d = (struct dashboard){ .store_path = store_path };
	ret = course_book_load(store, &d->book, err);
	if (ret)
		return ret;
	ret = store_series_list(store, NULL, &d->list, err);
	if (ret)
		goto out_book;
	ret = track_latest(store, &d->book.runs, &d->nights, &d->nr_nights, err);
	if (ret)
		goto out_list;
	ret = load_courses(store, d, err);
	if (!ret)
		return 0;
	for (size_t i = 0; i < d->nr_nights; i++)
		track_release(&d->nights[i]);
	free(d->nights);
out_list:
	store_series_list_release(&d->list);
out_book:
	course_book_release(&d->book);
	return ret;
}

void dashboard_release(struct dashboard *d)
{
	for (size_t i = 0; i < d->list.n; i++)
		course_release(&d->courses[i]);
	free(d->courses);
	for (size_t i = 0; i < d->nr_nights; i++)
		track_release(&d->nights[i]);
	free(d->nights);
	store_series_list_release(&d->list);
	course_book_release(&d->book);
	*d = (struct dashboard){ 0 };
}
