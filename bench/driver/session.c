// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/session.h"

#include <stdlib.h>
#include <string.h>

#include "bench/driver/gbench.h"
#include "bench/driver/series.h"

static void add_series(struct session *s, const struct workload *workload, uint64_t size,
		       const struct variant *variant)
{
	struct series *series = &s->series[s->n++];

	*series = (struct series){
		.session = s,
		.workload = workload,
		.size = size,
		.variant = *variant,
		.name = variant_series_name(variant, workload->name, size),
	};
}

void session_init(struct session *s, const struct options *o, const struct client *client,
		  struct emit *emit, uint64_t overhead)
{
	*s = (struct session){
		.options = o,
		.client = client,
		.emit = emit,
		.overhead = overhead,
	};
	s->series = xcalloc(o->nr_workloads * o->nr_sizes * o->variants.n, sizeof(*s->series));
	for (size_t w = 0; w < o->nr_workloads; w++)
		for (size_t i = 0; i < o->nr_sizes; i++)
			for (size_t v = 0; v < o->variants.n; v++)
				add_series(s, o->workloads[w], o->sizes[i], &o->variants.v[v]);
}

static void drop_layout(struct session *s)
{
	if (s->layout.workload)
		workload_tear_down(&s->layout);
	s->layout = (struct layout){ 0 };
}

void session_release(struct session *s)
{
	drop_layout(s);
	for (size_t i = 0; i < s->n; i++)
		series_release(&s->series[i]);
	free(s->series);
}

/* The largest of the sizes that this workload can have here; @size at the least. */
static uint64_t largest_size(const struct session *s, const struct workload *workload,
			     uint64_t size)
{
	uint64_t largest = size;

	for (size_t i = 0; i < s->options->nr_sizes; i++)
		if (s->options->sizes[i] > largest &&
		    !workload->supported(workload, &s->options->site, s->options->sizes[i], NULL))
			largest = s->options->sizes[i];
	return largest;
}

int session_lay_out(struct session *s, const struct workload *workload, uint64_t size,
		    struct err *err)
{
	const struct workload_site *site = &s->options->site;
	int ret;

	if (s->layout.workload == workload && s->layout.len >= size)
		return 0;
	ret = workload->supported(workload, site, size, err);
	if (ret)
		return ret;
	drop_layout(s);
	ret = workload_lay_out(workload, site, largest_size(s, workload, size), &s->layout, err);
	if (ret)
		s->layout = (struct layout){ 0 };
	return ret;
}

void session_register(struct session *s)
{
	for (size_t i = 0; i < s->n; i++)
		gbench_register(s->series[i].name, series_run, &s->series[i],
				s->options->iterations);
}

void session_done(const char *name, void *arg)
{
	struct session *s = arg;

	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->series[i].name, name))
			series_emit(&s->series[i]);
}
