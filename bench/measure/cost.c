// SPDX-License-Identifier: GPL-2.0-only
/* What a run takes, for who cuts it and for who waits. */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "bench/measure/folder.h"
#include "bench/measure/plan.h"
#include "bench/measure/prepare.h"
#include "bench/measure/shard.h"

/* Of any op: by a matrix of 6.1, a third more than that took on two idle cores. */
#define SERIES_SECONDS 0.05
#define PAGE_SECONDS   3e-6
#define TICK_SECONDS   1.7e-9

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct cost *)a)->name, ((const struct cost *)b)->name);
}

static void take(struct costs *costs, const struct records *records)
{
	costs->v = xcalloc(records->nr_series + 1, sizeof(*costs->v));
	for (size_t i = 0; i < records->nr_series; i++)
		if (records->series[i].boot == 1)
			costs->v[costs->n++] = (struct cost){
				xstrdup(records->series[i].name),
				(double)records->series[i].run_ticks,
			};
	qsort(costs->v, costs->n, sizeof(*costs->v), by_name);
}

void costs_load(const char *results, const char *release, struct costs *costs)
{
	_cleanup_free_ char *of = xasprintf("-%s-%s", release, machine_exact.name);
	_cleanup_(strv_release) struct strv ids = { 0 };
	struct records records;

	*costs = (struct costs){ 0 };
	folder_list(results, &ids);
	for (size_t i = ids.n; i-- > 0 && !costs->n;) {
		_cleanup_free_ char *folder = xasprintf("%s/%s", results, ids.v[i]);

		if (!strstr(ids.v[i], of) || folder_read(folder, &records, NULL))
			continue;
		take(costs, &records);
		records_release(&records);
	}
}

void costs_release(struct costs *costs)
{
	for (size_t i = 0; i < costs->n; i++)
		free(costs->v[i].name);
	free(costs->v);
	*costs = (struct costs){ 0 };
}

double cost_seconds(uint64_t size)
{
	return SERIES_SECONDS + PAGE_SECONDS * (double)size / PAGE;
}

static double known_seconds(const struct selection *s, const struct selected *at,
			    const struct costs *costs)
{
	_cleanup_free_ char *name = costs->n ? selection_name(s, at) : NULL;
	const struct cost *known = name ? bsearch(&(struct cost){ .name = name }, costs->v,
						  costs->n, sizeof(*costs->v), by_name)
					: NULL;

	return known ? SERIES_SECONDS + TICK_SECONDS * known->ticks : cost_seconds(at->size);
}

uint64_t *shards_costs(const struct plan *plan, const struct prepared *p, const struct costs *costs)
{
	const struct selection *s = &plan->selection;
	uint64_t *scenes = xcalloc(selection_scenes(s) + 1, sizeof(*scenes));
	struct selected at = { 0 };

	while (selection_next(s, &at))
		if (!p->lacks[at.workload])
			scenes[selection_scene(s, &at)] +=
				(uint64_t)(1e6 * known_seconds(s, &at, costs));
	return scenes;
}
