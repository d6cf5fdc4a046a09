// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "base/size.h"
#include "bench/record/fields.h"

static int check_walkers(unsigned threads, unsigned mms, struct err *err)
{
	if (!threads)
		return value_bad(err, "threads", "0; a series has a walker at least");
	if (!mms || mms > threads)
		return value_bad(err, "mms", "not from 1 to the number of threads");
	return 0;
}

static int check_series(const struct record_series *s, struct err *err)
{
	if (s->warm_up && s->warm_up >= s->nr_samples)
		return value_bad(err, "warm_up", "leaves no sample");
	if (strcmp(s->cache, "warm") != 0 && strcmp(s->cache, "cold") != 0)
		return value_bad(err, "cache", "not warm or cold");
	if (!s->size || s->size % PAGE)
		return value_bad(err, "size", "not a multiple of the page size, 4096");
	for (size_t i = 0; i < PTWALK_NR_LEVELS; i++)
		if (!*s->level || !strcmp(s->level, field_levels[i]))
			return check_walkers(s->threads, s->mms, err);
	return value_bad(err, "level", "not pte, pmd, pud or empty");
}

static int check_run(const struct record_run *run, struct err *err)
{
	const uint64_t page = run->page_size;

	if (!run->boots)
		return value_bad(err, "boots", "0; a run has at least one");
	if (page < PAGE || page > PAGE_MOST || page & (page - 1))
		return value_bad(err, "page_size", "not the size of a page: 4096, 16384 or 65536");
	return 0;
}

int record_check(const struct record *record, struct err *err)
{
	if (record->kind == RECORD_RUN)
		return check_run(&record->run, err);
	/* `boot` is the first member of every other kind. */
	if (!record->boot.boot)
		return value_bad(err, "boot", "0; boots are counted from 1");
	if (record->kind == RECORD_MISSING)
		return check_walkers(record->missing.threads, record->missing.mms, err);
	return record->kind == RECORD_SERIES ? check_series(&record->series, err) : 0;
}
