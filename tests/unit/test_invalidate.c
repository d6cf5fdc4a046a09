// SPDX-License-Identifier: GPL-2.0-only
/* bench/op/invalidate: a thread changes memory for as long as it is let, and says what fails. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>

#include "base/size.h"
#include "bench/op/invalidate.h"

#define LEN (16 * PAGE)

static char *map(void)
{
	char *p = mmap(NULL, LEN, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(p, MAP_FAILED);
	memset(p, 1, LEN);
	return p;
}

static struct invalidator of(const char *name, char *addr)
{
	struct invalidator in = { .addr = addr, .len = LEN, .granule = PAGE };
	struct err err;

	assert_int_equal(invalidation_find(name, &in.how, &err), 0);
	return in;
}

/* Until it has gone round the range; on one CPU it must be refused. */
static bool run(struct invalidator *in)
{
	struct err err;
	int ret = invalidator_start(in, &err);

	if (!invalidator_possible()) {
		assert_int_equal(ret, -EOPNOTSUPP);
		return false;
	}
	assert_int_equal(ret, 0);
	while (in->changes < 2 * LEN / PAGE)
		sched_yield();
	assert_int_equal(invalidator_stop(in, &err), 0);
	return true;
}

static void protection_is_given_back(void **state)
{
	char *p = map();
	struct invalidator in = of("mprotect", p);

	(void)state;
	run(&in);
	for (size_t i = 0; i < LEN; i += PAGE) {
		assert_int_equal(p[i], 1);
		p[i] = 2;
	}
	munmap(p, LEN);
}

static void every_page_is_mapped_anew(void **state)
{
	char *p = map();
	struct invalidator in = of("remap", p);

	(void)state;
	if (run(&in))
		for (size_t i = 0; i < LEN; i += PAGE)
			assert_int_equal(p[i], 0);
	munmap(p, LEN);
}

static void what_cannot_be_done_is_said_at_once(void **state)
{
	struct invalidator in = of("mprotect", (char *)PAGE);
	struct err err;

	(void)state;
	assert_int_equal(invalidator_start(&in, &err), -ENOMEM);
	assert_non_null(strstr(err.text, "mprotect"));
}

static void what_fails_later_is_said_at_the_end(void **state)
{
	char *p = map();
	struct invalidator in = of("mprotect", p);
	struct err err;

	(void)state;
	if (invalidator_possible()) {
		assert_int_equal(invalidator_start(&in, &err), 0);
		munmap(p, LEN);
		while (!in.error)
			sched_yield();
		assert_int_equal(invalidator_stop(&in, &err), -ENOMEM);
	} else {
		munmap(p, LEN);
	}
}

static void an_unknown_way_names_the_known_ones(void **state)
{
	const struct invalidation *how;
	struct err err;

	(void)state;
	assert_int_equal(invalidation_find("magic", &how, &err), -EINVAL);
	assert_non_null(strstr(err.text, "'magic'; there are: mprotect, remap, migrate"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(protection_is_given_back),
		cmocka_unit_test(every_page_is_mapped_anew),
		cmocka_unit_test(what_cannot_be_done_is_said_at_once),
		cmocka_unit_test(what_fails_later_is_said_at_the_end),
		cmocka_unit_test(an_unknown_way_names_the_known_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
