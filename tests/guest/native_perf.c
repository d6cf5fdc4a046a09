// SPDX-License-Identifier: GPL-2.0-only
/* perf and perf events on the native machine, which here has a clock and no PMU. */
#include <stdlib.h>
#include <string.h>

#include "bench/record/record.h"
#include "tests/guest/abi.h"
#include "tests/guest/native.h"

static void a_profile_is_of_the_walk(void)
{
	static const char *const words[] = {
		"/ptwalk",    "profile", "-q",	  "--machine=native", "--module=/ptwalk.ko",
		"-wanon-pte", "-s64M",	 "-ohmm", "-n1000",	      NULL
	};
	int status = native_ptwalk(words);
	char *said = native_said(), *share = strstr(said, "perf record, ");
	double percent = share ? strtod(share + strlen("perf record, "), NULL) : 0;

	abi_case("profile ends with 0", !status, "status %d: %s", status, said);
	abi_case("the walk is among its functions", strstr(said, "hmm_vma_walk_pmd") != NULL, "%s",
		 said);
	abi_case("95 % of the samples are within windows", percent >= 95, "%.1f", percent);
	free(said);
	native_all_as_before("all is as before a profile");
}

static void events_are_counted(void)
{
	static const char *const words[] = { "--module=/ptwalk.ko",
					     "-q",
					     "-wanon-pte",
					     "-s2M",
					     "-ohmm",
					     "-n8",
					     "--events=cycles,task-clock",
					     "--out=/tmp/events",
					     NULL };
	int status = native_run(words);
	char *said = native_said();
	struct records records;
	struct err err = { "" };

	abi_case("a run with events ends with 0", !status, "status %d: %s", status, said);
	abi_case("that there is no PMU is said",
		 strstr(said, "events       not counted: cycles: this machine has no PMU") != NULL,
		 "%s", said);
	abi_case("times are told in nanoseconds", strstr(said, "Time of a page") != NULL, "%s",
		 said);
	free(said);
	if (records_read("/tmp/events/records.jsonl", &records, &err)) {
		abi_case("its records are whole", false, "%s", err.text);
		return;
	}
	abi_case("task-clock is counted",
		 records.nr_series == 1 && records.series[0].nr_samples == 8 &&
			 records.series[0].samples[0].events[1] > 0,
		 "%zu series", records.nr_series);
	records_release(&records);
}

void native_test_perf(void)
{
	setenv("PATH", "/usr/bin:/usr/sbin:/bin:/sbin", 1);
	a_profile_is_of_the_walk();
	events_are_counted();
}
