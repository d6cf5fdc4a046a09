// SPDX-License-Identifier: GPL-2.0-only
/* bench/record/race and bench/report/race: what a race says of itself, and what that comes to. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/record/race.h"
#include "bench/report/render.h"
#include "bench/report/report.h"

static const struct race_record phase = {
	.kind = RACE_PHASE,
	.memory = (char *)"pagemaps",
	.protocol = (char *)"right",
	.walker = (char *)"hmm",
	.phase = (char *)"drain",
	.rounds = 10,
	.overlaps = 10,
	.checks = 5120,
};

static const struct race_record verdict = {
	.kind = RACE_VERDICT,
	.memory = (char *)"pagemaps",
	.protocol = (char *)"right",
	.wrong = (char *)"",
	.walkers = (char *)"hmm",
	.fewest = (char *)"",
	.never = (char *)"",
	.rounds = 10,
	.seed = 7,
};

static enum race_outcome outcome(struct race_record p, struct race_record v)
{
	struct race_record all[] = { p, v };

	return race_outcome(all, ARRAY_SIZE(all));
}

TEST(a_phase_that_no_walker_met_is_not_passed)
{
	struct race_record p = phase;

	assert_int_equal(outcome(phase, verdict), RACE_CLEAN);
	p.overlaps = 0;
	assert_int_equal(outcome(p, verdict), RACE_UNTESTED);
	assert_int_equal(race_outcome(NULL, 0), RACE_UNTESTED);
	assert_int_equal(race_outcome(&phase, 1), RACE_UNTESTED);
}

/* What fails a protocol that is not known to be wrong is what a wrong one is found by. */
TEST(each_kind_of_failure_fails)
{
	static const size_t counts[] = {
		offsetof(struct race_record, stale),  offsetof(struct race_record, stuck),
		offsetof(struct race_record, late),   offsetof(struct race_record, gained),
		offsetof(struct race_record, undead), offsetof(struct race_record, held),
	};
	struct race_record v = verdict;

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++) {
		v = verdict;
		*(uint64_t *)((char *)&v + counts[i]) = 1;
		assert_int_equal(outcome(phase, v), RACE_FAILED);
		v.wrong = (char *)"it never tests";
		assert_int_equal(outcome(phase, v), RACE_CLEAN);
	}
	v = verdict;
	v.never = (char *)"teardown";
	assert_int_equal(outcome(phase, v), RACE_FAILED);
	v = verdict;
	v.wrong = (char *)"it never tests";
	assert_int_equal(outcome(phase, v), RACE_UNTESTED);
}

TEST(what_is_missing_was_not_tested)
{
	struct race_record all[] = { phase,
				     verdict,
				     { .kind = RACE_MISSING,
				       .memory = (char *)"anon",
				       .walker = (char *)"",
				       .phase = (char *)"collapse",
				       .reason = (char *)"not here" } };

	assert_int_equal(race_outcome(all, ARRAY_SIZE(all)), RACE_UNTESTED);
}

/* What nothing that was asked for can show is not held against the race; alone it is none. */
TEST(what_cannot_be_shown_is_told_as_not_looked_for)
{
	const struct race_record unsought = { .kind = RACE_UNSOUGHT,
					      .memory = (char *)"",
					      .protocol = (char *)"sequence_once",
					      .wrong = (char *)"it reads it once",
					      .reason = (char *)"nothing shows it" };
	const struct race_record all[] = { phase, verdict, unsought };
	_cleanup_(sheets_release) struct sheets to = { 0 };
	_cleanup_free_ char *text = NULL;
	size_t len;
	FILE *out;

	assert_int_equal(race_outcome(all, ARRAY_SIZE(all)), RACE_CLEAN);
	assert_int_equal(race_outcome(&unsought, 1), RACE_UNTESTED);
	race_report(all, ARRAY_SIZE(all), false, &to);
	out = open_memstream(&text, &len);
	render_terminal(&to, &(struct pen){ out, RENDER_WIDTH, false });
	fclose(out);
	assert_non_null(strstr(text, "not looked for: nothing shows it"));
	assert_null(strstr(text, "not found"));
}

TEST(records_are_read_as_they_are_written)
{
	char *line = race_line(&verdict), *again;
	struct race_record read;
	struct err err = { 0 };

	assert_int_equal(race_parse(line, strlen(line) - 1, &read, &err), 0);
	assert_string_equal(read.protocol, "right");
	assert_int_equal(read.seed, 7);
	assert_null(read.walker); /* none of its kind */
	again = race_line(&read);
	assert_string_equal(again, line);
	race_record_release(&read);
	free(again);
	free(line);
}

TEST(what_is_no_record_is_refused)
{
	static const struct {
		const char *line, *why;
	} bad[] = {
		{ "", "not a JSON object" },
		{ "[]", "not a JSON object" },
		{ "{}", "kind: none of a race" },
		{ "{\"kind\":\"run\"}", "kind: none of a race" },
		{ "{\"kind\":\"race-missing\"}", "memory: missing" },
		{ "{\"kind\":\"race-missing\",\"memory\":1,\"walker\":\"\",\"phase\":\"\","
		  "\"reason\":\"\"}",
		  "memory: not a string" },
		{ "{\"kind\":\"race-missing\",\"memory\":\"\",\"walker\":\"\",\"phase\":\"\","
		  "\"reason\":\"\",\"seed\":1}",
		  "none of its kind" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct race_record read;
		struct err err = { 0 };

		assert_int_equal(race_parse(bad[i].line, strlen(bad[i].line), &read, &err),
				 -EBADMSG);
		assert_non_null(strstr(err.text, bad[i].why));
	}
}
