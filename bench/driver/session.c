// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/session.h"

#include <stdlib.h>
#include <string.h>

#include "bench/driver/gbench.h"
#include "bench/driver/series.h"

static void add_series(struct session *s, const struct workload *workload, size_t placement,
		       uint64_t size, const struct walkers *walkers, const struct variant *variant)
{
	const struct selection *what = &s->options->selection;
	struct series *series = &s->series[s->n++];

	*series = (struct series){
		.session = s,
		.workload = workload,
		.placement = &what->placements[placement],
		.nodes = &what->nodes[placement],
		.size = size,
		.walkers = walkers,
		.variant = *variant,
		.name = variant_series_name(variant, workload->name, size,
					    what->placements[placement].name, walkers),
	};
}

static void add_sizes(struct session *s, const struct workload *workload, size_t placement)
{
	const struct selection *what = &s->options->selection;

	for (size_t i = 0; i < what->nr_sizes; i++)
		for (size_t k = 0; k < what->nr_walkers; k++)
			for (size_t v = 0; v < what->variants.n; v++)
				add_series(s, workload, placement, what->sizes[i],
					   &what->walkers[k], &what->variants.v[v]);
}

void session_init(struct session *s, const struct options *o, const struct client *client,
		  struct numa *numa, struct emit *emit, struct perf *perf, uint64_t overhead)
{
	const struct selection *what = &o->selection;

	*s = (struct session){
		.options = o,
		.client = client,
		.numa = numa,
		.site = o->site,
		.emit = emit,
		.perf = perf,
		.overhead = overhead,
	};
	s->series = xcalloc(selection_series(what), sizeof(*s->series));
	for (size_t w = 0; w < what->nr_workloads; w++)
		for (size_t p = 0; p < what->nr_placements; p++)
			add_sizes(s, what->workloads[w], p);
}

void session_drop_layout(struct session *s)
{
	if (s->layout.workload)
		workload_tear_down(&s->layout);
	s->layout = (struct layout){ 0 };
}

void session_release(struct session *s)
{
	session_drop_layout(s);
	for (size_t i = 0; i < s->n; i++)
		series_release(&s->series[i]);
	free(s->series);
}

/* The largest of the sizes that this workload can have here; @size at the least. */
static uint64_t largest_size(const struct session *s, const struct workload *workload,
			     uint64_t size)
{
	const struct selection *what = &s->options->selection;
	uint64_t largest = size;

	for (size_t i = 0; i < what->nr_sizes; i++)
		if (what->sizes[i] > largest &&
		    !workload->supported(workload, &s->site, what->sizes[i], NULL))
			largest = what->sizes[i];
	return largest;
}

static int refuse(struct session *s, const struct workload *workload, uint64_t size, int code,
		  const struct err *err)
{
	s->layout = (struct layout){ 0 };
	s->refused.workload = workload;
	s->refused.place = s->site.place;
	s->refused.size = size;
	s->refused.code = code;
	s->refused.err = *err;
	return code;
}

static struct workload_place place_of(const struct session *s, const struct placement_nodes *nodes)
{
	if (!nodes->asked)
		return (struct workload_place){ 0 };
	return (struct workload_place){
		.topology = s->numa->topology,
		.home = 1ULL << nodes->cpu,
		.tables = nodes->tables,
		.pages = nodes->pages,
	};
}

static bool same_place(const struct workload_place *a, const struct workload_place *b)
{
	return a->topology == b->topology && a->home == b->home && a->tables == b->tables &&
	       a->pages == b->pages;
}

int session_lay_out(struct session *s, const struct workload *workload,
		    const struct placement_nodes *nodes, uint64_t size, struct err *err)
{
	const struct workload_site *site = &s->site;
	uint64_t largest;
	int ret;

	s->site.place = place_of(s, nodes);
	if (s->layout.workload == workload && s->layout.len >= size &&
	    same_place(&s->layout.place, &s->site.place))
		return 0;
	session_drop_layout(s);
	ret = workload->supported(workload, site, size, err);
	if (ret)
		return ret;
	if (s->refused.workload == workload && size >= s->refused.size &&
	    same_place(&s->refused.place, &s->site.place)) {
		*err = s->refused.err;
		return s->refused.code;
	}
	largest = largest_size(s, workload, size);
	ret = workload_lay_out(workload, site, largest, &s->layout, err);
	if (ret && largest > size)
		ret = workload_lay_out(workload, site, size, &s->layout, err);
	return ret ? refuse(s, workload, size, ret, err) : 0;
}

int session_lay_out_alone(struct session *s, const struct workload *workload,
			  const struct placement_nodes *nodes, uint64_t size, struct err *err)
{
	int ret;

	s->site.place = place_of(s, nodes);
	ret = workload->supported(workload, &s->site, size, err);
	if (!ret)
		ret = workload_lay_out(workload, &s->site, size, &s->layout, err);
	if (ret)
		s->layout = (struct layout){ 0 };
	return ret;
}

static void session_done(const char *name, void *arg)
{
	struct session *s = arg;

	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->series[i].name, name))
			series_emit(&s->series[i]);
}

void session_run(struct session *s)
{
	for (size_t i = 0; i < s->n; i++) {
		gbench_register(s->series[i].name, series_run, &s->series[i],
				s->options->selection.iterations);
		if (i + 1 == s->n || (i + 1) % gbench_most() == 0)
			gbench_run(session_done, s);
	}
}
