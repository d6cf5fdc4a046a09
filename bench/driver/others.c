// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/series.h"

#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"

static const struct {
	const char *workload;
	uint64_t size;
} others[] = {
	{ "readonly", 4 * MIB },   { "readonly-pmd", 4 * MIB },	  { "readonly-pud", GIB },
	{ "uffd-wp", MIB },	   { "uffd-wp-thp", 4 * MIB },	  { "holes-50", 4 * MIB },
	{ "mixed", 12 * MIB },	   { "zero-page", MIB },	  { "vmas-gaps", 4 * MIB },
	{ "hugetlb-2m", 4 * MIB }, { "device-private-own", MIB }, { "device-private-foreign", MIB },
};

static bool is_measured(const struct selection *what, const struct workload *workload)
{
	for (size_t i = 0; i < what->nr_workloads; i++)
		if (what->workloads[i] == workload)
			return true;
	return false;
}

/* One that asks for something changes what it meets. */
static bool takes(const struct variant *v)
{
	return op_shows_pages(v->op) && !v->op->req && !op_is(v->op, PTWALK_OPF_WAITS);
}

static void prove_op(struct series *series, void (*wrong)(const struct series *, void *arg),
		     void *arg)
{
	struct session *session = series->session;
	int ret = client_can_run(session->client, &series->variant, &series->err);

	if (!ret)
		ret = series_prove_layout(series, &series->err);
	if (!ret)
		ret = series_prove_untimed(series, &series->err);
	series->wrong = ret == -CLIENT_WRONG;
	klog_check(&session->klog, series->name);
	if (series->wrong && !klog_bad(&session->klog))
		wrong(series, arg);
}

static void prove_all(struct session *session, const struct workload *workload, uint64_t size,
		      void (*wrong)(const struct series *, void *arg), void *arg)
{
	static const struct walkers one = { 1, 1 };
	const struct selection *what = &session->options->selection;

	for (size_t v = 0; v < what->variants.n && !klog_bad(&session->klog); v++) {
		struct series series = {
			.session = session,
			.workload = workload,
			.placement = &what->placements[0],
			.nodes = &what->nodes[0],
			.size = size,
			.walkers = &one,
			.variant = what->variants.v[v],
		};

		series.variant.cold = false;
		if (!takes(&series.variant))
			continue;
		series.name = variant_series_name(&series.variant, workload->name, size,
						  series.placement->name, &one);
		emit_mark(session->emit, series.name, series_seconds(&series, 1));
		prove_op(&series, wrong, arg);
		series_release(&series);
	}
}

void others_prove(struct session *session, void (*wrong)(const struct series *, void *arg),
		  void *arg)
{
	const struct selection *what = &session->options->selection;
	struct err err;

	/* perf takes each window for one of a series. */
	if (perf_samples(&session->options->perf))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(others) && !klog_bad(&session->klog); i++) {
		const struct workload *workload = workload_find(others[i].workload);

		session_drop_layout(session);
		if (is_measured(what, workload))
			continue;
		session->site.place = (struct workload_place){ 0 };
		if (session_lay_out_alone(session, workload, &what->nodes[0], others[i].size, &err))
			continue;
		prove_all(session, workload, others[i].size, wrong, arg);
	}
	session_drop_layout(session);
}
