// SPDX-License-Identifier: GPL-2.0-only
/* bench/record: what is written is read back, and what an older schema wrote. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_events.h"
#include "tests/unit/fake_run.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "bench/record/record.h"
#include "tests/unit/find.h"

TEST(every_kind_comes_back_as_it_was)
{
	for (enum record_kind kind = RECORD_RUN; kind <= RECORD_END; kind++) {
		char *line = fake_line(kind), *again;
		struct record record;

		assert_int_equal(record_parse(line, strlen(line), RECORD_SCHEMA, &record, NULL), 0);
		assert_int_equal(record.kind, kind);
		again = record_line(&record);
		assert_string_equal(again, line);
		assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
		record_release(&record);
		free(again);
		free(line);
	}
}

TEST(a_series_keeps_every_value)
{
	char *line = fake_line(RECORD_SERIES);
	struct record was, is;

	fake_record(RECORD_SERIES, &was);
	assert_int_equal(record_parse(line, strlen(line), RECORD_SCHEMA, &is, NULL), 0);
	assert_memory_equal(&is.series.proof, &was.series.proof, sizeof(is.series.proof));
	assert_int_equal(is.series.nr_events, 3);
	for (size_t i = 0; i < is.series.nr_events; i++) {
		const struct record_event *now = &is.series.events[i],
					  *then = &was.series.events[i];

		assert_string_equal(now->name, then->name);
		assert_int_equal(now->type, then->type);
		assert_int_equal(now->config, then->config);
		assert_int_equal(now->config1, then->config1);
		assert_int_equal(now->config2, then->config2);
		assert_int_equal(now->overhead, then->overhead);
		assert_string_equal(now->reason, then->reason);
	}
	assert_int_equal(is.series.nr_samples, FAKE_SAMPLES);
	assert_memory_equal(is.series.samples, was.series.samples,
			    FAKE_SAMPLES * sizeof(*is.series.samples));
	assert_true(is.series.has_pfns);
	assert_true(is.series.has_entries);
	assert_int_equal(is.series.entry_sum, was.series.entry_sum);
	assert_int_equal(is.series.result_node, -1);
	assert_string_equal(is.series.policy, "entry");
	assert_string_equal(is.series.placement.name, RECORD_LOCAL);
	assert_int_equal(is.series.placement.cpu, -1);
	assert_int_equal(is.series.placement.tables, 0);
	assert_int_equal(is.series.placement.pages, -1);
	assert_int_equal(is.series.placement.result, 63);
	assert_int_equal(is.series.threads, 3);
	assert_int_equal(is.series.mms, 2);
	assert_int_equal(is.series.nr_stages, 2);
	assert_string_equal(is.series.stages[1].name, "again");
	assert_string_equal(is.series.stages[1].note, "after a collision");
	assert_memory_equal(is.series.stages[1].ticks, was.series.stages[1].ticks,
			    FAKE_SAMPLES * sizeof(*is.series.stages[1].ticks));
	assert_int_equal(is.series.notes.n, 2);
	assert_string_equal(is.series.notes.v[1], "another");
	record_release(&was);
	record_release(&is);
	free(line);
}

TEST(an_event_that_is_not_counted_has_null_and_not_zero)
{
	char *line = fake_line(RECORD_SERIES);

	assert_non_null(strstr(line, ",[1001,1002,0],[0,0,1003],null]"));
	assert_non_null(strstr(line, "\"overhead\":null,\"reason\":\"this machine has no PMU\""));
	free(line);
}

TEST(an_op_without_pfns_has_null_and_not_zero)
{
	struct record record;
	char *line;

	fake_record(RECORD_SERIES, &record);
	record.series.has_pfns = false;
	line = record_line(&record);
	record_release(&record);
	assert_non_null(strstr(line, "\"pfns\":null"));
	assert_int_equal(record_parse(line, strlen(line), RECORD_SCHEMA, &record, NULL), 0);
	assert_false(record.series.has_pfns);
	record_release(&record);
	free(line);
}

TEST(an_array_without_entries_has_a_null_sum_of_them)
{
	struct record record;
	char *line;

	fake_record(RECORD_SERIES, &record);
	record.series.has_entries = false;
	line = record_line(&record);
	record_release(&record);
	assert_non_null(strstr(line, "\"entry_sum\":null"));
	assert_int_equal(record_parse(line, strlen(line), RECORD_SCHEMA, &record, NULL), 0);
	assert_true(record.series.has_pfns);
	assert_false(record.series.has_entries);
	record_release(&record);
	free(line);
}

/* A line of @kind with the first events of a series alone. */
static char *with_events(enum record_kind kind, size_t n)
{
	struct record record;
	char *line;

	fake_record(kind, &record);
	while (kind == RECORD_SERIES && record.series.nr_events > n) {
		struct record_event *last = &record.series.events[--record.series.nr_events];

		free(last->name);
		free(last->reason);
	}
	line = record_line(&record);
	record_release(&record);
	return line;
}

/* A line of this schema without what schema 1 did not have. */
static char *of_schema_1(enum record_kind kind)
{
	char *line = with_events(kind, 0), *from = strstr(line, "\"placement\":"), *to, *old;
	const char *next = kind == RECORD_SERIES ? "\"overhead\":" : "\"reason\":";

	assert_non_null(from);
	to = strstr(from, next);
	assert_non_null(to);
	old = xasprintf("%.*s%s", (int)(from - line), line, to);
	free(line);
	to = strstr(old, ",\"stages\":");
	if (to)
		strcpy(to, "}\n");
	/* The last fields of the proof. */
	to = strstr(old, ",\"device_private_pages\":");
	if (to)
		memmove(to, strchr(to, '}'), strlen(strchr(to, '}')) + 1);
	to = strstr(old, ",\"wrong\":");
	if (to)
		strcpy(to, "}\n");
	return old;
}

TEST(an_older_schema_has_what_was_true_then)
{
	char *line = of_schema_1(RECORD_SERIES);
	struct record record;

	assert_int_equal(record_parse(line, strlen(line), 1, &record, NULL), 0);
	assert_string_equal(record.series.placement.name, RECORD_LOCAL);
	assert_int_equal(record.series.placement.cpu, -1);
	assert_int_equal(record.series.placement.result, -1);
	assert_int_equal(record.series.threads, 1);
	assert_int_equal(record.series.mms, 1);
	assert_int_equal(record.series.nr_stages, 0);
	assert_int_equal(record.series.notes.n, 0);
	assert_int_equal(record.series.nr_samples, FAKE_SAMPLES);
	assert_int_equal(record.series.proof.device_private_pages, 0);
	assert_int_equal(record.series.proof.device_own_sum, 0);
	/* Its sums are those of former times. */
	assert_false(record.series.proof.flags & PTWALK_INSPECT_HASH);
	record_release(&record);
	free(line);
	line = of_schema_1(RECORD_MISSING);
	assert_int_equal(record_parse(line, strlen(line), 1, &record, NULL), 0);
	assert_string_equal(record.missing.placement, RECORD_LOCAL);
	assert_int_equal(record.missing.threads, 1);
	assert_false(record.missing.wrong);
	record_release(&record);
	free(line);
}

static char *without(char *line, const char *from, const char *to)
{
	char *at = strstr(line, from), *end = at ? strstr(at, to) : NULL;

	if (end)
		memmove(at, end, strlen(end) + 1);
	else
		fail_msg("no '%s' before a '%s' in %s", from, to, line);
	return line;
}

/* Schema 2 knew of an event what the kernel is asked for, and no more. */
TEST(an_older_event_has_no_name_and_an_unknown_overhead)
{
	char *line = with_events(RECORD_SERIES, 1), *at = strstr(line, "\"events\":[{\"name\":"),
	     *end;
	struct err err = { "" };
	struct record record;

	assert_non_null(at);
	at += strlen("\"events\":[{");
	end = strstr(at, "\"type\":");
	memmove(at, end, strlen(end) + 1);
	at = strstr(at, ",\"config1\":");
	end = strchr(at, '}');
	memmove(at, end, strlen(end) + 1);
	without(line, ",\"flags\":0,\"entry_sum\"", "},\"events\":");
	without(line, ",\"varies\":", "}\n");
	assert_int_equal(record_parse(line, strlen(line), 3, &record, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "events: 0: name: missing"));
	without(line, ",\"warm_up\":", "}\n");
	if (record_parse(line, strlen(line), 2, &record, &err))
		fail_msg("%s", err.text);
	assert_int_equal(record.series.warm_up, 0);
	assert_string_equal(record.series.cache, "warm");
	assert_string_equal(record.series.events[0].name, "");
	assert_int_equal(record.series.events[0].type, 4);
	assert_int_equal(record.series.events[0].config1, 0);
	assert_int_equal(record.series.events[0].overhead, RECORD_NO_TICKS);
	assert_int_equal(record.series.samples[1].events[0], 1001);
	record_release(&record);
	free(line);
}

TEST(an_older_run_was_measured_by_itself)
{
	char *line = without(fake_line(RECORD_RUN), ",\"quiet\":", "}\n");
	struct record record;

	assert_int_equal(record_parse(line, strlen(line), 3, &record, NULL), -EBADMSG);
	strstr(line, "\"schema\":")[strlen("\"schema\":")] = '2';
	assert_int_equal(record_parse(line, strlen(line), 3, &record, NULL), 0);
	assert_string_equal(record.run.sampling.order, "");
	assert_false(record.run.method_evidence);
	record_release(&record);
	free(line);
}

/* Then the machine alone said what its figures are, and there was one arch. */
TEST(an_older_run_is_of_what_its_machine_was)
{
	static const struct {
		const char *machine;
		bool functional;
		const char *replicate;
	} former[] = {
		{ "exact", false, "boot" },
		{ "tcg", true, "boot" },
		{ "kvm", false, "boot" },
		{ "native", false, "round" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(former); i++) {
		struct record record;
		char *line;

		fake_record(RECORD_RUN, &record);
		free(record.run.machine);
		record.run.machine = xstrdup(former[i].machine);
		line = record_line(&record);
		record_release(&record);
		/* A run of today says it itself. */
		assert_int_equal(record_parse(line, strlen(line), RECORD_SCHEMA, &record, NULL), 0);
		assert_false(record.run.functional);
		record_release(&record);
		line = without(line, ",\"functional\":", "}\n");
		strstr(line, "\"schema\":")[strlen("\"schema\":")] = '3';
		assert_int_equal(record_parse(line, strlen(line), RECORD_SCHEMA, &record, NULL), 0);
		assert_int_equal(record.run.functional, former[i].functional);
		assert_string_equal(record.run.replicate, former[i].replicate);
		assert_string_equal(record.run.arch, RECORD_ARCH);
		assert_int_equal(record.run.page_size, RECORD_PAGE);
		record_release(&record);
		free(line);
	}
}

/* What schema 4 does not tell is not known, and its series are as right as they were. */
TEST(a_series_of_schema_4_has_no_mappings)
{
	char *line = without(without(with_events(RECORD_SERIES, 0), ",\"vmas\":", "},"),
			     ",\"blocks\":", "}\n");
	struct record record;

	assert_int_equal(record_parse(line, strlen(line), RECORD_SCHEMA, &record, NULL), -EBADMSG);
	assert_int_equal(record_parse(line, strlen(line), 4, &record, NULL), 0);
	assert_int_equal(record.series.proof.vmas, 0);
	assert_int_equal(record.series.proof.error_pages, 0);
	assert_int_equal(record.series.blocks.entries[PTWALK_LEVEL_PTE], 0);
	record_release(&record);
	free(line);
}

TEST(a_schema_is_held_to_its_own_fields)
{
	static const enum record_kind kinds[] = { RECORD_SERIES, RECORD_MISSING };
	struct record record;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		char *new = with_events(kinds[i], 0), *old = of_schema_1(kinds[i]);
		struct err err = { "" };

		assert_int_equal(record_parse(old, strlen(old), 2, &record, &err), -EBADMSG);
		assert_non_null(strstr(err.text, "placement: missing"));
		assert_int_equal(record_parse(new, strlen(new), 1, &record, &err), -EBADMSG);
		assert_non_null(strstr(err.text, "placement: not a field"));
		free(old);
		free(new);
	}
}

TEST(text_that_no_reader_takes_is_cleaned)
{
	struct record record;
	char *line;

	fake_record(RECORD_BOOT, &record);
	free(record.boot.cpu);
	record.boot.cpu = xstrdup("a\033[31m\xff\n\xc2\x9b b");
	line = record_line(&record);
	record_release(&record);
	assert_int_equal(record_parse(line, strlen(line), RECORD_SCHEMA, &record, NULL), 0);
	assert_string_equal(record.boot.cpu, "a?[31m???? b");
	record_release(&record);
	free(line);
}

TEST(a_value_is_the_least_without_the_overhead)
{
	struct record record;

	fake_record(RECORD_SERIES, &record);
	record.series.samples[0].ticks = 3 * 16384 + 7;
	assert_true(find_count(&record.series) == 3 * 16384);
	assert_true(find_page(&record.series) == 3);
	record.series.samples[0].ticks = 3;
	assert_true(find_count(&record.series) == 0);
	record.series.nr_samples = 0;
	assert_true(isnan(find_count(&record.series)));
	assert_true(isnan(find_page(&record.series)));
	record_release(&record);
}

/* What those of former times did not name is in no environment that is kept: no history splits for it. */
TEST(archs_and_events_are_environments)
{
	_cleanup_(records_release) struct records x86 = { 0 };
	struct environment here, there;

	fake_run(&x86);
	environment_of(&x86, &here);
	assert_string_equal(environment_get(&here, "arch"), RECORD_ARCH);
	for (size_t i = 0; i < here.n; i++)
		assert_int_equal(environment_field_told(&here.fields[i]),
				 strcmp(here.fields[i].name, "arch") != 0 &&
					 strcmp(here.fields[i].name, "perf events") != 0);
	free(x86.run.arch);
	x86.run.arch = xstrdup("arm64");
	fake_event(&x86, &(struct fake_event){ .name = "page-faults", .of_cost = 1 });
	environment_of(&x86, &there);
	assert_string_equal(environment_get(&here, "perf events"), "");
	assert_string_equal(environment_get(&there, "perf events"), "counted");
	assert_string_equal(environment_get(&there, "arch"), "arm64");
	for (size_t i = 0; i < there.n; i++)
		assert_true(environment_field_told(&there.fields[i]));
}
