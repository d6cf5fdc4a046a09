// SPDX-License-Identifier: GPL-2.0-only
/* A run is cut so that nothing of it is lost or done twice, and into parts that take alike. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/measure/plan.h"
#include "bench/measure/prepare.h"

#define MOST 64

struct cut {
	struct plan plan;
	struct prepared prepared;
	struct shard shards[MOST];
	uint64_t *costs;
	size_t row; /* scenes of all boots */
};

static void begin(struct cut *c, const char *names, const char *boots, bool facts)
{
	*c = (struct cut){ .plan = { .boots_text = boots, .facts = facts } };
	strv_split(&c->plan.selection.workload_names, names, ',');
	strv_add(&c->plan.selection.op_names, "hmm");
	strv_add(&c->plan.selection.op_names, "empty");
	assert_int_equal(plan_resolve(&c->plan, NULL), 0);
	c->prepared.lacks = xcalloc(c->plan.selection.nr_workloads, sizeof(*c->prepared.lacks));
	c->row = selection_scenes(&c->plan.selection) * c->plan.boots;
}

static void end(struct cut *c)
{
	free(c->prepared.lacks);
	free(c->costs);
	plan_release(&c->plan);
}

static int cut(struct cut *c, const struct costs *costs, unsigned int n, struct err *err)
{
	free(c->costs);
	c->costs = shards_costs(&c->plan, &c->prepared, costs);
	return shards_cut(&c->plan, &c->prepared, costs, c->shards, n, err);
}

/* Of all scenes of a shard, without its boots. */
static uint64_t cost(const struct cut *c, const struct shard *s)
{
	uint64_t sum = 0;

	for (size_t i = s->from; i < s->to; i++)
		sum += c->costs[i % (c->row / c->plan.boots)];
	return sum;
}

static void is_whole(const struct cut *c, unsigned int n)
{
	size_t next = 0;

	for (unsigned int i = 0; i < n; i++) {
		assert_int_equal(c->shards[i].k, i + 1);
		assert_int_equal(c->shards[i].n, n);
		assert_int_equal(c->shards[i].from, next);
		assert_true(cost(c, &c->shards[i]) > 0);
		next = c->shards[i].to;
	}
	assert_int_equal(next, c->row);
}

TEST(shards_cover_the_run)
{
	struct costs none = { 0 };
	struct cut c;

	begin(&c, "devdax-pte,devdax-pud,anon-pte,anon-thp", "2", false);
	for (unsigned int n = 1; n <= 2 * (4 * 4 + 1); n++) {
		assert_int_equal(cut(&c, &none, n, NULL), 0);
		is_whole(&c, n);
	}
	end(&c);
}

TEST(more_than_there_are_scenes_are_refused_and_counted)
{
	struct costs none = { 0 };
	struct err err;
	struct cut c;

	begin(&c, "devdax-pte,anon-pte", "2", false);
	assert_int_equal(cut(&c, &none, 17, &err), -EINVAL);
	assert_non_null(strstr(err.text, "into 16 at most"));
	/* What the kernel lacks is not measured, and no shard is made for it. */
	c.prepared.lacks[0] = (char *)"CONFIG_X";
	assert_int_equal(cut(&c, &none, 9, &err), -EINVAL);
	assert_non_null(strstr(err.text, "into 8 at most"));
	assert_int_equal(cut(&c, &none, 8, NULL), 0);
	is_whole(&c, 8);
	end(&c);
}

TEST(costs_of_earlier_runs_move_the_cut)
{
	struct cost known[] = { { (char *)"hmm/devdax-pte/64K", 1e12 } };
	struct costs costs = { known, 1 }, none = { 0 };
	struct cut c;

	begin(&c, "devdax-pte,anon-pte", "1", false);
	assert_int_equal(cut(&c, &none, 2, NULL), 0);
	assert_true(c.shards[0].to > 1);
	assert_int_equal(cut(&c, &costs, 2, NULL), 0);
	is_whole(&c, 2);
	assert_int_equal(c.shards[0].to, 1);
	end(&c);
}

/* No scene is larger than what one shard more or less would take. */
TEST(the_longest_is_as_short_as_can_be)
{
	struct costs none = { 0 };
	uint64_t longest = 0, most = 0, all = 0;
	struct cut c;

	begin(&c, "devdax-pte,devdax-pmd,anon-pte,anon-thp", "1", false);
	assert_int_equal(cut(&c, &none, 3, NULL), 0);
	for (size_t i = 0; i < c.row; i++) {
		all += c.costs[i];
		if (c.costs[i] > most)
			most = c.costs[i];
	}
	for (int i = 0; i < 3; i++)
		if (cost(&c, &c.shards[i]) > longest)
			longest = cost(&c, &c.shards[i]);
	assert_true(longest >= all / 3);
	assert_true(longest <= all / 3 + most);
	end(&c);
}

TEST(boots_with_facts_are_cut_alike)
{
	struct costs none = { 0 };
	struct err err;
	struct cut c;
	size_t each;

	begin(&c, "devdax-pte,anon-pte", "3", true);
	each = c.row / 3;
	assert_int_equal(cut(&c, &none, 6, NULL), 0);
	is_whole(&c, 6);
	for (int i = 2; i < 6; i++) {
		assert_int_equal(c.shards[i].from, c.shards[i - 2].from + each);
		assert_int_equal(c.shards[i].to, c.shards[i - 2].to + each);
	}
	assert_int_equal(cut(&c, &none, 2, NULL), 0);
	is_whole(&c, 2);
	assert_int_equal(c.shards[0].to % each, 0);
	assert_int_equal(cut(&c, &none, 4, &err), -EINVAL);
	assert_non_null(strstr(err.text, "a multiple of"));
	end(&c);
}

TEST(a_shard_is_read_as_it_is_written)
{
	static const char *const bad[] = { "",	   "3",	   "x/y",   "0/3",     "4/3",	  "1/0",
					   "1/3 ", "1/3:", "1/3:4", "1/3:4-4", "1/3:5-4", "+1/3" };
	struct shard s, again;
	char *text;

	assert_int_equal(shard_parse("3/8", &s, NULL), 0);
	assert_int_equal(s.k, 3);
	assert_int_equal(s.n, 8);
	assert_int_equal(s.to, 0);
	assert_int_equal(shard_parse("3/8:12-20", &s, NULL), 0);
	text = shard_text(&s);
	assert_int_equal(shard_parse(text, &again, NULL), 0);
	assert_memory_equal(&s, &again, sizeof(s));
	free(text);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(shard_parse(bad[i], &s, NULL), -EINVAL);
}
