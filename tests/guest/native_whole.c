// SPDX-License-Identifier: GPL-2.0-only
/* A run on the native machine from its beginning to its end, and the ends it can come to. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "bench/record/record.h"
#include "tests/guest/abi.h"
#include "tests/guest/native.h"
#include "tests/unit/find.h"

#define MODULE "--module=/ptwalk.ko"

static const char *const small[] = { MODULE, "-q", "-wanon-pte", "-s64K", "-ohmm", "-n4", NULL };

/* Long enough to be met while it runs, with every kind of setting changed on the way. */
static const char *const endless[] = { MODULE, "-q",	     "-wswapped,hugetlb-2m,shmem-thp",
				       "-s2M", "-ohmm,bare", "-n60000",
				       NULL };

static void check_records(const struct records *r)
{
	const char *workloads[] = { "anon-pte", "hugetlb-2m", "shmem-thp", "swapped" };

	abi_case("the run is of the native machine",
		 !strcmp(r->run.machine, "native") && !r->run.exact && !*r->run.qemu, "machine %s",
		 r->run.machine);
	abi_case("it has the config's digest", strlen(r->run.kernel.config_sha256) == 64, "'%s'",
		 r->run.kernel.config_sha256);
	abi_case("it has two processes", r->nr_boots == 2, "%zu", r->nr_boots);
	abi_case("the TSC's frequency is known", r->nr_boots && r->boots[0].tsc_khz > 0, "0");
	for (size_t i = 0; i < ARRAY_SIZE(workloads); i++)
		for (unsigned int boot = 1; boot <= 2; boot++) {
			const struct record_series *s =
				find_series(r, boot, "hmm", "", workloads[i], 64 << 10);

			abi_case(workloads[i], s && s->nr_samples == 4, "no series of 4 samples");
		}
	/* What there is nothing for is missing, with the reason. */
	for (size_t i = 0; i < r->nr_missing; i++)
		abi_case(r->missing[i].name,
			 !strcmp(r->missing[i].workload, "devdax-pud") ||
				 !strcmp(r->missing[i].workload, "fsdax-pte"),
			 "missing: %s", r->missing[i].reason);
	abi_case("two workloads lack what they need", r->nr_missing == 4, "%zu series",
		 r->nr_missing);
}

static void a_run_is_whole(void)
{
	static const char *const words[] = {
		MODULE,
		"-wanon-pte,hugetlb-2m,shmem-thp,swapped,devdax-pud,fsdax-pte",
		"-s64K",
		"-ohmm",
		"-n4",
		"--rounds=2",
		"--out=/tmp/run",
		NULL
	};
	struct records records;
	struct err err;
	int status = native_run(words), ret;
	char *said = native_said();

	abi_case("a run ends with 3: series are missing", status == 3, "status %d: %s", status,
		 said);
	free(said);
	ret = records_read("/tmp/run/records.jsonl", &records, &err);
	abi_case("its records are whole", !ret, "%s", err.text);
	if (!ret) {
		check_records(&records);
		records_release(&records);
	}
	abi_case("its other files are there", fs_exists("/tmp/run/gbench.json"), "no gbench.json");
	abi_case("the driver's folder is gone", !fs_exists("/tmp/run/out"), "it is there");
	abi_case("the module is gone", !native_has_module("ptwalk"), "it is there");
	native_all_as_before("all is as before a run");
}

/* Samples whose window was closed to interrupts. */
static size_t closed(const struct records *r, const char *workload, uint64_t size)
{
	const struct record_series *s = find_series(r, 1, "hmm", "", workload, size);
	size_t n = 0;

	abi_case(workload, s && s->nr_samples == 4, "no series of 4 samples");
	for (size_t i = 0; s && i < s->nr_samples; i++)
		n += s->samples[i].flags & PTWALK_SAMPLE_IRQS_OFF;
	return n;
}

/* What a first window shows to be long runs open, and its samples say so. */
static void long_windows_are_open(void)
{
	static const char *const words[] = {
		MODULE, "-q",	      "-wanon-pte,shmem-pte", "-s64K,128M", "-ohmm",
		"-n4",	"--rounds=1", "--out=/tmp/long",      NULL
	};
	struct records records;
	struct err err;
	size_t brief, lengthy;

	native_ends("a run of brief windows, and of long ones", words, 0, "anon-pte");
	if (records_read("/tmp/long/records.jsonl", &records, &err)) {
		abi_case("its records are whole", false, "%s", err.text);
		return;
	}
	brief = closed(&records, "anon-pte", 64 << 10) + closed(&records, "shmem-pte", 64 << 10);
	lengthy =
		closed(&records, "anon-pte", 128 << 20) + closed(&records, "shmem-pte", 128 << 20);
	/* The very first may be long, too, where its code is translated meanwhile. */
	abi_case("brief windows are closed to interrupts", brief, "all are open");
	abi_case("long windows are open", !lengthy, "%zu are closed", lengthy);
	records_release(&records);
}

/* By the statistics of noisy machines: whatever they say, it is neither refused nor exact. */
static void two_runs_are_compared(void)
{
	static const char *const runs[] = { "/tmp/base", "/tmp/new" };
	static const char *const compare[] = { "/ptwalk", "compare", "/tmp/base", "/tmp/new",
					       NULL };
	char *said;
	int status;

	for (size_t i = 0; i < ARRAY_SIZE(runs); i++) {
		char *out = xasprintf("--out=%s", runs[i]);
		const char *const words[] = { MODULE, "-q",	    "-wanon-pte", "-s64K", "-ohmm",
					      "-n8",  "--rounds=4", out,	  NULL };

		native_ends("a run of four processes", words, 0, "anon-pte");
		free(out);
	}
	status = native_ptwalk(compare);
	said = native_said();
	abi_case("two runs are compared",
		 (status == 0 || status == 1 || status == 3) && strstr(said, "hmm") &&
			 !strstr(said, "exact counts"),
		 "status %d: %s", status, said);
	free(said);
}

/* What is running, met once the driver has the device. */
static pid_t start_endless(pid_t *driver)
{
	pid_t pid = native_start(endless);

	*driver = native_driver_of(pid);
	if (!*driver) {
		char *said = native_said();

		abi_case("the driver runs", false, "there is none: %s", said);
		free(said);
		exit(1);
	}
	return pid;
}

static void a_signal_ends_it(int sig, const char *name)
{
	pid_t driver, pid = start_endless(&driver);
	char *said;
	int status;

	usleep(300000);
	kill(pid, sig);
	status = native_wait(pid, 900);
	said = native_said();
	abi_case(name, status >= 0 && WIFSIGNALED(status) && WTERMSIG(status) == sig,
		 "status %#x: %s", status, said);
	free(said);
	abi_case("the driver is gone", kill(driver, 0) && errno == ESRCH, "it is there");
	native_all_as_before(name);
}

static void a_killed_driver_is_cleaned_up_after(void)
{
	pid_t driver, pid = start_endless(&driver);
	char *said;
	int status;

	usleep(300000);
	kill(driver, SIGKILL);
	status = native_wait(pid, 900);
	said = native_said();
	abi_case("a killed driver is an error",
		 status >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == 2 &&
			 strstr(said, "was ended by signal 9"),
		 "status %#x: %s", status, said);
	free(said);
	native_all_as_before("all is as before a driver was killed");
}

static void the_next_start_repairs(void)
{
	pid_t driver, pid = start_endless(&driver);
	char *said;

	usleep(300000);
	kill(pid, SIGKILL);
	native_wait(pid, 900);
	abi_case("a killed CLI leaves the module", native_has_module("ptwalk"), "it is gone");
	native_ends("the next start finds and repairs it", small, 0, "unloaded the module ptwalk");
	said = native_said();
	abi_case("it says who had changed it", strstr(said, "which process "), "%s", said);
	free(said);
	native_all_as_before("all is as before the CLI was killed");
}

static int load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret;

	ret = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	return ret;
}

static void what_cannot_be_has_its_line(void)
{
	static const char *const absent[] = { "--module=/none.ko", "-q", "-wanon-pte", NULL };
	static const char *const garbage[] = { "--module=/garbage.ko", "-q", "-wanon-pte", NULL };
	static const char *const built[] = { "-q", "-wanon-pte", NULL };

	native_ends("a module that is not there", absent, 2, "cannot read the module /none.ko");
	fs_write_file("/garbage.ko", "no module", 9, 0644, NULL);
	native_ends("a file that is no module", garbage, 2, "/garbage.ko");
	native_ends("no headers", built, 2, "install the package linux-headers-");
	abi_case("a module by hand", !load("/ptwalk.ko"), "refused");
	native_ends("another's module is left alone", small, 2,
		    "a module ptwalk is loaded already, and not by a run: unload it (rmmod "
		    "ptwalk)");
	abi_case("it is there still", native_has_module("ptwalk"), "it is gone");
	syscall(SYS_delete_module, "ptwalk", O_NONBLOCK);
	native_all_as_before("all is as before what could not be");
}

static void two_at_once_are_one(void)
{
	pid_t driver, pid = start_endless(&driver);
	char *said;
	int status;

	rename("/tmp/said", "/tmp/first");
	native_ends("a second run at the same time", small, 2, "is held by process ");
	kill(pid, SIGTERM);
	status = native_wait(pid, 900);
	said = fs_read("/tmp/first", NULL, NULL);
	abi_case("the first one is not touched", status >= 0 && WIFSIGNALED(status), "%#x: %s",
		 status, said);
	free(said);
	native_all_as_before("all is as before two at once");
}

/* For good: the last thing in this guest. */
static void a_kernel_that_is_closed_says_so(void)
{
	int fd = open("/proc/sys/kernel/modules_disabled", O_WRONLY | O_CLOEXEC);

	abi_case("no more modules", write(fd, "1", 1) == 1, "%s", strerror(errno));
	close(fd);
	native_ends("a kernel that is closed to modules", small, 2,
		    "closed to more modules (kernel.modules_disabled is 1)");
}

/* As who has such a machine does it: the check passes, and leaves the file to send. */
static void a_selfcheck_passes(void)
{
	static const char *const argv[] = { "/ptwalk", "doctor",	  "--hardware",
					    MODULE,    "--out=/tmp/file", "topology",
					    "native",  "placements",	  "events",
					    NULL };
	int status = native_ptwalk(argv);
	char *said = native_said();

	abi_case("a selfcheck passes", !status && strstr(said, "\nnative      pass: "),
		 "status %d: %s", status, said);
	abi_case("one node has no remote pages",
		 strstr(said, "\nplacements  not possible here: one NUMA node"), "%s", said);
	abi_case("one without a PMU counts no events",
		 strstr(said, "\nevents      not possible here: "), "%s", said);
	abi_case("it leaves its file", fs_exists("/tmp/file"), "there is none");
	free(said);
	native_all_as_before("all is as before a selfcheck");
}

void native_test_whole(void)
{
	native_ends("a small run", small, 0, "anon-pte");
	a_run_is_whole();
	long_windows_are_open();
	a_selfcheck_passes();
	two_runs_are_compared();
	a_signal_ends_it(SIGINT, "Ctrl-C ends it");
	a_signal_ends_it(SIGTERM, "SIGTERM ends it");
	a_killed_driver_is_cleaned_up_after();
	the_next_start_repairs();
	two_at_once_are_one();
	what_cannot_be_has_its_line();
	a_kernel_that_is_closed_says_so();
}
