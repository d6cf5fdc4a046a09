// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/prune.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/host.h"
#include "base/progress.h"
#include "base/str.h"

#define DAY	  86400
#define AT_A_TIME 16

int prune_age(const char *text, int64_t *seconds, struct err *err)
{
	static const struct {
		const char *name;
		int days;
	} units[] = { { "d", 1 }, { "w", 7 }, { "y", 365 } };
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (errno || end == text || *text < '0' || *text > '9' || n > 36500 ||
		    strcmp(end, units[i].name) != 0)
			continue;
		*seconds = (int64_t)n * units[i].days * DAY;
		return 0;
	}
	return err_set(err, EINVAL, "'%.40s' is no age; one looks like 400d, 52w or 2y", text);
}

static int prune_all(struct store *store, const int64_t *ids, size_t n, struct progress *progress,
		     size_t *runs, struct err *err)
{
	int ret = 0;

	progress_enter(progress, "prune");
	while (*runs < n && !ret) {
		size_t some = n - *runs < AT_A_TIME ? n - *runs : AT_A_TIME;

		if (interrupt_pending())
			return err_set(err, EINTR, "interrupted");
		ret = store_prune(store, &ids[*runs], some, err);
		if (!ret)
			*runs += some;
		progress_at(progress, (double)*runs / (double)n, NULL);
	}
	return ret;
}

int prune_samples(struct store *store, const struct prune_options *o, size_t *runs, struct err *err)
{
	static const struct progress_stage stages[] = { { "prune", 3 }, { "compact", 1 } };
	struct progress *progress;
	int64_t *ids;
	size_t n;
	int ret = store_prunable(store, (int64_t)time(NULL) - o->age, &ids, &n, err);

	*runs = 0;
	if (ret)
		return ret;
	if (o->dry_run) {
		*runs = n;
		free(ids);
		return 0;
	}
	progress = o->quiet ? NULL : progress_new(stages, o->compact ? 2 : 1);
	ret = prune_all(store, ids, n, progress, runs, err);
	if (!ret && o->compact) {
		progress_enter(progress, "compact");
		ret = store_compact(store, err);
	}
	progress_free(progress);
	free(ids);
	return ret;
}
