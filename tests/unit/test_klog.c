// SPDX-License-Identifier: GPL-2.0-only
/* base/klog: the line that says what a kernel did, and in which function; and no other line. */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/klog.h"
#include "base/str.h"

#define OOPS                                                                       \
	"[    0.1] zram: Added device: zram0\n"                                    \
	"[    0.663002] BUG: kernel NULL pointer dereference, address: 00000010\n" \
	"[    0.663100] #PF: supervisor write access in kernel mode\n"             \
	"[    0.663200] Oops: 0002 [#1] PREEMPT SMP NOPTI\n"

#define RACES                                                                     \
	"[    9.0] BUG: KCSAN: data-race in tick_sched_timer / tick_do_timer\r\n" \
	"[    9.0] BUG: KCSAN: assert: race in a / b\n"                           \
	"[    9.5] BUG: KCSAN: data-race in tick_sched_timer / tick_do_timer\n"   \
	"[    9.7] BUG: KCSAN: data-race in own_walk [ptwalk] / c\n"

static const struct {
	const char *log, *told;
	bool whole;
} cases[] = {
	{ "", NULL, false },
	{ "[    0.1] zram: Added device: zram0\nprintk: console [ttyS0] enabled\n", NULL, false },
	{ "[    0.6] WARNING: CPU: 0 PID: 81 at mm/hmm.c:582 hmm_range_fault+0x87/0x90\n"
	  "[    0.6] RIP: 0010:another+0x1/0x2\n",
	  "WARNING: CPU: 0 PID: 81 at mm/hmm.c:582 hmm_range_fault+0x87/0x90", true },
	{ OOPS, "BUG: kernel NULL pointer dereference, address: 00000010", false },
	{ OOPS "[    0.7] RIP: 0010:hmm_range_fault+0x32/0xa0\n",
	  "BUG: kernel NULL pointer dereference, address: 00000010 in hmm_range_fault+0x32/0xa0",
	  true },
	/* A call of nothing: who called it. */
	{ OOPS "[    0.7] RIP: 0010:0x0\n[    0.7] Call Trace:\n[    0.7]  <TASK>\n"
	       "[    0.7]  ? maybe+0x1/0x2\n[    0.7]  hmm_range_fault+0x40/0xa0\n",
	  "BUG: kernel NULL pointer dereference, address: 00000010 in hmm_range_fault+0x40/0xa0",
	  true },
	{ "[    5.0][    C0] watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [driver:81]\n",
	  "watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [driver:81]", false },
	{ "[    5.0] rcu: INFO: rcu_preempt self-detected stall on CPU\n",
	  "rcu: INFO: rcu_preempt self-detected stall on CPU", false },
	{ "[  250.0] INFO: task driver:81 blocked for more than 120 seconds.\n",
	  "INFO: task driver:81 blocked for more than 120 seconds.", false },
	{ "[    1.0] BUG: KASAN: slab-out-of-bounds in hmm_pfns_fill+0x1/0x2\n",
	  "BUG: KASAN: slab-out-of-bounds in hmm_pfns_fill+0x1/0x2", true },
	/* Of KCSAN's races those are bad that the module has a part in. */
	{ "[    9.0] BUG: KCSAN: data-race in ptep_clear_flush / race_touch [ptwalk]\n",
	  "BUG: KCSAN: data-race in ptep_clear_flush / race_touch [ptwalk]", false },
	{ RACES, "BUG: KCSAN: data-race in own_walk [ptwalk] / c", false },
	{ "[  120.0] kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)\n",
	  "kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)", false },
	{ "[    1.0] kmemleak: Kernel memory leak detector initialized\n", NULL, false },
	{ "[    1.0] WARNING: possible circular locking dependency detected\n",
	  "WARNING: possible circular locking dependency detected", false },
};

TEST(the_first_bad_line_is_told_with_its_function)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		bool whole = false;
		char *told = klog_told(cases[i].log, &whole);

		if (cases[i].told)
			assert_string_equal(told, cases[i].told);
		else
			assert_null(told);
		assert_int_equal(whole, cases[i].whole);
		free(told);
	}
}

TEST(data_races_of_others_are_told_once)
{
	_cleanup_(strv_release) struct strv races = { 0 };

	klog_races_of_others(RACES, &races);
	assert_int_equal(races.n, 2);
	assert_string_equal(races.v[0], "data-race in tick_sched_timer / tick_do_timer");
	assert_string_equal(races.v[1], "assert: race in a / b");
}

/* Programs write there, too: what they say of a BUG is theirs. */
TEST(a_record_is_the_kernels_or_nobodys)
{
	assert_string_equal(klog_line("4,339,5140900,-;WARNING: CPU: 0"), "WARNING: CPU: 0");
	assert_string_equal(klog_line("7,1,0,c,caller=T1;a; b"), "a; b");
	assert_string_equal(klog_line("0,1,0,-;"), "");
	assert_null(klog_line("12,340,5140901,-;systemd[1]: BUG: of a unit"));
	assert_null(klog_line("30,341,5140902,-;udevd: WARNING: it says"));
	assert_null(klog_line("8,342,5140903,-;BUG: of level 0"));
}
