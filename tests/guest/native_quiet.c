// SPDX-License-Identifier: GPL-2.0-only
/* --quiet-system: what a guest has of all that is noisy, set, recorded and put back. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "bench/record/record.h"
#include "tests/guest/abi.h"
#include "tests/guest/native.h"

#define MODULE "--module=/ptwalk.ko"

static const char *const plain[] = { MODULE,  "-q",  "-wanon-pte",	"-s64K",
				     "-ohmm", "-n4", "--out=/tmp/loud", NULL };
static const char *const endless[] = { MODULE,	"-q",	   "-wanon-pte",     "-s2M",
				       "-ohmm", "-n60000", "--quiet-system", NULL };

/* The guest has a soft watchdog and an interrupt of its serial line; no cpufreq. */
static void it_is_recorded(void)
{
	static const char *const words[] = { MODULE, "-wanon-pte",	 "-s64K",	   "-ohmm",
					     "-n4",  "--out=/tmp/quiet", "--quiet-system", NULL };
	static const char *const compare[] = { "/ptwalk", "compare", "/tmp/loud", "/tmp/quiet",
					       NULL };
	struct records records;
	struct err err = { "" };
	int status = native_run(words);
	char *said = native_said();

	abi_case("a quiet run", !status, "status %d: %s", status, said);
	abi_case("what was set is told",
		 strstr(said, "ptwalk: watchdog: off\n") &&
			 strstr(said, "ptwalk: irqs: away from") &&
			 strstr(said, "ptwalk: aslr: off for the driver\n"),
		 "%s", said);
	abi_case("what a guest has not is told",
		 strstr(said, "ptwalk: governor: this host has none\n") != NULL, "%s", said);
	free(said);
	native_all_as_before("all is as before a quiet run");
	if (records_read("/tmp/quiet/records.jsonl", &records, &err)) {
		abi_case("its records are whole", false, "%s", err.text);
		return;
	}
	abi_case("the record says what was quieted",
		 !strcmp(records.run.quiet, "watchdog, irqs, aslr"), "'%s'", records.run.quiet);
	records_release(&records);
	native_ends("a run that is not quiet", plain, 0, "anon-pte");
	status = native_ptwalk(compare);
	said = native_said();
	abi_case("the two are not compared", status == 4 && strstr(said, "watchdog, irqs, aslr"),
		 "status %d: %s", status, said);
	free(said);
}

static bool holds(const char *path, const char *text)
{
	char *line = fs_read_line(path);
	bool same = line && !strcmp(line, text);

	free(line);
	return same;
}

/* The serial line's, which has moved to the CPU that does not measure. */
static void is_quiet_now(pid_t driver)
{
	char *path = xasprintf("/proc/%d/personality", (int)driver), *line = fs_read_line(path);
	unsigned long persona = line ? strtoul(line, NULL, 16) : 0;
	char *irq = fs_read_line("/proc/irq/4/smp_affinity_list");

	abi_case("the watchdog is off", holds("/proc/sys/kernel/watchdog", "0"), "it is on");
	abi_case("interrupts are away from CPU 0", irq && !strcmp(irq, "1"), "'%s'", irq);
	abi_case("the driver has no ASLR", persona & ADDR_NO_RANDOMIZE, "'%s'", line);
	free(irq);
	free(line);
	free(path);
}

static pid_t start_quiet(void)
{
	pid_t pid = native_start(endless), driver = native_driver_of(pid);
	char *said;

	if (driver) {
		is_quiet_now(driver);
		return pid;
	}
	said = native_said();
	abi_case("the driver runs", false, "there is none: %s", said);
	free(said);
	exit(1);
}

static void a_signal_puts_it_back(void)
{
	pid_t pid = start_quiet();
	int status;

	kill(pid, SIGTERM);
	status = native_wait(pid, 900);
	abi_case("SIGTERM ends a quiet run", status >= 0 && WIFSIGNALED(status), "%#x", status);
	native_all_as_before("all is as before SIGTERM");
}

static void the_next_start_puts_it_back(void)
{
	pid_t pid = start_quiet();
	char *said;

	kill(pid, SIGKILL);
	native_wait(pid, 900);
	abi_case("a killed ptwalk leaves the watchdog off", holds("/proc/sys/kernel/watchdog", "0"),
		 "it is on");
	fs_remove("/tmp/loud", NULL);
	native_ends("the next start puts it back", plain, 0,
		    "watchdog back to '1', which process ");
	said = native_said();
	abi_case("interrupts, too", strstr(said, "/proc/irq/4/smp_affinity_list back to '") != NULL,
		 "%s", said);
	free(said);
	native_all_as_before("all is as before ptwalk was killed");
}

void native_test_quiet(void)
{
	it_is_recorded();
	a_signal_puts_it_back();
	the_next_start_puts_it_back();
}
