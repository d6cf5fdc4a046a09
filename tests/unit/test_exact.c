// SPDX-License-Identifier: GPL-2.0-only
/* bench/stats/exact: counts are compared bit for bit; any difference is one. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "bench/stats/cost.h"
#include "tests/unit/near.h"

static const struct exact_floors none = { 0 };

static int compare(uint64_t base, uint64_t new, const struct exact_floors *floors,
		   struct exact *exact)
{
	return exact_compare(&base, 1, &new, 1, floors, exact, NULL);
}

static void the_first_that_differs_is_found(void **state)
{
	static const uint64_t counts[] = { 5, 5, 6, 5, 7 };
	size_t first;

	(void)state;
	assert_false(exact_constant(counts, 5, &first));
	assert_int_equal(first, 2);
	assert_true(exact_constant(counts, 2, &first));
	assert_int_equal(first, 2);
	assert_true(exact_constant(counts, 1, &first));
	assert_true(exact_constant(counts, 0, &first));
	assert_int_equal(first, 0);
}

static void one_instruction_is_a_difference(void **state)
{
	struct exact exact;

	(void)state;
	assert_int_equal(compare(9628000, 9628001, &none, &exact), 0);
	assert_int_equal(exact.difference, 1);
	assert_near(exact.relative, 1.0 / 9628000, 1e-15);
	assert_true(exact.alarm);
	assert_int_equal(compare(9628000, 9627999, &none, &exact), 0);
	assert_int_equal(exact.difference, -1);
	assert_true(exact.alarm);
	assert_int_equal(compare(9628000, 9628000, &none, &exact), 0);
	assert_int_equal(exact.difference, 0);
	assert_false(exact.alarm);
	/* No double tells these two apart. */
	assert_int_equal(compare((1ull << 60) + 1, (1ull << 60) + 2, &none, &exact), 0);
	assert_int_equal(exact.difference, 1);
	assert_true(exact.alarm);
}

static void both_floors_must_be_passed(void **state)
{
	static const struct exact_floors floors = { .absolute = 10, .relative = 0.01 };
	static const struct {
		uint64_t base, new;
		bool alarm;
	} cases[] = { { 1000, 1010, false },   { 1000, 1011, true },	   { 1000, 989, true },
		      { 10000, 10100, false }, { 10000, 10101, true },	   { 100, 110, false },
		      { 100, 111, true },      { 1000000, 1000011, false } };
	struct exact exact;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(compare(cases[i].base, cases[i].new, &floors, &exact), 0);
		assert_int_equal(exact.alarm, cases[i].alarm);
		assert_int_not_equal(exact.difference, 0);
	}
}

static void from_nothing_is_infinitely_more(void **state)
{
	struct exact exact;

	(void)state;
	assert_int_equal(compare(0, 3, &none, &exact), 0);
	assert_true(isinf(exact.relative) && exact.relative > 0 && exact.alarm);
	assert_int_equal(compare(0, 0, &none, &exact), 0);
	assert_near(exact.relative, 0, 0);
	assert_false(exact.alarm);
	assert_int_equal(compare(3, 0, &none, &exact), 0);
	assert_near(exact.relative, -1, 0);
}

static void what_did_not_repeat_is_not_compared(void **state)
{
	static const uint64_t good[] = { 5, 5 }, bad[] = { 5, 6 };
	struct exact exact = { .difference = 77 };
	struct err err;

	(void)state;
	assert_int_equal(exact_compare(bad, 2, good, 2, &none, &exact, &err), -EILSEQ);
	assert_non_null(strstr(err.text, "base is not repeatable: sample 1 is 6"));
	assert_int_equal(exact_compare(good, 2, bad, 2, &none, &exact, &err), -EILSEQ);
	assert_non_null(strstr(err.text, "new is not repeatable"));
	assert_int_equal(exact_compare(good, 0, good, 2, &none, &exact, &err), -EINVAL);
	assert_int_equal(exact_compare(good, 2, good, 0, &none, &exact, &err), -EINVAL);
	assert_int_equal(compare(0, UINT64_MAX, &none, &exact), -ERANGE);
	assert_int_equal(compare(UINT64_MAX, 0, &none, &exact), -ERANGE);
	assert_int_equal(exact.difference, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_that_differs_is_found),
		cmocka_unit_test(one_instruction_is_a_difference),
		cmocka_unit_test(both_floors_must_be_passed),
		cmocka_unit_test(from_nothing_is_infinitely_more),
		cmocka_unit_test(what_did_not_repeat_is_not_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
