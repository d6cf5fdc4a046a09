// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/session.h"

void session_init(struct session *s, const struct options *o, const struct client *client,
		  struct numa *numa, struct emit *emit, struct perf *perf, uint64_t overhead)
{
	*s = (struct session){
		.options = o,
		.client = client,
		.numa = numa,
		.site = o->site,
		.emit = emit,
		.perf = perf,
		.overhead = overhead,
	};
}

void session_drop_layout(struct session *s)
{
	if (s->layout.workload)
		workload_tear_down(&s->layout);
	s->layout = (struct layout){ 0 };
	s->met.holds = false;
}

static bool same_place(const struct workload_place *a, const struct workload_place *b)
{
	return a->topology == b->topology && a->home == b->home && a->tables == b->tables &&
	       a->pages == b->pages;
}

static void let_go(struct session *s)
{
	struct err err;

	if (settings_close(s->held.settings, &err))
		fprintf(stderr, "ptwalk-driver: %s\n", err.text);
	s->held.settings = NULL;
	s->held.workload = NULL;
}

void session_end(struct session *s)
{
	session_drop_layout(s);
	let_go(s);
}

/* The largest of the sizes that this workload can have here; @size at the least. */
static uint64_t largest_size(const struct session *s, const struct workload *workload,
			     uint64_t size)
{
	const struct selection *what = &s->options->selection;
	uint64_t largest = size;

	for (size_t i = 0; i < what->nr_sizes; i++)
		if (what->sizes[i] > largest && selection_wants(what, workload, what->sizes[i]) &&
		    !workload_supported(workload, &s->site, what->sizes[i], NULL))
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

void session_hold(struct session *s, const struct workload *workload,
		  const struct placement_nodes *nodes, uint64_t size)
{
	s->site.place = place_of(s, nodes);
	if (s->held.workload == workload && s->held.size >= size &&
	    same_place(&s->held.place, &s->site.place))
		return;
	let_go(s);
	if (!workload->hold || settings_join(&s->held.settings, s->site.journal, NULL))
		return;
	s->held.workload = workload;
	s->held.place = s->site.place;
	s->held.size = size;
	workload->hold(workload, &s->site.place, workload_span(workload, size), s->held.settings,
		       NULL);
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
	ret = workload_supported(workload, site, size, err);
	if (ret)
		return ret;
	if (s->refused.workload == workload && size >= s->refused.size &&
	    same_place(&s->refused.place, &s->site.place)) {
		*err = s->refused.err;
		return s->refused.code;
	}
	largest = largest_size(s, workload, size);
	session_hold(s, workload, nodes, largest);
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
	ret = workload_supported(workload, &s->site, size, err);
	if (!ret)
		ret = workload_lay_out(workload, &s->site, size, &s->layout, err);
	if (ret)
		s->layout = (struct layout){ 0 };
	return ret;
}
