// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/terms: what a call, a PMD entry and a page cost, in integers. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/stats/cost.h"

static const uint64_t lengths[] = { 64 * KIB, 2 * MIB, 64 * MIB, GIB, 2 * GIB, 5 * GIB };

#define N   4
#define ALL ARRAY_SIZE(lengths)

static void made_up(struct terms_size *sizes, size_t n, const struct terms *t)
{
	for (size_t i = 0; i < n; i++) {
		struct terms_size *s = &sizes[i];

		*s = terms_size(0x200000000000ULL, lengths[i], PAGE, 0, 0);
		s->count = t->call + t->page * (int64_t)s->pages + t->pmd * (int64_t)s->pmds +
			   t->pud * (int64_t)s->puds;
	}
}

static void assert_terms(const struct terms *is, const struct terms *want)
{
	assert_true(is->solved);
	assert_int_equal(is->residual, 0);
	assert_int_equal(is->call, want->call);
	assert_int_equal(is->pmd, want->pmd);
	assert_int_equal(is->pud, want->pud);
	assert_int_equal(is->page, want->page);
}

TEST(steps_that_a_range_touches_are_its_entries)
{
	struct terms_size small = terms_size(0, 64 * KIB, PAGE, 0, 7),
			  large = terms_size(0, 3 * GIB, PAGE, 0, 7);
	struct terms_size across = terms_size(GIB - 32 * KIB, 64 * KIB, PAGE, 0, 7);

	assert_true(small.pages == 16 && small.pmds == 1 && small.puds == 1 && small.count == 7);
	assert_true(large.pages == 3 << 18 && large.pmds == 1536 && large.puds == 3);
	assert_true(across.pages == 16 && across.pmds == 2 && across.puds == 2);
}

/* What hmm costs over devdax-pte on 6.1, and changes of one instruction here or there. */
TEST(each_term_is_found)
{
	static const struct terms want[] = {
		{ .call = 983, .pmd = 144, .page = 96 }, { .page = 1 }, { .pmd = 1 }, { .call = 1 },
		{ .call = -3, .pmd = 2, .page = -1 },	 { 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		struct terms_size sizes[N];
		struct terms t;

		made_up(sizes, N, &want[i]);
		assert_int_equal(terms_solve(sizes, N, &t, NULL), 0);
		assert_terms(&t, &want[i]);
		assert_false(t.has_pud);
	}
}

/* A mapping every 1 MiB: what it costs is told from pages and PMD entries, and PUD entries are not. */
TEST(mappings_have_a_term_where_sizes_tell_it)
{
	static const uint64_t some[] = { 64 * KIB, MIB, 2 * MIB, 6 * MIB, 64 * MIB };
	const struct terms want = { .call = 700, .vma = 61, .pmd = 144, .page = 78 };
	struct terms_size sizes[ARRAY_SIZE(some)];
	struct terms t;

	for (size_t i = 0; i < ARRAY_SIZE(some); i++) {
		struct terms_size *s = &sizes[i];

		*s = terms_size(0, some[i], PAGE, (some[i] + MIB - 1) / MIB, 0);
		s->count = want.call + want.page * (int64_t)s->pages + want.pmd * (int64_t)s->pmds +
			   want.vma * (int64_t)s->vmas;
	}
	assert_int_equal(terms_solve(sizes, ARRAY_SIZE(some), &t, NULL), 0);
	assert_terms(&t, &want);
	assert_int_equal(t.vma, want.vma);
	assert_true(t.has_vma && !t.has_pud);
	/* One wrong count, and it is not claimed; nor with no size over. */
	sizes[4].count++;
	assert_int_equal(terms_solve(sizes, ARRAY_SIZE(some), &t, NULL), 0);
	assert_false(t.solved);
	sizes[4].count--;
	assert_int_equal(terms_solve(sizes, ARRAY_SIZE(some) - 1, &t, NULL), 0);
	assert_false(t.solved && t.has_vma);
	/* A mapping every 64 KiB is a part of each page's cost: nothing tells it. */
	for (size_t i = 0; i < ARRAY_SIZE(some); i++)
		sizes[i].vmas = sizes[i].pages / 16;
	assert_int_equal(terms_solve(sizes, ARRAY_SIZE(some), &t, NULL), 0);
	assert_false(t.has_vma);
}

TEST(pud_entries_have_a_term_where_sizes_tell_it)
{
	const struct terms want = { .call = 879, .pud = 31, .pmd = 2, .page = 6 };
	struct terms_size sizes[ALL];
	struct terms t;

	made_up(sizes, ALL, &want);
	assert_int_equal(terms_solve(sizes, ALL, &t, NULL), 0);
	assert_terms(&t, &want);
	assert_true(t.has_pud);
	/* Three of 1 GiB steps, and no size over for a term of their own: nothing is claimed. */
	sizes[3] = sizes[5];
	assert_int_equal(terms_solve(sizes, N, &t, NULL), 0);
	assert_false(t.solved);
}

TEST(the_order_of_sizes_does_not_count)
{
	const struct terms want = { .call = 962, .pmd = 206, .page = 131 };
	struct terms_size sizes[N], swap;
	struct terms t;

	made_up(sizes, N, &want);
	swap = sizes[0];
	sizes[0] = sizes[3];
	sizes[3] = swap;
	assert_int_equal(terms_solve(sizes, N, &t, NULL), 0);
	assert_terms(&t, &want);
}

TEST(one_tick_off_at_any_size_is_not_solved)
{
	const struct terms want = { .call = 983, .pmd = 144, .page = 96 };

	for (size_t spoiled = 0; spoiled < N; spoiled++) {
		struct terms_size sizes[N];
		struct terms t;

		made_up(sizes, N, &want);
		sizes[spoiled].count++;
		assert_int_equal(terms_solve(sizes, N, &t, NULL), 0);
		assert_false(t.solved);
		assert_true(t.residual > 0);
	}
}

TEST(what_grows_faster_than_its_pages_is_not_solved)
{
	struct terms_size sizes[N];
	struct terms t;

	for (size_t i = 0; i < N; i++) {
		sizes[i] = terms_size(0, lengths[i], PAGE, 0, 0);
		sizes[i].count = (int64_t)(sizes[i].pages * sizes[i].pages);
	}
	assert_int_equal(terms_solve(sizes, N, &t, NULL), 0);
	assert_false(t.solved);
}

TEST(parts_of_an_instruction_are_not_solved)
{
	struct terms_size sizes[N];
	struct terms t;

	for (size_t i = 0; i < N; i++) {
		sizes[i] = terms_size(0, lengths[i], PAGE, 0, 0);
		sizes[i].count = (int64_t)sizes[i].pages / 8;
	}
	assert_int_equal(terms_solve(sizes, N, &t, NULL), 0);
	assert_false(t.solved);
}

/* As many as there are terms are always on the model: without one over it says nothing. */
TEST(too_few_sizes_say_so)
{
	const struct terms want = { .call = 983, .pmd = 144, .page = 96 };
	struct terms_size sizes[N];
	struct terms t = { .call = 7 };
	struct err err;

	made_up(sizes, N, &want);
	for (size_t n = 0; n < N; n++) {
		assert_int_equal(terms_solve(sizes, n, &t, &err), -EINVAL);
		assert_non_null(strstr(err.text, "too few sizes"));
	}
	sizes[3] = sizes[2];
	assert_int_equal(terms_solve(sizes, N, &t, &err), -EINVAL);
	assert_int_equal(t.call, 7);
}

TEST(sizes_of_whole_tables_do_not_tell_pages_from_them)
{
	struct terms_size sizes[N];
	struct terms t;
	struct err err;

	for (size_t i = 0; i < N; i++)
		sizes[i] = terms_size(0, (2 * MIB) << (2 * i), PAGE, 0, 1000);
	assert_int_equal(terms_solve(sizes, N, &t, &err), -EINVAL);
	assert_non_null(strstr(err.text, "2 MiB"));
}

TEST(the_largest_counts_are_solved_and_larger_ones_refused)
{
	struct terms_size sizes[ALL];
	struct terms t;

	for (size_t i = 0; i < ALL; i++) {
		sizes[i] = terms_size(0, (64 * KIB) << (5 * i), PAGE, 0, 0);
		if (i == ALL - 1)
			sizes[i] = terms_size(0, TERMS_MAX_PAGES * PAGE, PAGE, 0, 0);
		sizes[i].count = 4000000 * (int64_t)sizes[i].pages;
	}
	assert_int_equal(terms_solve(sizes, ALL, &t, NULL), 0);
	assert_true(t.solved && t.page == 4000000 && !t.pmd && !t.pud && !t.call);
	sizes[1].count = TERMS_MAX_COUNT + 1;
	assert_int_equal(terms_solve(sizes, ALL, &t, NULL), -EDOM);
	sizes[1].count = 0;
	sizes[ALL - 1].pages++;
	assert_int_equal(terms_solve(sizes, ALL, &t, NULL), -EDOM);
	sizes[ALL - 1] = (struct terms_size){ 0 };
	assert_int_equal(terms_solve(sizes, ALL, &t, NULL), -EDOM);
}
