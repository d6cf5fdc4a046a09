// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/shard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "bench/measure/plan.h"
#include "bench/measure/prepare.h"

int shard_parse(const char *text, struct shard *s, struct err *err)
{
	int whole = 0, with = 0;

	*s = (struct shard){ 0 };
	sscanf(text, "%u/%u%n:%zu-%zu%n", &s->k, &s->n, &whole, &s->from, &s->to, &with);
	if (!whole || strspn(text, "0123456789/:-") != strlen(text) ||
	    strlen(text) != (size_t)(with ? with : whole))
		return err_set(err, EINVAL, "--shard takes K/N, as 3/8, not '%s'", text);
	if (!s->n || s->n > SHARDS_MOST)
		return err_set(err, EINVAL, "--shard %s: a run is cut into 1 to %u", text,
			       SHARDS_MOST);
	if (!s->k || s->k > s->n)
		return err_set(err, EINVAL, "--shard %s: of %u there are 1/%u to %u/%u", text, s->n,
			       s->n, s->n, s->n);
	if (with && s->from >= s->to)
		return err_set(err, EINVAL, "--shard %s: no scenes from %zu up to %zu", text,
			       s->from, s->to);
	return 0;
}

char *shard_text(const struct shard *s)
{
	return xasprintf("%u/%u:%zu-%zu", s->k, s->n, s->from, s->to);
}

/* More boots may take that part of a run, and no more, unless they are asked for. */
#define PAYS 0.0625

/* What is cut: its parts' costs, one after the other. */
struct row {
	const uint64_t *costs; /* 0: nothing is measured there */
	const bool *firsts;    /* those that must be the first of a piece; NULL: none */
	size_t n, busy;	       /* of them; of those that cost anything */
	size_t least;	       /* pieces that it is cut in for that */
};

static struct row row_of(const uint64_t *costs, const bool *firsts, size_t n)
{
	struct row row = { costs, firsts, n, 0, 0 };

	for (size_t i = 0; i < n; i++)
		if (costs[i])
			row.least += !row.busy++ || (firsts && firsts[i]);
	return row;
}

/* In how many of at most @cap it is cut; where @begins is given, in just @n: where each begins. */
static size_t cut(const struct row *row, uint64_t cap, size_t *begins, size_t n)
{
	size_t left = row->busy, k = 0;
	uint64_t sum = 0;

	for (size_t i = 0; i < row->n; i++) {
		if (!row->costs[i])
			continue;
		if (!k || (row->firsts && row->firsts[i]) || sum + row->costs[i] > cap ||
		    (begins && left <= n - k)) {
			if (begins)
				begins[k] = k ? i : 0;
			k++;
			sum = 0;
		}
		sum += row->costs[i];
		left--;
	}
	return k;
}

/* In @n, so that the longest is as short as can be. */
static void cut_evenly(const struct row *row, size_t *begins, size_t n)
{
	uint64_t low = 0, high = 0;

	for (size_t i = 0; i < row->n; i++)
		high += row->costs[i];
	while (low < high) {
		const uint64_t cap = low + (high - low) / 2;

		if (cut(row, cap, NULL, 0) <= n)
			high = cap;
		else
			low = cap + 1;
	}
	cut(row, low, begins, n);
}

static int too_many(const char *what, size_t n, size_t most, struct err *err)
{
	return err_set(
		err, EINVAL,
		"%zu %s: what it measures can be cut into %zu at most: a size of a workload, "
		"in a boot, is one",
		n, what, most);
}

/* Several boots count as one does. */
static bool can_cut(const struct plan *plan)
{
	return plan->machine->exact && !plan->model;
}

/* As many as pay, or as were asked for; no fewer than there must be. */
static int weigh(const struct plan *plan, const struct row *row, size_t *n, struct err *err)
{
	const size_t shards = plan->shards ? plan->shards : plan->shard.n;
	const size_t most = row->busy ? row->busy : 1;
	double seconds = 0;
	size_t pay;

	*n = 1;
	if (!can_cut(plan))
		return 0;
	for (size_t i = 0; i < row->n; i++)
		seconds += (double)row->costs[i] / 1e6;
	pay = (size_t)(1 + PAYS * seconds / SHARD_BOOT_SECONDS);
	*n = pay < most ? pay : most;
	if (plan->pieces)
		*n = plan->pieces;
	else if (shards > *n * plan->boots)
		*n = (shards + plan->boots - 1) / plan->boots;
	if (*n < row->least)
		*n = row->least;
	if (*n <= most)
		return 0;
	return plan->pieces ? too_many("pieces", *n, most, err)
			    : too_many("shards", shards, most * plan->boots, err);
}

/* Which scenes a guest begins with; owned by the caller. */
static bool *first_scenes(const struct selection *s)
{
	bool *firsts = xcalloc(selection_scenes(s), sizeof(*firsts));
	struct selected at = { 0 };
	size_t last = SIZE_MAX;

	while (selection_next(s, &at)) {
		if (at.workload != last && s->workloads[at.workload]->hold)
			firsts[selection_scene(s, &at)] = true;
		last = at.workload;
	}
	return firsts;
}

int pieces_cut(const struct plan *plan, struct prepared *p, struct err *err)
{
	/* As any host does it: what runs took here is not asked. */
	_cleanup_free_ uint64_t *costs = shards_costs(plan, p, &(struct costs){ 0 });
	_cleanup_free_ bool *firsts = first_scenes(&plan->selection);
	const struct row row =
		row_of(costs, can_cut(plan) ? firsts : NULL, selection_scenes(&plan->selection));
	int ret = weigh(plan, &row, &p->pieces.n, err);

	if (ret)
		return ret;
	p->pieces.begins = xcalloc(p->pieces.n, sizeof(*p->pieces.begins));
	if (row.busy)
		cut_evenly(&row, p->pieces.begins, p->pieces.n);
	return 0;
}

size_t pieces_all(const struct plan *plan, const struct prepared *p)
{
	return p->pieces.n * plan->boots;
}

struct shard piece_at(const struct plan *plan, const struct prepared *p, size_t i)
{
	const size_t scenes = selection_scenes(&plan->selection);
	const size_t n = p->pieces.n ? p->pieces.n : 1; /* never: each boot has a piece */
	const size_t boot = i / n * scenes, in = i % n;

	return (struct shard){
		.from = boot + p->pieces.begins[in],
		.to = boot + (in + 1 < n ? p->pieces.begins[in + 1] : scenes),
	};
}

int shard_pieces(const struct plan *plan, const struct prepared *p, const struct shard *shard,
		 size_t *first, size_t *n, struct err *err)
{
	const size_t all = pieces_all(plan, p);
	_cleanup_free_ char *name = NULL;
	size_t last;

	for (*first = 0; *first < all; ++*first)
		if (piece_at(plan, p, *first).from == shard->from)
			break;
	for (last = *first; last < all; last++)
		if (piece_at(plan, p, last).to == shard->to)
			break;
	*n = last + 1 - *first;
	if (last < all)
		return 0;
	name = shard_text(shard);
	return err_set(err, EINVAL, "--shard %s: no pieces of the run begin and end there", name);
}

/* What each piece of a run takes, in microseconds; owned by the caller. */
static uint64_t *pieces_costs(const struct plan *plan, const struct prepared *p,
			      const struct costs *costs)
{
	_cleanup_free_ uint64_t *scenes = shards_costs(plan, p, costs);
	const size_t all = pieces_all(plan, p), row = selection_scenes(&plan->selection);
	uint64_t *pieces = xcalloc(all, sizeof(*pieces));

	for (size_t i = 0; i < all; i++) {
		const struct shard piece = piece_at(plan, p, i);

		pieces[i] = (uint64_t)(1e6 * SHARD_BOOT_SECONDS);
		for (size_t k = piece.from; k < piece.to; k++)
			pieces[i] += scenes[k % row];
	}
	return pieces;
}

int shards_cut(const struct plan *plan, const struct prepared *p, const struct costs *costs,
	       struct shard *shards, unsigned int n, struct err *err)
{
	_cleanup_free_ uint64_t *pieces = pieces_costs(plan, p, costs);
	_cleanup_free_ size_t *begins = xcalloc(n, sizeof(*begins));
	const size_t all = pieces_all(plan, p);
	const struct row row = row_of(pieces, NULL, all);

	if (n > all)
		return err_set(err, EINVAL, "%u shards: there are %zu pieces (--pieces)", n, all);
	cut_evenly(&row, begins, n);
	for (unsigned int i = 0; i < n; i++)
		shards[i] = (struct shard){
			.k = i + 1,
			.n = n,
			.from = piece_at(plan, p, begins[i]).from,
			.to = piece_at(plan, p, (i + 1 < n ? begins[i + 1] : all) - 1).to,
		};
	return 0;
}
