// SPDX-License-Identifier: GPL-2.0-only
/*
 * What QEMU's plugin counts of loops whose parts are known (facts_loops.c): each as the one that
 * does nothing, and so much more a round. test_facts_loops PTWALK FACTS_LOOPS
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"
#include "facts/profile.h"

#define ROUNDS 1000

static const char *ptwalk, *loops;

/* What a round has beside the loop itself; lines and pages are those of the whole window. */
struct expected {
	const char *series;
	uint64_t events[FACT_NR_EVENTS];
	uint64_t lines, lines_written;
};

static const struct expected expected[] = {
	{ "nothing", { 0 }, 0, 0 },
	{ "load", { [FACT_INSTRUCTIONS] = 1, [FACT_LOADS] = 1 }, ROUNDS, 0 },
	{ "store", { [FACT_INSTRUCTIONS] = 1, [FACT_STORES] = 1 }, ROUNDS, ROUNDS },
	{ "two_loads_one_line", { [FACT_INSTRUCTIONS] = 2, [FACT_LOADS] = 2 }, ROUNDS, 0 },
	/* The last round's second line is behind the memory. */
	{ "load_over_two_lines", { [FACT_INSTRUCTIONS] = 1, [FACT_LOADS] = 1 }, ROUNDS + 1, 0 },
	{ "locked_inc",
	  { [FACT_INSTRUCTIONS] = 1, [FACT_LOADS] = 1, [FACT_STORES] = 1, [FACT_ATOMICS] = 1 },
	  ROUNDS,
	  ROUNDS },
	{ "plain_inc",
	  { [FACT_INSTRUCTIONS] = 1, [FACT_LOADS] = 1, [FACT_STORES] = 1 },
	  ROUNDS,
	  ROUNDS },
	{ "exchange",
	  { [FACT_INSTRUCTIONS] = 1, [FACT_LOADS] = 1, [FACT_STORES] = 1, [FACT_ATOMICS] = 1 },
	  ROUNDS,
	  ROUNDS },
	{ "branch_not_taken", { [FACT_INSTRUCTIONS] = 2, [FACT_BRANCHES] = 1 }, 0, 0 },
	{ "branch_taken",
	  { [FACT_INSTRUCTIONS] = 2, [FACT_BRANCHES] = 1, [FACT_TAKEN] = 1 },
	  0,
	  0 },
	/* The return address is stored, and loaded again. */
	{ "call",
	  { [FACT_INSTRUCTIONS] = 2,
	    [FACT_LOADS] = 1,
	    [FACT_STORES] = 1,
	    [FACT_TAKEN] = 2,
	    [FACT_CALLS] = 1 },
	  1,
	  1 },
	{ "indirect_call",
	  { [FACT_INSTRUCTIONS] = 3,
	    [FACT_LOADS] = 1,
	    [FACT_STORES] = 1,
	    [FACT_TAKEN] = 2,
	    [FACT_ICALLS] = 1 },
	  1,
	  1 },
	{ "call_over_two_pages",
	  { [FACT_INSTRUCTIONS] = 5,
	    [FACT_LOADS] = 1,
	    [FACT_STORES] = 1,
	    [FACT_BRANCHES] = 1,
	    [FACT_TAKEN] = 3,
	    [FACT_CALLS] = 1 },
	  1,
	  1 },
	/* Without ERMS a repeated instruction of n rounds is counted n + 1 times. */
	{ "repeated_store", { [FACT_INSTRUCTIONS] = 13, [FACT_STORES] = 8 }, ROUNDS, ROUNDS },
};

static char *count(const char *folder, const char *name)
{
	char *file = xasprintf("%s/%s", folder, name), *option = xasprintf("--facts=%s", file);
	const char *const argv[] = { ptwalk, "guest", option, "--", loops, NULL };
	struct err err = { 0 };

	if (proc_run(argv, &(struct proc_options){ .timeout_seconds = 120 }, &err))
		fail_msg("%s", err.text);
	free(option);
	return file;
}

static void check(const struct profiles *profiles, const struct expected *e)
{
	const struct facts_profile *none = profiles_find(profiles, "nothing");
	const struct facts_profile *p = profiles_find(profiles, e->series);
	struct fact_memory memory;

	if (!none || !p) {
		fail_msg("%s is not in the file", none ? e->series : "nothing");
		return;
	}
	for (int i = 0; i < FACT_NR_EVENTS; i++)
		if (p->facts.events[i] != none->facts.events[i] + ROUNDS * e->events[i])
			fail_msg("%s: %llu %s, %llu without", e->series,
				 (unsigned long long)p->facts.events[i], fact_event_name(i),
				 (unsigned long long)none->facts.events[i]);
	memory = facts_memory(&p->facts);
	assert_int_equal(memory.lines, e->lines);
	assert_int_equal(memory.lines_written, e->lines_written);
	assert_int_equal(memory.reads, p->facts.events[FACT_LOADS]);
	assert_int_equal(memory.writes, p->facts.events[FACT_STORES]);
}

TEST(known_loops_are_counted_exactly)
{
	char folder[] = "/tmp/ptwalk-facts-XXXXXX";
	struct profiles profiles;
	struct err err = { 0 };
	char *file, *again, *a, *b;

	assert_non_null(mkdtemp(folder));
	file = count(folder, "one");
	again = count(folder, "two");
	if (profiles_read(file, &profiles, &err))
		fail_msg("%s", err.text);
	assert_int_equal(profiles.n, ARRAY_SIZE(expected));
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
		check(&profiles, &expected[i]);
	/* The whole array is touched, by its kind. */
	assert_int_equal(profiles_find(&profiles, "load")->facts.memory[FACT_KIND_ARRAY].lines,
			 ROUNDS);
	assert_int_equal(profiles_find(&profiles, "call")->facts.memory[FACT_KIND_STACK].lines, 1);
	profiles_release(&profiles);

	a = fs_read(file, NULL, NULL);
	b = fs_read(again, NULL, NULL);
	assert_string_equal(a, b);
	free(a);
	free(b);
	assert_int_equal(fs_remove(folder, NULL), 0);
	free(file);
	free(again);
}

static int begin(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	ptwalk = argv[1];
	loops = argv[2];
	return 0;
}

UNIT_GROUP(.begin = begin);
