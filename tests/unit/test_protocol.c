// SPDX-License-Identifier: GPL-2.0-only
/* bench/driver/protocol: retries that make progress are told from those that cannot. */
#include "tests/unit/unit.h"

#include <string.h>

#include "bench/driver/protocol.h"

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
	assert_non_null(strstr(note, "8 retries"));
}

TEST_WITH(retries_with_an_old_sequence_never_do, set_up, tear_down)
{
	const char *note;

	collide(3, 3, 192, 192);
	stages[0].injected = stages[1].injected = 3;
	note = only_note("mirror_once_constant");
	assert_non_null(strstr(note, "6 of 6 injected collisions never made progress"));
	assert_non_null(strstr(note, "the sequence was read once"));
	assert_non_null(strstr(note, "its whole budget of 64 retries"));
}

/* Given up as well, but each retry might have succeeded. */
TEST_WITH(being_outrun_is_another_thing, set_up, tear_down)
{
	const char *note;

	collide(3, 1, 70, 0);
	note = only_note("mirror_constant");
	assert_non_null(strstr(note, "2 of 6 collisions were given up"));
	assert_non_null(strstr(note, "faster"));
	assert_null(strstr(note, "never"));
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
