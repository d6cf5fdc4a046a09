// SPDX-License-Identifier: GPL-2.0-only
/*
 * Perf events in the windows of a run: those of the kernel's own are counted with
 * their times, those of a PMU that is not there are missing with a reason, and
 * the run goes on.
 *
 *	test_events PTWALK SPEC
 */
#include "tests/guest/ptwalk_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "tests/unit/find.h"

enum {
	CYCLES,
	TASK,
	FAULTS,
	UNKNOWN,
	NR
};

/* The last is no event of any kernel: perf refuses it for another reason. */
MEASURED(records, "--machine=tcg", "--cpus=2", "--ram=1G", "--workload=anon-pte", "--size=2M,64M",
	 "--op=empty,hmm,hmm_populate", "--iterations=6",
	 "--events=cycles,task-clock,page-faults,1:0x7ffffff0", "--quiet");

static const struct record_series *series(const char *op, uint64_t size)
{
	const struct record_series *s = find_series(&records, 1, op, "", "anon-pte", size);

	assert_non_null(s);
	return s;
}

TEST(every_series_is_there)
{
	assert_int_equal(records.nr_missing, 0);
	assert_int_equal(records.nr_series, 6);
}

TEST(events_are_named_as_they_were_asked_for)
{
	static const char *const names[NR] = { "cycles", "task-clock", "page-faults",
					       "1:0x7ffffff0" };

	for (size_t i = 0; i < records.nr_series; i++) {
		assert_int_equal(records.series[i].nr_events, NR);
		for (size_t k = 0; k < NR; k++)
			assert_string_equal(records.series[i].events[k].name, names[k]);
	}
}

TEST(what_cannot_be_counted_says_why)
{
	const struct record_series *s = series("hmm", 2 * MIB);

	assert_string_equal(s->events[CYCLES].reason, "this machine has no PMU");
	assert_string_equal(s->events[UNKNOWN].reason, "this machine has no such event");
	assert_int_equal(s->events[CYCLES].overhead, RECORD_NO_TICKS);
	assert_string_equal(s->events[TASK].reason, "");
	assert_string_equal(s->events[FAULTS].reason, "");
}

/* Nothing is faulted in but by the op that does that. */
TEST(what_can_be_counted_is)
{
	const struct record_series *small = series("hmm", 2 * MIB);
	const struct record_series *large = series("hmm", 64 * MIB);
	const struct record_series *populate = series("hmm_populate", 2 * MIB);

	assert_true(small->events[TASK].overhead > 0);
	assert_int_equal(small->events[FAULTS].overhead, 0);
	for (size_t i = 0; i < small->nr_samples; i++) {
		assert_true(small->samples[i].events[TASK] > 0);
		assert_int_equal(small->samples[i].events[FAULTS], 0);
		assert_true(large->samples[i].events[TASK] > 0);
	}
	/* Faulted in by the walk, not by a trap: the task has them, perf's event does not. */
	for (size_t i = 0; i < populate->nr_samples; i++) {
		assert_int_equal(populate->samples[i].faults, 2 * MIB / PAGE);
		assert_int_equal(populate->samples[i].events[FAULTS], 0);
	}
}

/* Software events are never multiplexed. */
TEST(they_ran_while_they_were_enabled)
{
	for (size_t i = 0; i < records.nr_series; i++) {
		const struct record_series *s = &records.series[i];

		for (size_t k = 0; k < s->nr_samples; k++) {
			assert_true(s->samples[k].enabled_ns[TASK] > 0);
			assert_int_equal(s->samples[k].running_ns[TASK],
					 s->samples[k].enabled_ns[TASK]);
		}
	}
}

/* The kernel's figure is what CLOCK_MONOTONIC_RAW says, within what a crystal may be off. */
TEST(the_clock_is_checked)
{
	const struct record_boot *b = &records.boots[0];
	double khz = (double)b->tsc_khz, measured = (double)b->tsc_measured_hz / 1e3;

	assert_int_not_equal(b->tsc_measured_hz, RECORD_NO_TICKS);
	if (measured < khz * 0.999 || measured > khz * 1.001)
		fail_msg("%.0f kHz by the kernel, %.3f measured", khz, measured);
	/* TCG's CPU tells neither. */
	assert_int_equal(b->tsc_cpuid_khz, RECORD_NO_TICKS);
	assert_int_equal(b->tsc_hypervisor_khz, RECORD_NO_TICKS);
}

TEST(the_tables_say_so)
{
	char *path = xasprintf("%s/records/report.txt", run_of.folder);
	char *text = fs_read(path, NULL, NULL);

	assert_non_null(text);
	assert_non_null(strstr(text, "events       not counted: cycles: this machine has no PMU"));
	assert_non_null(strstr(text, "Perf events in a window, a page"));
	assert_non_null(strstr(text, "task-clock  page-faults"));
	assert_non_null(strstr(text, "clock        TSC "));
	assert_non_null(strstr(text, "CPUID does not say, hypervisor does not say"));
	free(text);
	free(path);
}
