// SPDX-License-Identifier: GPL-2.0-only
/* bench/driver/protocol: retries that make progress are told from those that cannot. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>

#include "base/size.h"
#include "bench/driver/series.h"
#include "bench/op/invalidate.h"

#define SAMPLES 2

static struct ptwalk_stages stages[SAMPLES];
static struct ptwalk_sample samples[SAMPLES];
static struct strv notes;

static int set_up(void **state)
{
	(void)state;
	memset(stages, 0, sizeof(stages));
	memset(samples, 0, sizeof(samples));
	for (size_t i = 0; i < SAMPLES; i++)
		stages[i].chunks = 100;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	strv_release(&notes);
	return 0;
}

/* In each of the samples. */
static void collide(uint32_t collided, uint32_t stuck, uint32_t retries, uint64_t futile)
{
	for (size_t i = 0; i < SAMPLES; i++) {
		stages[i].collided = collided;
		stages[i].stuck = stuck;
		stages[i].futile = futile;
		samples[i].retries = retries;
	}
}

static const char *only_note(const char *op)
{
	protocol_notes(op_find(op), stages, samples, SAMPLES, &notes);
	assert_int_equal(notes.n, 1);
	return notes.v[0];
}

TEST_WITH(no_collision_needs_no_word, set_up, tear_down)
{
	protocol_notes(op_find("mirror"), stages, samples, SAMPLES, &notes);
	assert_int_equal(notes.n, 0);
}

TEST_WITH(a_collision_that_did_not_come_is_told, set_up, tear_down)
{
	assert_string_equal(only_note("mirror_rare"), "none of 200 chunks collided");
}

TEST_WITH(retries_with_a_new_sequence_make_progress, set_up, tear_down)
{
	const char *note;

	collide(3, 0, 4, 0);
	note = only_note("mirror_constant");
	assert_non_null(strstr(note, "6 of 6 collisions made progress"));
	assert_non_null(strstr(note, "all pages are mapped after 208 passes over 200 chunks"));
}

/* A run of 100 chunks of a page, of which so many are mapped. */
static int mapped(uint64_t pages, uint64_t budget_ns, struct err *err)
{
	const struct ptwalk_run asked = {
		.len = 100 * PAGE, .done = SAMPLES, .budget = 64, .budget_ns = budget_ns
	};

	for (size_t i = 0; i < SAMPLES; i++) {
		stages[i].mapped = pages;
		samples[i].ticks = 5000;
	}
	return protocol_check(&asked, stages, samples, err);
}

TEST_WITH(retries_with_an_old_sequence_never_map_all, set_up, tear_down)
{
	struct err err = { "" };

	assert_int_equal(mapped(100, 0, &err), 0);
	collide(3, 3, 192, 192);
	assert_int_equal(mapped(97, 0, &err), -EBUSY);
	assert_string_equal(
		err.text,
		"never all mapped: of 100 pages 97 are mapped after 292 passes, 5000 ticks a "
		"call: 3 of 3 chunks that collided were given up after 64 retries each, whose "
		"sequence was read once, before the first: none could succeed");
	assert_int_equal(mapped(97, 1500000, &err), -EBUSY);
	assert_non_null(strstr(err.text, "after 1.5 ms each"));
}

/* Given up as well, but each retry might have succeeded. */
TEST_WITH(being_outrun_is_another_thing, set_up, tear_down)
{
	struct err err = { "" };

	collide(3, 1, 70, 0);
	assert_int_equal(mapped(99, 0, &err), -EBUSY);
	assert_non_null(strstr(err.text, "not all mapped"));
	assert_non_null(strstr(err.text, "1 of 3 chunks"));
	assert_non_null(strstr(err.text, "faster"));
	assert_null(strstr(err.text, "never"));
}

TEST_WITH(budgets_are_passes_or_time, set_up, tear_down)
{
	static const char *const bad[] = { "",	 "0",  "-1", "+1",  " 1",   "65537",
					   "1h", "ms", "0s", "11s", "1.5s", "99999999999999999999s",
					   "8 " };
	struct retry_limit limit;
	struct err err;

	assert_int_equal(retry_limit_parse(NULL, &limit, &err), 0);
	assert_true(!limit.passes && !limit.ns);
	assert_int_equal(retry_limit_parse("8", &limit, &err), 0);
	assert_true(limit.passes == 8 && !limit.ns);
	assert_int_equal(retry_limit_parse("100ms", &limit, &err), 0);
	assert_true(limit.passes == PTWALK_MAX_BUDGET && limit.ns == 100000000);
	assert_int_equal(retry_limit_parse("10s", &limit, &err), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(retry_limit_parse(bad[i], &limit, &err), -EINVAL);
		assert_non_null(strstr(err.text, "--retry-limit"));
	}
}

TEST_WITH(stages_that_did_not_happen_are_not_there, set_up, tear_down)
{
	struct record_series series = { 0 };

	stages[0].times[PTWALK_STAGE_WALK] = 2;
	stages[0].ticks[PTWALK_STAGE_WALK] = 70;
	stages[1].times[PTWALK_STAGE_WALK] = 1;
	stages[1].times[PTWALK_STAGE_INJECT] = 1;
	stages[1].ticks[PTWALK_STAGE_INJECT] = 5;
	protocol_stages(stages, SAMPLES, &series);
	assert_int_equal(series.nr_stages, 2);
	assert_string_equal(series.stages[0].name, "walk");
	assert_int_equal(series.stages[0].ticks[0], 70);
	assert_int_equal(series.stages[0].ticks[1], 0);
	assert_string_equal(series.stages[1].name, "inject");
	assert_int_equal(series.stages[1].ticks[0], RECORD_NO_TICKS);
	assert_int_equal(series.stages[1].ticks[1], 5);
	assert_string_not_equal(series.stages[1].note, "");
	protocol_release(&series);
	assert_int_equal(series.nr_stages, 0);
}
