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

static void begin_ops(struct cut *c, const char *names, const char *op_names, const char *boots)
{
	*c = (struct cut){ .plan = { .boots_text = boots } };
	strv_split(&c->plan.selection.workload_names, names, ',');
	strv_split(&c->plan.selection.op_names, op_names, ',');
	assert_int_equal(plan_resolve(&c->plan, NULL), 0);
	c->prepared.lacks = xcalloc(c->plan.selection.nr_workloads, sizeof(*c->prepared.lacks));
	c->row = selection_scenes(&c->plan.selection) * c->plan.boots;
}

static void begin(struct cut *c, const char *names, const char *boots)
{
	begin_ops(c, names, "hmm,empty", boots);
}

static void end(struct cut *c)
{
	free(c->prepared.lacks);
	free(c->prepared.pieces.begins);
	free(c->costs);
	plan_release(&c->plan);
}

static int pieces(struct cut *c, unsigned int n, struct err *err)
{
	free(c->prepared.pieces.begins);
	c->prepared.pieces = (struct pieces){ 0 };
	c->plan.pieces = n;
	return pieces_cut(&c->plan, &c->prepared, err);
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
	const size_t each = selection_scenes(&c->plan.selection);
	uint64_t sum = 0;

	for (size_t i = s->from; i < s->to; i++)
		sum += c->costs[i % each];
	return sum;
}

static void is_whole(const struct cut *c, unsigned int n)
{
	size_t next = 0, first, pieces;

	for (unsigned int i = 0; i < n; i++) {
		assert_int_equal(c->shards[i].k, i + 1);
		assert_int_equal(c->shards[i].n, n);
		assert_int_equal(c->shards[i].from, next);
		assert_true(cost(c, &c->shards[i]) > 0);
		assert_int_equal(
			shard_pieces(&c->plan, &c->prepared, &c->shards[i], &first, &pieces, NULL),
			0);
		assert_int_equal(piece_at(&c->plan, &c->prepared, first).from, next);
		next = c->shards[i].to;
	}
	assert_int_equal(next, c->row);
}

TEST(shards_cover_the_run)
{
	struct costs none = { 0 };
	struct cut c;

	begin(&c, "devdax-pte,devdax-pud,anon-pte,anon-thp", "2");
	for (unsigned int p = 1; p <= 4 * 4 + 1; p++) {
		assert_int_equal(pieces(&c, p, NULL), 0);
		assert_int_equal(pieces_all(&c.plan, &c.prepared), 2 * p);
		for (unsigned int n = 1; n <= 2 * p; n++) {
			assert_int_equal(cut(&c, &none, n, NULL), 0);
			is_whole(&c, n);
		}
	}
	end(&c);
}

/* A piece lies in a boot, and boots are cut alike: where memory lies is the same in each. */
TEST(boots_are_cut_alike)
{
	struct cut c;

	begin(&c, "devdax-pte,anon-pte", "3");
	assert_int_equal(pieces(&c, 3, NULL), 0);
	for (size_t i = 3; i < 9; i++) {
		const struct shard before = piece_at(&c.plan, &c.prepared, i - 3);
		const struct shard piece = piece_at(&c.plan, &c.prepared, i);

		assert_int_equal(piece.from, before.from + c.row / 3);
		assert_int_equal(piece.to, before.to + c.row / 3);
	}
	end(&c);
}

TEST(more_than_there_are_scenes_are_refused_and_counted)
{
	struct costs none = { 0 };
	struct err err;
	struct cut c;

	begin(&c, "devdax-pte,anon-pte", "2");
	assert_int_equal(pieces(&c, 9, &err), -EINVAL);
	assert_non_null(strstr(err.text, "9 pieces: what it measures can be cut into 8 at most"));
	c.plan.shards = 17;
	assert_int_equal(pieces(&c, 0, &err), -EINVAL);
	assert_non_null(strstr(err.text, "17 shards: what it measures can be cut into 16 at most"));
	/* What the kernel lacks is not measured, and no piece is made for it. */
	c.prepared.lacks[0] = (char *)"CONFIG_X";
	c.plan.shards = 9;
	assert_int_equal(pieces(&c, 0, &err), -EINVAL);
	assert_non_null(strstr(err.text, "into 8 at most"));
	c.plan.shards = 8;
	assert_int_equal(pieces(&c, 0, NULL), 0);
	assert_int_equal(cut(&c, &none, 8, NULL), 0);
	is_whole(&c, 8);
	assert_int_equal(cut(&c, &none, 9, &err), -EINVAL);
	assert_non_null(strstr(err.text, "there are 8 pieces"));
	end(&c);
}

/* A short run is one piece, and more are made where more are asked for; a long one has its own. */
TEST(a_long_run_is_in_pieces)
{
	struct cut c;

	begin(&c, "devdax-pte,anon-pte", "1");
	assert_int_equal(pieces(&c, 0, NULL), 0);
	assert_int_equal(c.prepared.pieces.n, 1);
	c.plan.shards = 3;
	assert_int_equal(pieces(&c, 0, NULL), 0);
	assert_int_equal(c.prepared.pieces.n, 3);
	end(&c);

	begin_ops(&c, "all", "all", "1");
	assert_int_equal(pieces(&c, 0, NULL), 0);
	assert_in_range(c.prepared.pieces.n, 2, c.row);
	end(&c);
}

TEST(costs_of_earlier_runs_move_shards_and_no_pieces)
{
	struct cost known[] = { { (char *)"hmm/devdax-pte/64K", 1e12 } };
	struct costs costs = { known, 1 }, none = { 0 };
	struct cut c;

	begin(&c, "devdax-pte,anon-pte", "1");
	assert_int_equal(pieces(&c, 8, NULL), 0);
	assert_int_equal(cut(&c, &none, 2, NULL), 0);
	assert_true(c.shards[0].to > 1);
	assert_int_equal(cut(&c, &costs, 2, NULL), 0);
	is_whole(&c, 2);
	assert_int_equal(c.shards[0].to, 1);
	end(&c);
}

/* No scene is larger than what one piece more or less would take. */
TEST(the_longest_is_as_short_as_can_be)
{
	struct costs none = { 0 };
	uint64_t longest = 0, most = 0, all = 0;
	struct cut c;

	begin(&c, "devdax-pte,devdax-pmd,anon-pte,anon-thp", "1");
	assert_int_equal(pieces(&c, 3, NULL), 0);
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

/* By hand, or by another version: not where pieces begin and end. */
TEST(a_shard_of_another_cut_is_refused)
{
	struct shard s = { 1, 2, 0, 1 };
	struct err err;
	struct cut c;
	size_t first, n;

	begin(&c, "devdax-pte,anon-pte", "1");
	assert_int_equal(pieces(&c, 3, NULL), 0);
	assert_int_equal(shard_pieces(&c.plan, &c.prepared, &s, &first, &n, &err), -EINVAL);
	assert_non_null(strstr(err.text, "--shard 1/2:0-1: no pieces of the run"));
	s.to = piece_at(&c.plan, &c.prepared, 1).to;
	assert_int_equal(shard_pieces(&c.plan, &c.prepared, &s, &first, &n, NULL), 0);
	assert_int_equal(first, 0);
	assert_int_equal(n, 2);
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

/* A guest begins with what needs memory that nothing has had, however few pieces are asked for. */
TEST(a_guest_begins_with_a_page_of_1_gib)
{
	struct cut c;
	size_t first = 0;

	begin(&c, "devdax-pte,hugetlb-1g,shmem-pte", "2");
	assert_int_equal(pieces(&c, 0, NULL), 0);
	assert_int_equal(c.prepared.pieces.n, 2);
	while (!selection_wants(&c.plan.selection, c.plan.selection.workloads[1],
				c.plan.selection.sizes[first]))
		first++;
	assert_int_equal(c.prepared.pieces.begins[1],
			 selection_scenes(&c.plan.selection) / 3 + first);
	assert_int_equal(pieces(&c, 1, NULL), 0);
	assert_int_equal(c.prepared.pieces.n, 2);
	end(&c);
	begin(&c, "hugetlb-1g,shmem-pte", "1");
	assert_int_equal(pieces(&c, 0, NULL), 0);
	assert_int_equal(c.prepared.pieces.n, 1);
	end(&c);
}

/* What the guest of a plan gets of RAM in MiB, 0 the machine's default. */
static unsigned int ram_of(const char *names, const char *op_names, const char *sizes)
{
	struct plan plan = { .ram_text = NULL };
	unsigned int mib;

	strv_split(&plan.selection.workload_names, names, ',');
	strv_split(&plan.selection.op_names, op_names, ',');
	strv_split(&plan.selection.size_names, sizes, ',');
	assert_int_equal(plan_resolve(&plan, NULL), 0);
	mib = plan.ram_mib;
	plan_release(&plan);
	return mib;
}

TEST(a_guest_is_small_for_what_counts_the_same_in_a_small_one)
{
	assert_int_equal(ram_of("", "", ""), 1024);
	assert_int_equal(ram_of("anon-pte", "hmm", "64M"), 1024);
	assert_int_equal(ram_of("anon-pte", "hmm", "64K,128M"), 0);
	assert_int_equal(ram_of("devdax-pte", "hmm", "1G"), 1024);
	/* Of pages' counters it takes, and of a pool. */
	assert_int_equal(ram_of("anon-pte", "hmm,pin", "64K"), 0);
	assert_int_equal(ram_of("hugetlb-1g", "hmm", "64K"), 0);
}
