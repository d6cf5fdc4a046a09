/* SPDX-License-Identifier: GPL-2.0-only */
/* Series of a run as tests ask for them: by one walker, placed as by default, in warm caches. */
#ifndef PTWALK_TESTS_UNIT_FIND_H
#define PTWALK_TESTS_UNIT_FIND_H

#include "base/size.h"
#include "bench/record/series_index.h"

static inline struct series_key find_key(const char *op, const char *policy, const char *workload,
					 uint64_t size)
{
	return (struct series_key){ op, policy, workload, size,	       RECORD_LOCAL,
				    1,	1,	"warm",	  RECORD_ARCH, RECORD_PAGE };
}

static inline const struct record_series *find_series(const struct records *r, unsigned boot,
						      const char *op, const char *policy,
						      const char *workload, uint64_t size)
{
	const struct series_key key = find_key(op, policy, workload, size);
	const struct record_series *found;
	struct series_index index;

	series_index_init(&index, r);
	found = series_find(&index, boot, &key);
	series_index_release(&index);
	return found;
}

/* Why the series of that name is wrong, or NULL. */
static inline const char *find_wrong(const struct records *r, const char *name)
{
	struct series_index index;
	const char *why;

	series_index_init(&index, r);
	why = series_wrong_named(&index, name);
	series_index_release(&index);
	return why;
}

/* The count of a call, and of a page, on an exact machine. */
static inline double find_count(const struct record_series *s)
{
	return series_value_boot(true, s);
}

static inline double find_page(const struct record_series *s)
{
	return find_count(s) / ((double)s->size / PAGE);
}

#endif
