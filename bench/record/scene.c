// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/record/record.h"

struct record_sampling record_sampling_none(void)
{
	return (struct record_sampling){
		.session = xstrdup(""),
		.arm = xstrdup(""),
		.order = xstrdup(""),
		.looks = xstrdup(""),
		.stop = xstrdup(""),
	};
}

struct record_scene record_series_scene(const struct record_series *s)
{
	return (struct record_scene){ s->workload, s->placement.name, s->threads, s->mms };
}

struct record_scene record_missing_scene(const struct record_missing *m)
{
	return (struct record_scene){ m->workload, m->placement, m->threads, m->mms };
}

bool record_scene_same(const struct record_scene *a, const struct record_scene *b)
{
	return a->threads == b->threads && a->mms == b->mms && !strcmp(a->workload, b->workload) &&
	       !strcmp(a->placement, b->placement);
}

char *record_scene_name(const struct record_scene *s)
{
	bool local = !strcmp(s->placement, RECORD_LOCAL);
	char *place = xasprintf("%s%s%s", s->workload, local ? "" : "@", local ? "" : s->placement);
	char *name;

	if (s->threads == 1)
		return place;
	if (s->mms == 1)
		name = xasprintf("%s x%u", place, s->threads);
	else
		name = xasprintf("%s x%u m%u", place, s->threads, s->mms);
	free(place);
	return name;
}
