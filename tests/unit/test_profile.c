// SPDX-License-Identifier: GPL-2.0-only
/* bench/profile: samples go to the series that was measured then, inside a window or outside. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "bench/import/profile.h"

static const char windows[] = "10.000000000 11.000000000 hmm/anon-pte/64M\n"
			      "12.000000000 13.000000000 walk/none/anon-pte/64M\n"
			      "14.000000000 15.000000000 hmm/anon-pte/64M\n";

/* Two in hmm's windows, one between them; one of the replica's; one of no series. */
static const char script[] = "   10.500000000: \n"
			     "\tffffffff81000001 vm_normal_page ([kernel.kallsyms])\n"
			     "\tffffffff81000002 hmm_range_fault ([kernel.kallsyms])\n"
			     "\tffffffffc0000003 window_hmm ([ptwalk])\n"
			     "\tffffffffc0000004 run_window ([ptwalk])\n"
			     "\t           fc230 __ioctl (/lib/x86_64-linux-gnu/libc.so.6)\n"
			     "\n"
			     "   10.600000000: \n"
			     "\tffffffff81000009 memset ([kernel.kallsyms])\n"
			     "\tffffffffc0000004 run_samples ([kernel.kallsyms])\n"
			     "\n"
			     "   11.500000000: \n"
			     "\tffffffff81000009 do_sys_poll ([kernel.kallsyms])\n"
			     "\n"
			     "   12.500000000: \n"
			     "\tffffffffc0000003 walk_pmd ([kernel.kallsyms])\n"
			     "\tffffffffc0000003 window_none ([kernel.kallsyms])\n"
			     "\n"
			     "   14.500000000: \n"
			     "\tffffffff81000001 vm_normal_page ([kernel.kallsyms])\n"
			     "\tffffffffc0000003 window_hmm ([kernel.kallsyms])\n"
			     "\n";

TEST(samples_are_told_apart)
{
	struct perf_profile p;
	struct err err = { "" };

	if (perf_profile_read(windows, script, &p, &err))
		fail_msg("%s", err.text);
	assert_int_equal(p.nr_series, 2);
	assert_int_equal(p.strays, 1);
	assert_string_equal(p.series[0].name, "hmm/anon-pte/64M");
	assert_int_equal(p.series[0].samples, 3);
	assert_int_equal(p.series[0].in_window, 2);
	assert_int_equal(p.series[0].nr_inside, 1);
	assert_string_equal(p.series[0].inside[0].symbol, "vm_normal_page");
	assert_int_equal(p.series[0].inside[0].samples, 2);
	assert_int_equal(p.series[0].nr_outside, 1);
	assert_string_equal(p.series[0].outside[0].symbol, "memset");
	assert_string_equal(p.series[1].name, "walk/none/anon-pte/64M");
	assert_int_equal(p.series[1].in_window, 1);
	assert_true(fabs(perf_profile_share(&p) - 3.0 / 5) < 1e-9);
	perf_profile_release(&p);
}

TEST(the_most_come_first)
{
	struct perf_profile p;
	struct err err = { "" };

	if (perf_profile_read("1 2 a\n",
			      "1.1: \n\t12 b (x)\n\t13 window_hmm ([ptwalk])\n\n"
			      "1.2: \n\t12 c (x)\n\t13 window_hmm ([ptwalk])\n\n"
			      "1.3: \n\t12 c (x)\n\t13 window_hmm ([ptwalk])\n",
			      &p, &err))
		fail_msg("%s", err.text);
	assert_int_equal(p.series[0].nr_inside, 2);
	assert_string_equal(p.series[0].inside[0].symbol, "c");
	assert_string_equal(p.series[0].inside[1].symbol, "b");
	perf_profile_release(&p);
}

/* A function of a program that is called alike is no window. */
TEST(a_window_is_the_kernels)
{
	struct perf_profile p;

	assert_int_equal(
		perf_profile_read("1 2 a\n", "1.5: \n\t12 window_hmm (/usr/bin/x)\n", &p, NULL), 0);
	assert_int_equal(p.series[0].samples, 1);
	assert_int_equal(p.series[0].in_window, 0);
	perf_profile_release(&p);
}

/* As perf writes it without -g, of symbols that have blanks, or of none at all. */
TEST(other_forms_are_read)
{
	struct perf_profile p;
	struct err err = { "" };

	if (perf_profile_read("1 2 a b\n",
			      "# a comment\n\n"
			      "1.1:  ffffffff81 window_hmm ([ptwalk])\n"
			      "1.2: \n\t2d6ef gb::{lambda(int&)#1}::operator() (/x (deleted))\n"
			      "1.3: \n\t0 [unknown] ([unknown])\n"
			      "1.4: \n",
			      &p, &err))
		fail_msg("%s", err.text);
	assert_string_equal(p.series[0].name, "a b");
	assert_int_equal(p.series[0].samples, 4);
	assert_int_equal(p.series[0].in_window, 1);
	assert_int_equal(p.series[0].nr_outside, 2);
	assert_string_equal(p.series[0].outside[0].symbol, "[unknown]");
	assert_int_equal(p.series[0].outside[0].samples, 2);
	perf_profile_release(&p);
}

TEST(without_samples_there_is_no_share)
{
	struct perf_profile p;

	assert_int_equal(perf_profile_read(windows, "", &p, NULL), 0);
	assert_int_equal(p.nr_series, 2);
	assert_true(perf_profile_share(&p) < 0);
	perf_profile_release(&p);
}

TEST(what_is_none_of_these_is_refused)
{
	static const struct {
		const char *windows, *script, *says;
	} bad[] = {
		{ "1 2\n", "", "perf.windows, line 1: not BEGIN END SERIES" },
		{ "1 2 \n", "", "perf.windows, line 1" },
		{ "1 2 a\n2 1 b\n", "", "perf.windows, line 2" },
		{ "one two a\n", "", "perf.windows, line 1" },
		{ "1 2 a\n", "\t12 b (x)\n", "perf.script, line 1: neither a sample" },
		{ "1 2 a\n", "1.1: \n\tnothing\n", "perf.script, line 2" },
		{ "1 2 a\n", "1.1: \n\t12 b\n", "perf.script, line 2" },
		{ "1 2 a\n", "1.1: \n\t12 )\n", "perf.script, line 2" },
		{ "1 2 a\n", "1.1: what is this\n", "perf.script, line 1" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = { "" };
		struct perf_profile p;

		assert_int_equal(perf_profile_read(bad[i].windows, bad[i].script, &p, &err),
				 -EBADMSG);
		if (!strstr(err.text, bad[i].says))
			fail_msg("%zu: %s", i, err.text);
		perf_profile_release(&p);
	}
}
