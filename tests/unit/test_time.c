// SPDX-License-Identifier: GPL-2.0-only
/* bench/report: ticks become time by the TSC's frequency, and disturbed samples are set apart. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"
#include "tests/unit/printed.h"

#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"

#define NAME  "hmm/devdax-pte/1G"
#define PAGES (GIB / PAGE)

/* The fake run of another machine, whose TSC has 2 GHz in the first boot and 1 GHz in the second. */
static void fake_machine(struct records *records, const char *machine)
{
	fake_run(records);
	free(records->run.machine);
	records->run.machine = xstrdup(machine);
	records->run.exact = false;
	records->run.functional = !strcmp(machine, "tcg");
	records->boots[0].tsc_khz = 2000000;
	records->boots[0].tsc_measured_hz = 2000010000;
	records->boots[1].tsc_measured_hz = 1000001000;
}

static void set_ticks(struct record_series *s, uint64_t a, uint64_t b, uint64_t c)
{
	s->samples[0].ticks = a * PAGES + s->overhead;
	s->samples[1].ticks = b * PAGES + s->overhead;
	s->samples[2].ticks = c * PAGES + s->overhead;
}

static void has(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("no \"%s\" in: %s", what, text);
}

/* Each boot by its own frequency; what was disturbed has a figure of its own. */
TEST(disturbed_samples_are_set_apart)
{
	struct record_series *s;
	struct records records;
	char *text;

	fake_machine(&records, "native");
	s = fake_series(&records, 1, NAME);
	set_ticks(s, 20, 20, 90);
	s->samples[2].flags |= PTWALK_SAMPLE_DISTURBED;
	set_ticks(fake_series(&records, 2, NAME), 10, 11, 12);
	text = printed_text(&records);
	has(text, "devdax-pte  hmm           1G      10.50        5      45.00        1");
	has(text, "] no sample was disturbed");
	free(text);
	records_release(&records);
}

TEST(where_all_are_disturbed_there_is_no_other_figure)
{
	struct records records;
	char *text;

	fake_machine(&records, "native");
	for (unsigned boot = 1; boot <= 2; boot++) {
		struct record_series *s = fake_series(&records, boot, NAME);

		for (size_t k = 0; k < s->nr_samples; k++)
			s->samples[k].flags |= PTWALK_SAMPLE_DISTURBED;
	}
	text = printed_text(&records);
	has(text, "every sample was disturbed");
	free(text);
	records_release(&records);
}

TEST(the_clock_that_is_farthest_off_is_told)
{
	struct records records;
	char *text;

	fake_machine(&records, "native");
	records.boots[0].tsc_cpuid_khz = 2000000;
	text = printed_text(&records);
	has(text, "clock        TSC 2000.000 MHz by the kernel, measured 2000.010 (+5 ppm); CPUID\n"
		  "             2000.000, hypervisor does not say\n");
	free(text);
	records.boots[1].tsc_measured_hz = 999000000;
	records.boots[1].tsc_hypervisor_khz = 999001;
	text = printed_text(&records);
	has(text,
	    "clock        TSC 1000.000 MHz by the kernel, measured 999.000 (-1000 ppm); CPUID\n"
	    "             does not say, hypervisor 999.001: TOO FAR OFF, times are wrong\n");
	free(text);
	records_release(&records);
}

TEST(instructions_are_not_time)
{
	struct records records;
	char *text;

	fake_run(&records);
	text = printed_text(&records);
	assert_null(strstr(text, "Time of a page"));
	assert_null(strstr(text, "TSC"));
	free(text);
	records_release(&records);
	fake_machine(&records, "tcg");
	text = printed_text(&records);
	assert_null(strstr(text, "Time of a page"));
	has(text, "clock        TSC ");
	free(text);
	records_release(&records);
}
