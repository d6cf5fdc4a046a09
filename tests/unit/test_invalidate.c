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

TEST(protection_is_given_back)
{
	char *p = map();
	struct invalidator in = of("mprotect", p);

	run(&in);
	for (size_t i = 0; i < LEN; i += PAGE) {
		assert_int_equal(p[i], 1);
		p[i] = 2;
	}
	munmap(p, LEN);
}

TEST(every_page_is_mapped_anew)
{
	char *p = map();
	struct invalidator in = of("remap", p);

	if (run(&in))
		for (size_t i = 0; i < LEN; i += PAGE)
			assert_int_equal(p[i], 0);
	munmap(p, LEN);
}

TEST(what_cannot_be_done_is_said_at_once)
{
	struct invalidator in = of("mprotect", (char *)PAGE);
	struct err err;

	assert_int_equal(invalidator_start(&in, &err), -ENOMEM);
	assert_non_null(strstr(err.text, "mprotect"));
}

TEST(what_fails_later_is_said_at_the_end)
{
	char *p = map();
	struct invalidator in = of("mprotect", p);
	struct err err;

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

TEST(an_unknown_way_names_the_known_ones)
{
	const struct invalidation *how;
	struct err err;

	assert_int_equal(invalidation_find("magic", &how, &err), -EINVAL);
	assert_non_null(strstr(err.text, "'magic'; there are: mprotect, remap, migrate"));
}
