// SPDX-License-Identifier: GPL-2.0-only
#include "bench/record/series.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/stats/sample.h"

#define WARM	    "warm"
#define COLD	    "cold"
#define COLD_SUFFIX "/cache:" COLD

/* One that was never part of a run is of the arch that a run is of which says none. */
static const char *arch_of(const char *arch)
{
	return arch ? arch : RECORD_ARCH;
}

static uint64_t page_of(uint64_t page)
{
	return page ? page : RECORD_PAGE;
}

uint64_t series_page(const struct record_series *s)
{
	return page_of(s->page);
}

double series_pages(const struct record_series *s)
{
	return (double)s->size / (double)page_of(s->page);
}

struct series_key series_key_of(const struct record_series *s)
{
	return (struct series_key){ s->op,	     s->policy,		s->workload,
				    s->size,	     s->placement.name, s->threads,
				    s->mms,	     s->cache,		arch_of(s->arch),
				    page_of(s->page) };
}

struct series_key series_key_missing(const struct record_missing *m)
{
	const bool cold = str_ends(m->name, COLD_SUFFIX);

	return (struct series_key){ m->op,	     m->policy,		 m->workload,
				    m->size,	     m->placement,	 m->threads,
				    m->mms,	     cold ? COLD : WARM, arch_of(m->arch),
				    page_of(m->page) };
}

struct series_key series_key_line(struct series_key key)
{
	key.size = 0;
	return key;
}

struct series_key series_key_scene(struct series_key key)
{
	key.op = key.policy = "";
	key.size = 0;
	return key;
}

static int compare_scenes(const struct series_key *a, const struct series_key *b)
{
	int order = strcmp(a->workload, b->workload);

	if (!order)
		order = strcmp(a->placement, b->placement);
	if (!order)
		order = (a->threads > b->threads) - (a->threads < b->threads);
	if (!order)
		order = (a->mms > b->mms) - (a->mms < b->mms);
	if (!order)
		order = strcmp(a->cache, b->cache);
	if (!order)
		order = strcmp(a->arch, b->arch);
	return order ? order : (a->page > b->page) - (a->page < b->page);
}

int series_key_compare(const struct series_key *a, const struct series_key *b,
		       enum series_part part)
{
	int order = compare_scenes(a, b);

	if (!order && part >= SERIES_LINE)
		order = strcmp(a->op, b->op);
	if (!order && part >= SERIES_LINE)
		order = strcmp(a->policy, b->policy);
	if (!order && part >= SERIES_WHOLE)
		order = (a->size > b->size) - (a->size < b->size);
	return order;
}

bool series_key_same(const struct series_key *a, const struct series_key *b)
{
	return !series_key_compare(a, b, SERIES_WHOLE);
}

char *series_key_name(const struct series_key *k)
{
	const bool local = !strcmp(k->placement, RECORD_LOCAL),
		   home = !strcmp(k->arch, RECORD_ARCH), usual = k->page == RECORD_PAGE;
	char threads[32] = "", mms[32] = "";

	if (k->threads > 1)
		snprintf(threads, sizeof(threads), "/threads:%u", k->threads);
	if (k->mms > 1)
		snprintf(mms, sizeof(mms), "/mms:%u", k->mms);
	return xasprintf("%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s", k->op, *k->policy ? "/" : "",
			 k->policy, *k->op ? "/" : "", k->workload, k->size ? "/" : "",
			 k->size ? size_name(k->size).text : "", local ? "" : "@",
			 local ? "" : k->placement, threads, mms,
			 home ? "" : "/arch:", home ? "" : k->arch,
			 usual ? "" : "/page:", usual ? "" : size_name(k->page).text,
			 strcmp(k->cache, COLD) ? "" : COLD_SUFFIX);
}

char *series_key_scene_name(const struct series_key *k)
{
	const bool local = !strcmp(k->placement, RECORD_LOCAL);
	char threads[32] = "", mms[32] = "";

	if (k->threads > 1)
		snprintf(threads, sizeof(threads), " x%u", k->threads);
	if (k->mms > 1)
		snprintf(mms, sizeof(mms), " m%u", k->mms);
	return xasprintf("%s%s%s%s%s%s", k->workload, local ? "" : "@", local ? "" : k->placement,
			 threads, mms, strcmp(k->cache, COLD) ? "" : " " COLD);
}

/* Ticks of the samples from @first on that have none of the flags @without; how many. */
static size_t gather(const struct record_series *s, size_t first, unsigned without, double *ticks)
{
	size_t n = 0;

	for (size_t i = first; i < s->nr_samples; i++)
		if (!(s->samples[i].flags & without))
			ticks[n++] = (double)s->samples[i].ticks;
	return n;
}

static double least(const double *values, size_t n)
{
	double least = values[0];

	for (size_t i = 1; i < n; i++)
		least = fmin(least, values[i]);
	return least;
}

double series_value_of(bool exact, const double *boots, size_t n)
{
	_cleanup_free_ double *sorted = xcalloc(n + 1, sizeof(*sorted));

	if (!n)
		return NAN;
	if (exact)
		return least(boots, n);
	memcpy(sorted, boots, n * sizeof(*sorted));
	sample_sort(sorted, n);
	return median_sorted(sorted, n);
}

double series_value_boot(bool exact, const struct record_series *s)
{
	_cleanup_free_ double *ticks = xcalloc(s->nr_samples + 1, sizeof(*ticks));
	double value;
	size_t n = exact ? 0 : gather(s, s->warm_up, PTWALK_SAMPLE_DISTURBED, ticks);

	if (!n)
		n = gather(s, 0, 0, ticks);
	value = series_value_of(exact, ticks, n) - (double)s->overhead;
	return value < 0 ? 0 : value;
}

bool series_varies(const struct record_series *s)
{
	return s->varies && *s->varies;
}
