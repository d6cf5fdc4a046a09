// SPDX-License-Identifier: GPL-2.0-only
/* What a run takes, for who cuts it, and how far it is, for who waits. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "bench/measure/folder.h"
#include "bench/measure/jobs.h"
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

static void add_series(struct count *c, const struct selection *s, const struct selected *at,
		       double seconds)
{
	c->seconds = xgrow(c->seconds, c->n, sizeof(*c->seconds));
	c->names = xgrow(c->names, c->n, sizeof(*c->names));
	c->seconds[c->n] = seconds;
	c->names[c->n++] = selection_name(s, at);
}

static bool is_in(const struct shard *shard, size_t scene)
{
	return scene >= shard->from && scene < shard->to;
}

static size_t series_in(const struct plan *plan, size_t scene)
{
	struct selection one = plan->selection;

	one.part = (struct scenes){ scene, scene + 1 };
	return selection_series(&one);
}

static void add_boot(struct count *c, const struct run *run, const uint64_t *costs,
		     const struct shard *shard, size_t boot)
{
	const struct selection *s = &run->plan->selection;
	const size_t scenes = selection_scenes(s);
	double seconds = (c->n ? c->seconds[c->n - 1] : 0) + SHARD_BOOT_SECONDS;
	struct selected at = { 0 };

	while (selection_next(s, &at)) {
		const size_t scene = selection_scene(s, &at);

		if (!is_in(shard, boot * scenes + scene))
			continue;
		if (!costs[scene]) {
			c->before += boot * scenes <= shard->from;
			continue;
		}
		seconds += (double)costs[scene] / 1e6 / (double)series_in(run->plan, scene);
		add_series(c, s, &at, seconds);
	}
}

void count_init(struct count *c, const struct run *run, const struct costs *known,
		const struct shard *shard)
{
	_cleanup_free_ uint64_t *costs = shards_costs(run->plan, run->prepared, known);
	const size_t scenes = selection_scenes(&run->plan->selection);

	*c = (struct count){ .before = 2 }; /* the run, and its first boot */
	for (size_t boot = shard->from / scenes; boot * scenes < shard->to; boot++)
		add_boot(c, run, costs, shard, boot);
}

void count_release(struct count *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->names[i]);
	free(c->names);
	free(c->seconds);
}

static void read_lines(struct count *c, const char *folder)
{
	_cleanup_free_ char *partial = whole_partial(folder);
	_cleanup_free_ char *path = xasprintf("%s/" FOLDER_RECORDS, partial);
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	char buf[65536];
	ssize_t n;

	while (fd >= 0 && (n = pread(fd, buf, sizeof(buf), c->at)) > 0) {
		for (ssize_t i = 0; i < n; i++)
			c->lines += buf[i] == '\n';
		c->at += n;
	}
}

void count_read(struct count *c, const char *folder, bool done, struct counted *sum)
{
	size_t made;

	if (!c->n)
		return;
	sum->all += c->seconds[c->n - 1];
	if (done) {
		sum->done += c->seconds[c->n - 1];
		return;
	}
	read_lines(c, folder);
	made = c->lines > c->before ? c->lines - c->before : 0;
	if (made >= c->n)
		made = c->n - 1;
	if (made)
		sum->done += c->seconds[made - 1];
	if (c->lines >= c->before && !sum->name)
		sum->name = c->names[made];
}

void count_show(const struct run *run, const struct counted *sum, const char *what)
{
	const double boots = run->plan->boots, share = sum->all > 0 ? sum->done / sum->all : 0;
	const unsigned int boot =
		share < 1 ? (unsigned int)(share * boots) : (unsigned int)boots - 1;
	_cleanup_free_ char *stage = run_stage(run, "measure", boot + 1);

	progress_enter(run->progress, stage);
	progress_at(run->progress, share * boots - boot, what);
}
