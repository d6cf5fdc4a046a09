// SPDX-License-Identifier: GPL-2.0-only
/* libbenchmark through the C API: more benchmarks than one of its runs begins well. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/driver/gbench.h"

#define ALL   1300
#define TURNS 2

static unsigned int ran[ALL], done, out_of_order;

static void measure(struct gbench_state *state, void *arg)
{
	while (gbench_keep_running(state)) {
		gbench_set_iteration_seconds(state, 1e-6);
		++*(unsigned int *)arg;
	}
}

static void on_done(const char *name, void *arg)
{
	(void)arg;
	out_of_order += (unsigned int)atoi(strchr(name, '/') + 1) != done++;
}

static void give(int argc, const char *flag)
{
	static char program[] = "test", text[64]; /* the library keeps the pointer */
	char *argv[] = { program, text, NULL };

	snprintf(text, sizeof(text), "%s", flag);
	gbench_init(&argc, argv);
}

TEST(groups_run_one_after_another)
{
	size_t most = gbench_most(), runs = 0;

	assert_in_range(most, 1, ALL / 2);
	for (unsigned int i = 0; i < ALL; i++) {
		char name[32];

		snprintf(name, sizeof(name), "all/%u", i);
		gbench_register(name, measure, &ran[i], TURNS);
		if (i + 1 == ALL || (i + 1) % most == 0) {
			gbench_run(on_done, NULL);
			runs++;
		}
	}
	assert_int_equal(runs, (ALL + most - 1) / most);
	assert_int_equal(done, ALL);
	assert_int_equal(out_of_order, 0);
	for (unsigned int i = 0; i < ALL; i++)
		assert_int_equal(ran[i], TURNS);
}

/* A file would hold the last group alone. */
TEST(a_file_has_all_in_one)
{
	give(2, "--benchmark_out=/dev/null");
	assert_true(gbench_most() > ALL);
}

static int give_nothing(void **state)
{
	(void)state;
	give(1, "");
	return 0;
}

UNIT_GROUP(give_nothing, NULL);
