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

/* What is to be measured, scene by scene, and how it is cut. */
struct row {
	const uint64_t *costs; /* of the scenes of a boot */
	size_t scenes, boots;
	size_t busy; /* scenes of a boot that have series */
};

/* How many shards of at most @cap microseconds; where @shards is given, just @n of them. */
static unsigned int cut(const struct row *row, uint64_t cap, struct shard *shards, unsigned int n)
{
	const uint64_t boot = (uint64_t)(1e6 * SHARD_BOOT_SECONDS);
	size_t left = row->busy * row->boots, booted = 0;
	unsigned int k = 0;
	uint64_t sum = 0;

	for (size_t i = 0; i < row->scenes * row->boots; i++) {
		const uint64_t cost = row->costs[i % row->scenes];
		const size_t in = i / row->scenes;

		if (!cost)
			continue;
		if (!k || sum + cost + (in != booted ? boot : 0) > cap ||
		    (shards && left <= n - k)) {
			if (shards)
				shards[k] = (struct shard){ k + 1, n, k ? i : 0, 0 };
			if (shards && k)
				shards[k - 1].to = i;
			k++;
			sum = boot;
		} else if (in != booted) {
			sum += boot;
		}
		booted = in;
		sum += cost;
		left--;
	}
	if (shards)
		shards[n - 1].to = row->scenes * row->boots;
	return k;
}

/* In @n, so that the longest is as short as can be. */
static void cut_evenly(const struct row *row, struct shard *shards, unsigned int n)
{
	const uint64_t boot = (uint64_t)(1e6 * SHARD_BOOT_SECONDS);
	uint64_t low = 0, high = boot;

	for (size_t i = 0; i < row->scenes; i++)
		high += row->costs[i];
	high *= row->boots;
	while (low < high) {
		const uint64_t cap = low + (high - low) / 2;

		if (cut(row, cap, NULL, 0) <= n)
			high = cap;
		else
			low = cap + 1;
	}
	cut(row, low, shards, n);
}

/* Of @n shards, @each of the first boot: the same of the others. */
static void repeat(const struct row *row, struct shard *shards, unsigned int each, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		const struct shard *of = &shards[i % each];
		const size_t begin = i / each * row->scenes;

		shards[i] = (struct shard){ i + 1, n, begin + of->from % row->scenes,
					    begin + (of->to - 1) % row->scenes + 1 };
	}
}

/* Facts of all boots are held against each other, and tell where memory lay: they are cut alike. */
static int cut_alike(struct row row, struct shard *shards, unsigned int n, struct err *err)
{
	const size_t scenes = row.scenes, boots = row.boots;
	uint64_t whole = 0;

	if (n > boots && n % boots)
		return err_set(err, EINVAL,
			       "%u shards: with facts each of the %zu boots is cut alike, so that "
			       "they are a multiple of that, or fewer",
			       n, boots);
	if (n > boots) {
		row.boots = 1;
		cut_evenly(&row, shards, n / (unsigned int)boots);
		repeat(&row, shards, n / (unsigned int)boots, n);
		return 0;
	}
	for (size_t i = 0; i < scenes; i++)
		whole += row.costs[i];
	cut_evenly(&(struct row){ &whole, 1, boots, 1 }, shards, n);
	for (unsigned int i = 0; i < n; i++) {
		shards[i].from *= scenes;
		shards[i].to *= scenes;
	}
	return 0;
}

bool shards_stand(const struct plan *plan, unsigned int n)
{
	return !plan->facts || n <= plan->boots;
}

int shards_cut(const struct plan *plan, const struct prepared *p, const struct costs *costs,
	       struct shard *shards, unsigned int n, struct err *err)
{
	_cleanup_free_ uint64_t *scenes = shards_costs(plan, p, costs);
	struct row row = { scenes, selection_scenes(&plan->selection), plan->boots, 0 };

	for (size_t i = 0; i < row.scenes; i++)
		row.busy += scenes[i] != 0;
	if (n > row.busy * row.boots)
		return err_set(err, EINVAL,
			       "%u shards: what it measures can be cut into %zu at most: a size of "
			       "a workload, in a boot, is one",
			       n, row.busy * row.boots);
	if (plan->facts && row.boots > 1 && n > 1)
		return cut_alike(row, shards, n, err);
	cut_evenly(&row, shards, n);
	return 0;
}
