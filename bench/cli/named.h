/* SPDX-License-Identifier: GPL-2.0-only */
/* Series of the store that a command is told by name. */
#ifndef PTWALK_CLI_NAMED_H
#define PTWALK_CLI_NAMED_H

#include "bench/report/course.h"

/* The courses of all series of one name: other machines, units and versions are other series. */
struct named {
	struct store *store;
	struct course_book book;
	struct store_series_list list;
	struct course *courses; /* one a series of the list; may have no point */
};

/**
 * named_load - open the store and read them
 * @since:	seconds since 1970; 0: from the first on
 * @named:	(out) to be ended with named_release(), on success only
 *
 * Returns: 0; -ENOENT with names that are like it; or as store_open().
 */
int named_load(const char *store_path, const char *name, int64_t since, struct named *named,
	       struct err *err);
void named_release(struct named *);

#endif
