/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every cmocka test includes, in the order cmocka wants it. A test is registered where it
 * is, and the program's main is that of unit.c:
 *
 *	TEST(what_it_promises)
 *	{
 *		assert_int_equal(...);
 *	}
 *
 * They run in the order of the file, all of them or those whose names match the argument.
 */
#ifndef PTWALK_TESTS_UNIT_H
#define PTWALK_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct unit_test {
	struct CMUnitTest test;
	unsigned int line;
};

/* What is made before a program's tests, and removed after them. */
struct unit_group {
	int (*setup)(void **state), (*teardown)(void **state); /* NULL: nothing */
	/* Takes the program's arguments. Returns: 0, or the exit status. NULL: see above. */
	int (*begin)(int argc, char **argv);
};

extern const struct unit_group unit_group;

#define UNIT_GROUP(...) const struct unit_group unit_group = { __VA_ARGS__ }

#define TEST(name) TEST_WITH(name, NULL, NULL)

/* Between its own set-up and tear-down, which tell it of *state; each may be NULL. */
#define TEST_WITH(name, setup, teardown) \
	static void name(void **state);  \
	TEST_RUN(name, setup, teardown); \
	static void name(void **state __attribute__((unused)))

/* One more run of a test that has no TEST() of its own. */
#define TEST_RUN(name, setup, teardown)	       TEST_RUN_AT(name, setup, teardown, __COUNTER__)
#define TEST_RUN_AT(name, setup, teardown, nr) TEST_RUN_AS(name, setup, teardown, nr)
#define TEST_RUN_AS(name, setup, teardown, nr)                                                   \
	static const struct unit_test unit_test_##nr = { { #name, name, setup, teardown, NULL }, \
							 __LINE__ };                             \
	static const struct unit_test *const unit_test_at_##nr                                   \
		__attribute__((used, section("unit_tests"))) = &unit_test_##nr

#endif
