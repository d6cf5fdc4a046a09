// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/point.h"

#include <errno.h>
#include <string.h>

#include "base/size.h"
#include "bench/record/series.h"
#include "bench/report/repeat.h"

/* Of a build: these say that this tree makes no kernel, all others that nothing could be built. */
static enum point_fate fate_of_build(int ret)
{
	switch (ret) {
	case -EBADMSG:
	case -ECHILD:
	case -EOPNOTSUPP:
	case -ETIMEDOUT:
		return POINT_UNKNOWN;
	default:
		return POINT_STOP;
	}
}

/* Of a run: a kernel that panics or hangs has many ways to fail; users and hosts have these. */
static enum point_fate fate_of_run(int ret)
{
	switch (ret) {
	case -EACCES:
	case -EDQUOT:
	case -EINTR:
	case -EINVAL:
	case -EMFILE:
	case -ENOMEM:
	case -ENOSPC:
	case -EPERM:
	case -EROFS:
		return POINT_STOP;
	default:
		return POINT_UNKNOWN;
	}
}

static int no_series(const struct records *records, const char *series, struct err *err)
{
	for (size_t i = 0; i < records->nr_missing; i++)
		if (!strcmp(records->missing[i].name, series))
			return err_set(err, ENOENT, "%s is missing: %s", series,
				       records->missing[i].reason);
	return err_set(err, ENOENT, "run %s has no series %s", records->run.id, series);
}

int point_of_run(const struct records *records, const char *series, struct point *point,
		 struct err *err)
{
	struct series_key key;

	for (size_t i = 0; i < records->nr_series; i++) {
		const struct record_series *s = &records->series[i];

		if (strcmp(s->name, series) != 0)
			continue;
		key = series_key_of(s);
		point->cost = series_value(records, &key);
		point->pages = (double)s->size / PAGE;
		return 0;
	}
	return no_series(records, series, err);
}

static enum point_fate check_repeats(const struct records *records, struct err *err)
{
	struct repeat repeat;
	bool differs;

	repeat_check(records, &repeat);
	differs = repeat.nr_differences;
	repeat_release(&repeat);
	if (!differs)
		return POINT_KNOWN;
	err_set(err, EBADE, "run %s does not repeat: nothing can be told from it", records->run.id);
	return POINT_STOP;
}

enum point_fate point_measure(struct side *side, const struct side_how *how, const char *series,
			      struct point *point, struct err *err)
{
	enum point_fate fate;
	int ret = side_build(side, how, err);

	if (ret)
		return fate_of_build(ret);
	ret = side_measure(side, how, err);
	if (ret)
		return fate_of_run(ret);
	fate = check_repeats(&side->records, err);
	if (fate == POINT_KNOWN && point_of_run(&side->records, series, point, err))
		fate = POINT_UNKNOWN;
	return fate;
}

char *point_text(const struct point *point, enum point_fate fate)
{
	if (fate != POINT_KNOWN)
		return xstrdup("-");
	return xasprintf("%.2f a page", point->cost / point->pages);
}
