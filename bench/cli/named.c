// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/named.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define MOST_NAMED 4

/* None is called so: say which are like it. */
static int fail_unknown(struct store *store, const char *name, struct err *err)
{
	struct store_series_list all;
	struct strv like = { 0 };
	char *list;
	int ret = store_series_list(store, NULL, &all, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < all.n && like.n < MOST_NAMED; i++)
		if (strstr(all.series[i].name, name) && !strv_has(&like, all.series[i].name))
			strv_add(&like, all.series[i].name);
	for (size_t i = 0; i < all.n && !like.n && i < 1; i++)
		strv_add(&like, all.series[i].name);
	list = strv_join(&like, ", ");
	ret = err_set(err, ENOENT, "the store has no series '%s'%s%s", name,
		      *list ? "; it has, among others: " : ", nor any other", list);
	free(list);
	strv_release(&like);
	store_series_list_release(&all);
	return ret;
}

static int load_courses(struct named *n, int64_t since, struct err *err)
{
	int ret = 0;

	n->courses = xcalloc(n->list.n + 1, sizeof(*n->courses));
	for (size_t i = 0; i < n->list.n && !ret; i++)
		ret = course_load(n->store, &n->book, &n->list.series[i], since, &n->courses[i],
				  err);
	return ret;
}

int named_load(const char *store_path, const char *name, int64_t since, struct named *n,
	       struct err *err)
{
	const struct store_options options = { .read_only = true };
	int ret;

	*n = (struct named){ 0 };
	ret = store_open(store_path, &options, &n->store, err);
	if (!ret)
		ret = course_book_load(n->store, &n->book, err);
	if (!ret)
		ret = store_series_list(n->store, name, &n->list, err);
	if (!ret && !n->list.n)
		ret = fail_unknown(n->store, name, err);
	if (!ret)
		ret = load_courses(n, since, err);
	if (ret)
		named_release(n);
	return ret;
}

void named_release(struct named *n)
{
	for (size_t i = 0; n->courses && i < n->list.n; i++)
		course_release(&n->courses[i]);
	free(n->courses);
	store_series_list_release(&n->list);
	course_book_release(&n->book);
	store_close(n->store);
	*n = (struct named){ 0 };
}
