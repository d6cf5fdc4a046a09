// SPDX-License-Identifier: GPL-2.0-only
/* Names on the command line become workloads, sizes and variants, or one clear error. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "bench/op/selection.h"

static int resolve(struct selection *s, const char *w, const char *o, const char *p,
		   const char *sizes, unsigned int n, struct err *err)
{
	*s = (struct selection){ .iterations = n };
	strv_split(&s->workload_names, w, ',');
	strv_split(&s->op_names, o, ',');
	strv_split(&s->policy_names, p, ',');
	strv_split(&s->size_names, sizes, ',');
	return selection_resolve(s, err);
}

/* Nodes 0 to 2, CPUs on node 0 alone; node 2 is the farthest from there. */
static const struct placement_map map = {
	.memory = 7,
	.cpus = 1,
	.distance = { { 10, 20, 30 }, { 20, 10, 20 }, { 30, 20, 10 } },
	.hint = "",
};

TEST(nothing_named_is_the_default)
{
	struct selection s;

	assert_int_equal(resolve(&s, "", "", "", "", 0, NULL), 0);
	assert_int_equal(selection_place(&s, &map, NULL), 0);
	assert_int_equal(s.nr_placements, 1);
	assert_false(s.nodes[0].asked);
	assert_int_equal(s.nr_workloads, 5);
	for (size_t i = 0; i < s.nr_workloads; i++)
		assert_true(s.workloads[i]->by_default);
	assert_int_equal(s.nr_sizes, 5);
	assert_int_equal(s.sizes[4], GIB);
	/* empty, bare, hmm; own code: none, range, batch, entry. */
	assert_int_equal(s.variants.n, 3 + 4);
	assert_int_equal(s.iterations, 0);
	/* The fifth size is for PUD leaves alone: one of the five workloads. */
	assert_int_equal(selection_series(&s), (5UL * 4 + 1) * (3 + 4));
	selection_release(&s);
}

TEST(all_is_everything)
{
	struct selection s;

	assert_int_equal(resolve(&s, "all", "all", "", "4K", 0, NULL), 0);
	assert_int_equal(s.nr_workloads, nr_workloads);
	assert_true(s.variants.n >= nr_ops);
	selection_release(&s);
}

TEST(sizes_are_sorted_and_each_once)
{
	struct selection s;

	assert_int_equal(resolve(&s, "", "", "", "2M,4K,2048K", 7, NULL), 0);
	assert_int_equal(s.nr_sizes, 2);
	assert_int_equal(s.sizes[0], 4096);
	assert_int_equal(s.sizes[1], 2 * MIB);
	assert_int_equal(s.iterations, 7);
	selection_release(&s);
}

TEST(a_pair_names_one_variant)
{
	struct selection s;
	char *name;

	assert_int_equal(resolve(&s, "devdax-pud", "teardown_held/entry", "", "1G", 0, NULL), 0);
	assert_int_equal(selection_place(&s, &map, NULL), 0);
	assert_int_equal(selection_series(&s), 1);
	name = variant_series_name(&s.variants.v[0], s.workloads[0]->name, s.sizes[0],
				   PLACEMENT_DEFAULT, s.walkers);
	assert_string_equal(name, "teardown_held/entry/devdax-pud/1G");
	free(name);
	selection_release(&s);
}

TEST(policies_narrow_only_what_takes_one)
{
	struct selection s;

	assert_int_equal(resolve(&s, "", "bare,teardown_held", "none", "", 0, NULL), 0);
	assert_int_equal(s.variants.n, 2);
	assert_string_equal(s.variants.v[0].op->name, "bare");
	assert_string_equal(variant_policy_name(&s.variants.v[0]), "");
	assert_string_equal(variant_policy_name(&s.variants.v[1]), "none");
	selection_release(&s);
}

/* Are these the variants, in this order? */
static void check_variants(const char *ops_named, const char *policies_named, const char *names)
{
	struct selection s;
	struct strv found = { 0 };
	char *joined;

	assert_int_equal(resolve(&s, "", ops_named, policies_named, "", 0, NULL), 0);
	for (size_t i = 0; i < s.variants.n; i++)
		strv_addf(&found, "%s/%s", s.variants.v[i].op->name,
			  variant_policy_name(&s.variants.v[i]));
	joined = strv_join(&found, " ");
	assert_string_equal(joined, names);
	free(joined);
	strv_release(&found);
	selection_release(&s);
}

TEST(own_code_comes_with_what_shows_that_it_is_the_kernels)
{
	check_variants("hmm", "", "hmm/");
	check_variants("hmm/entry", "", "hmm/ hmm/none hmm/entry");
	check_variants("hmm", "batch-late", "hmm/ hmm/none hmm/batch-late");
	check_variants("", "range", "empty/ bare/ hmm/ hmm/none hmm/range");
	check_variants("gup_fast/none", "", "gup_fast/ gup_fast/none gup_fast/own");
	check_variants("gup,hmm/none", "", "hmm/ hmm/none gup/");
	check_variants("hmm/own,bare/own", "", "bare/ bare/own hmm/ hmm/own");
	check_variants("hmm/own,hmm/none", "", "hmm/ hmm/none hmm/own");
}

/* Each by its leaves, whatever else is there. */
TEST(of_several_none_has_its_own_sizes)
{
	struct selection s;
	size_t of_gib = 0;

	assert_int_equal(resolve(&s, "all", "bare", "", "", 0, NULL), 0);
	assert_int_equal(selection_place(&s, &map, NULL), 0);
	assert_false(s.sizes_given);
	for (size_t i = 0; i < s.nr_workloads; i++)
		of_gib += workload_granule(s.workloads[i]) >= GIB;
	assert_in_range(of_gib, 1, s.nr_workloads - 1);
	assert_int_equal(selection_series(&s), (s.nr_workloads * 4 + of_gib) * s.variants.n);
	selection_release(&s);
}

/* The driver is given what a kernel can run of several: maybe one. */
TEST(what_is_left_of_several_is_not_alone)
{
	struct selection s = { .left = true };

	strv_add(&s.workload_names, "devdax-huge");
	strv_add(&s.op_names, "bare");
	assert_int_equal(selection_resolve(&s, NULL), 0);
	assert_null(s.alone);
	assert_false(s.sizes_given);
	assert_int_equal(s.iterations, 0);
	assert_int_equal(s.nr_sizes, 5);
	assert_int_equal(s.sizes[0], 64 * KIB);
	selection_release(&s);
}

TEST(a_start_within_a_page_is_refused_by_its_name)
{
	struct selection s = { .start = 100 };
	struct err err;

	assert_int_equal(selection_resolve(&s, &err), -EINVAL);
	assert_string_equal(err.text, "--start 100 is not a multiple of 4K (a page)");
	selection_release(&s);
}

TEST(a_workload_alone_has_its_own_sizes)
{
	struct selection s;

	assert_int_equal(resolve(&s, "devdax-huge", "hmm", "", "", 0, NULL), 0);
	assert_ptr_equal(s.alone, s.workloads[0]->alone);
	assert_int_equal(s.sizes[0], GIB);
	assert_int_equal(s.sizes[s.nr_sizes - 1], s.alone->dax_size);
	assert_int_equal(s.iterations, s.alone->iterations);
	selection_release(&s);
	assert_int_equal(resolve(&s, "devdax-huge", "hmm", "", "2G", 3, NULL), 0);
	assert_int_equal(s.nr_sizes, 1);
	assert_int_equal(s.iterations, 3);
	selection_release(&s);
	assert_int_equal(resolve(&s, "devdax-huge,devdax-pud", "hmm", "", "", 0, NULL), 0);
	assert_null(s.alone);
	assert_int_equal(s.sizes[0], 64 * KIB);
	selection_release(&s);
}

TEST(what_is_unknown_is_named)
{
	static const struct {
		const char *w, *o, *p, *s, *says;
	} bad[] = {
		{ "nope", "", "", "", "unknown workload 'nope'; there are: devdax-pte" },
		{ "", "nope", "", "", "unknown op 'nope'; there are: empty" },
		{ "", "", "nope", "", "unknown policy 'nope'" },
		{ "", "teardown_held/nope", "", "", "unknown policy 'nope'" },
		{ "", "empty/none", "", "", "op 'empty' takes no policy" },
		{ "", "bare/none", "", "", "unknown policy 'none'; there are: own" },
		{ "", "gup/range", "", "", "unknown policy 'range'; there are: none, entry, own" },
		{ "", "", "", "5000", "not a multiple of the page size" },
		{ "", "", "", "64Q", "'64Q' is not a size" },
		{ "", "", "", "4096T", "more than the module walks" },
		{ "", "teardown_held/none", "entry", "", "nothing to measure" },
	};
	struct selection s;
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(resolve(&s, bad[i].w, bad[i].o, bad[i].p, bad[i].s, 0, &err),
				 -EINVAL);
		assert_non_null(strstr(err.text, bad[i].says));
		selection_release(&s);
	}
}

TEST(one_series_is_exactly_that)
{
	static const char *const names[] = { "hmm/devdax-pte/1G", "teardown_held/entry/anon-thp/2M",
					     "empty/anon-pte/4K", "hmm/anon-pte/4K@pt0-pages0" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct selection s = { 0 };
		char *name;

		assert_int_equal(selection_one(&s, names[i], NULL), 0);
		assert_int_equal(selection_resolve(&s, NULL), 0);
		assert_int_equal(selection_place(&s, &map, NULL), 0);
		assert_int_equal(selection_series(&s), 1);
		name = variant_series_name(&s.variants.v[0], s.workloads[0]->name, s.sizes[0],
					   s.placements[0].name, s.walkers);
		assert_string_equal(name, names[i]);
		free(name);
		selection_release(&s);
	}
}

/* As they are printed: measured are they alone, and what shows whose own code is. */
TEST(series_are_taken_for_ops)
{
	static const struct {
		const char *list;
		size_t series;
	} cases[] = {
		{ "hmm/devdax-pte/2M", 1 },
		{ "hmm/devdax-pte/2M,gup_fast/devdax-pte/2M,hmm/devdax-pte/2M", 2 },
		{ "hmm/anon-pte/2M,hmm/anon-pte/4M,hmm/anon-thp/2M,hmm/anon-thp/4M", 4 },
		{ "hmm/entry/devdax-pte/2M", 3 }, /* with hmm and hmm/none */
		{ "teardown_held/entry/devdax-pte/2M@pt1-pages0", 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct selection s = { 0 };

		assert_int_equal(selection_add_ops(&s, cases[i].list, NULL), 0);
		assert_int_equal(selection_resolve(&s, NULL), 0);
		assert_int_equal(selection_place(&s, &map, NULL), 0);
		assert_int_equal(selection_series(&s), cases[i].series);
		selection_release(&s);
	}
}

/* What would measure others, too, is not done behind one's back. */
TEST(series_that_make_others_are_refused)
{
	static const char *const lists[] = { "hmm/anon-pte/2M,hmm/anon-thp/4M",
					     "hmm/anon-pte/2M,gup_fast" };

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		struct selection s = { 0 };
		struct err err;

		assert_int_equal(selection_add_ops(&s, lists[i], NULL), 0);
		assert_int_equal(selection_resolve(&s, &err), -EINVAL);
		assert_non_null(strstr(err.text, "-o hmm/anon-pte/2M: "));
		selection_release(&s);
	}
}

TEST(what_names_no_series_is_refused)
{
	static const char *const names[] = { "",
					     "hmm",
					     "hmm/devdax-pte",
					     "nope",
					     "nope/x/1G",
					     "empty/none/devdax-pte/1G",
					     "/",
					     "teardown_held/x/64K",
					     "hmm/none/devdax-pte/1G/1G" };
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct selection s = { 0 };

		assert_int_equal(selection_one(&s, names[i], &err), -EINVAL);
		assert_non_null(strstr(err.text, "no series"));
		selection_release(&s);
	}
}

/* By threads, in order, each once; named where there are several. */
TEST(walkers_are_named)
{
	struct selection s = { .threads_text = "4,1,2,4", .mms = 1 };
	struct err err;
	char *name;

	assert_int_equal(selection_resolve(&s, NULL), 0);
	assert_int_equal(selection_place(&s, &map, NULL), 0);
	assert_int_equal(s.nr_walkers, 3);
	for (unsigned int i = 0; i < 3; i++) {
		assert_int_equal(s.walkers[i].threads, 1U << i);
		assert_int_equal(s.walkers[i].mms, 1U << i);
	}
	assert_int_equal(selection_series(&s) % 3, 0);
	name = variant_series_name(&s.variants.v[0], "anon-pte", 4096, "remote-pt", &s.walkers[2]);
	assert_non_null(strstr(name, "anon-pte/4K@remote-pt/threads:4/mms:4"));
	free(name);
	assert_int_equal(selection_check_cpus(&s, 4, "", &err), 0);
	assert_int_equal(selection_check_cpus(&s, 3, " (hint)", &err), -EINVAL);
	assert_non_null(strstr(err.text,
			       "--threads 4: a walker needs a CPU of its own; there are 3 (hint)"));
	selection_release(&s);
	s = (struct selection){ .threads_text = "2" };
	assert_int_equal(selection_resolve(&s, NULL), 0);
	assert_int_equal(s.walkers[0].mms, 1);
	name = variant_series_name(&s.variants.v[0], "anon-pte", 4096, PLACEMENT_DEFAULT,
				   s.walkers);
	assert_non_null(strstr(name, "anon-pte/4K/threads:2"));
	assert_null(strstr(name, "mms"));
	free(name);
	selection_release(&s);
}

TEST(cold_series_have_a_name_of_their_own)
{
	struct selection s = { .cache = 1 };
	struct err err = { "" };
	char *name;

	assert_int_equal(selection_resolve(&s, NULL), 0);
	name = variant_series_name(&s.variants.v[0], "anon-pte", 4096, PLACEMENT_DEFAULT,
				   s.walkers);
	assert_true(str_ends(name, "/anon-pte/4K/cache:cold"));
	free(name);
	assert_int_equal(selection_check_cache(&s, false, &err), 0);
	assert_int_equal(selection_check_cache(&s, true, &err), -EINVAL);
	assert_non_null(strstr(err.text, "changes no exact count"));
	selection_release(&s);
	s = (struct selection){ .cache = 0 };
	assert_int_equal(selection_resolve(&s, NULL), 0);
	name = variant_series_name(&s.variants.v[0], "anon-pte", 4096, PLACEMENT_DEFAULT,
				   s.walkers);
	assert_true(str_ends(name, "/anon-pte/4K"));
	free(name);
	assert_int_equal(selection_check_cache(&s, true, &err), 0);
	selection_release(&s);
	s = (struct selection){ .cache = 1, .threads_text = "1,2" };
	assert_int_equal(selection_resolve(&s, &err), -EINVAL);
	assert_non_null(strstr(err.text, "for one walker"));
	selection_release(&s);
	assert_true(op_can_be_cold(op_find("hmm")) && op_can_be_cold(op_find("gup_fast")));
	assert_false(op_can_be_cold(op_find("hmm_populate")));
	assert_false(op_can_be_cold(op_find("mirror_rare")));
	assert_false(op_can_be_cold(op_find("teardown")));
}

/* Last: what is added stays. */
TEST(a_users_policy_is_a_column_like_the_others)
{
	struct err err = { 0 };

	assert_int_equal(policy_add("mine", 1U << PTWALK_OP_HMM, &err), 0);
	check_variants("hmm", "", "hmm/ hmm/none hmm/mine");
	check_variants("hmm", "range", "hmm/ hmm/none hmm/range hmm/mine");
	check_variants("gup_fast", "", "gup_fast/");
	assert_int_equal(policy_add("mine", 1U << PTWALK_OP_BARE, &err), 0);
	check_variants("bare,hmm", "", "bare/ bare/own bare/mine hmm/ hmm/none hmm/mine");
	assert_int_equal(policy_add("entry", 1U << PTWALK_OP_HMM, &err), -EINVAL);
	assert_int_equal(policy_add("a b", 1U << PTWALK_OP_HMM, &err), -EINVAL);
	assert_int_equal(policy_add("", 1U << PTWALK_OP_HMM, &err), -EINVAL);
}
