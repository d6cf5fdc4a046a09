// SPDX-License-Identifier: GPL-2.0-only
/* The module built for the running kernel, as on a machine that has its headers and a compiler. */
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/proc.h"
#include "bench/record/series_index.h"
#include "tests/guest/abi.h"
#include "tests/guest/native.h"

#define BUILT "/tmp/.cache/ptwalk/modules"

#define SERIES 5
#define OPS    "-ohmm,bare,bare/own,gup_fast,gup_fast/own"

static const char *const words[] = { "-wanon-pte",	 "-s64K", OPS, "--source=/source", "-n4",
				     "--out=/tmp/built", NULL };

/* What is not there, by the program that is moved away, and the package that has it. */
static const struct {
	const char *name, *program, *said;
} missing[] = {
	{ "no make", "/usr/bin/make", "make, which is missing: install the package make" },
	{ "no linker", "/usr/bin/ld", "ld, which is missing: install the package binutils" },
};

static void ends_without(const char *name, const char *program, const char *said)
{
	char *aside = xasprintf("%s.aside", program);

	if (rename(program, aside))
		abi_case(program, false, "cannot be moved away");
	native_ends(name, words, 2, said);
	abi_case(name, !native_has_module("ptwalk") && !fs_exists("/tmp/built"),
		 "it left a module or a run");
	rename(aside, program);
	native_all_as_before(name);
	free(aside);
}

static void unpack_headers(void)
{
	const char *argv[] = { "/usr/bin/tar", "-C", "/", "-xf", "/headers.tar", NULL };
	struct err err = { "" };

	if (!proc_run(argv, &(struct proc_options){ .timeout_seconds = 600 }, &err))
		return;
	abi_case("the headers can be unpacked", false, "%s", err.text);
	exit(1);
}

/* The compiler that the kernel was built with; the path of its program in this guest. */
static char *find_compiler(void)
{
	struct utsname uts;
	char *path, *config, *at = NULL;
	char *program = NULL;

	uname(&uts);
	path = xasprintf("/boot/config-%s", uts.release);
	config = fs_read(path, NULL, NULL);
	if (config)
		at = strstr(config, "CONFIG_CC_VERSION_TEXT=\"");
	if (at) {
		at += strlen("CONFIG_CC_VERSION_TEXT=\"");
		program = xasprintf("/usr/bin/%.*s", (int)strcspn(at, " "), at);
	}
	free(config);
	free(path);
	return program;
}

static void no_compiler_has_its_line(void)
{
	char *program = find_compiler(), *said;

	if (!program) {
		abi_case("the config names a compiler", false, "it does not");
		return;
	}
	/* The package of x86_64-linux-gnu-gcc-12 is gcc-12. */
	said = xasprintf("%s, which is missing: install the package gcc-",
			 strrchr(program, '/') + 1);
	ends_without("no compiler", program, said);
	free(said);
	free(program);
}

static bool is_building(void)
{
	glob_t found;
	bool is = !glob(BUILT "/*/work.tmp/kmod/*.o", 0, NULL, &found);

	globfree(&found);
	return is;
}

static void a_build_is_interrupted(void)
{
	pid_t pid = native_start(words);
	double until = host_seconds() + 600;
	int status;
	char *said;

	while (!is_building() && host_seconds() < until)
		usleep(100000);
	abi_case("a module is being built", is_building(), "it is not");
	kill(pid, SIGINT);
	status = native_wait(pid, 900);
	said = native_said();
	abi_case("Ctrl-C ends a build", WIFSIGNALED(status) && WTERMSIG(status) == SIGINT,
		 "status %#x: %s", status, said);
	abi_case("it leaves nothing half built", !is_building(), "objects are there");
	free(said);
	native_all_as_before("all is as before a build that was interrupted");
}

/* The kernel has put itself somewhere; a module bound to where it is linked for is of no use. */
static void another_place_is_refused(void)
{
	static const char *const elsewhere[] = {
		"-wanon-pte",	    "-s64K", "-obare,bare/own", "--module=/elsewhere/ptwalk.ko",
		"--out=/tmp/other", NULL
	};
	char *symbols = fs_read("/proc/kallsyms", NULL, NULL);

	abi_case("KASLR is on", symbols && !strstr(symbols, "ffffffff81000000 T _text"),
		 "the kernel lies where it is linked for");
	free(symbols);
	native_ends("own code bound to another place is refused", elsewhere, 2,
		    "ptwalk: bound to another kernel: ");
	native_all_as_before("all is as before a module that was refused");
}

static void check_series(const struct records *records)
{
	struct series_index index;

	series_index_init(&index, records);
	abi_case("there are all series, own code's too", records->nr_series == SERIES, "%zu series",
		 records->nr_series);
	for (size_t i = 0; i < records->nr_series; i++) {
		const struct record_series *s = &records->series[i];

		abi_case(s->name, s->nr_samples == 4 && !series_wrong(&index, s), "%zu samples",
			 s->nr_samples);
	}
	series_index_release(&index);
}

static void it_is_built_and_run(void)
{
	struct records records;
	struct err err = { "" };
	double begun = host_seconds();
	int status = native_run(words), ret;
	char *said = native_said();

	abi_case("the module is built for the running kernel, and runs", !status, "status %d: %s",
		 status, said);
	free(said);
	printf("built and run in %.0f s\n", host_seconds() - begun);
	ret = records_read("/tmp/built/records.jsonl", &records, &err);
	abi_case("its records are whole", !ret, "%s", err.text);
	if (!ret) {
		check_series(&records);
		records_release(&records);
	}
	abi_case("the module is unloaded", !native_has_module("ptwalk"), "it is there");
	native_all_as_before("all is as before a build");
}

/* The compiler would have to be there. */
static void it_is_not_built_twice(void)
{
	static const char *const again[] = {
		"-q",  "-wanon-pte",	   "-s64K", OPS, "--source=/source",
		"-n4", "--out=/tmp/again", NULL
	};
	const char *make = "/usr/bin/make", *aside = "/usr/bin/make.aside";

	rename(make, aside);
	native_ends("the next run takes what was built", again, 0, "anon-pte");
	rename(aside, make);
	native_all_as_before("all is as before the next run");
}

/* As who has such a machine starts it. */
static void a_selfcheck_passes(void)
{
	static const char *const argv[] = { "/ptwalk",	       "doctor", "--hardware",
					    "--out=/tmp/file", "native", NULL };
	int status = native_ptwalk(argv);
	char *said = native_said();

	abi_case("a selfcheck with what was built passes",
		 !status && strstr(said, "native      pass: "), "status %d: %s", status, said);
	free(said);
	native_all_as_before("all is as before a selfcheck");
}

void native_test_build(void)
{
	setenv("PATH", "/usr/bin:/bin", 1);
	setenv("PTWALK_SOURCE", "/", 1);
	native_ends("no headers", words, 2, "install the package linux-headers-");
	native_doctor_says("doctor says which headers", "install the package linux-headers-");
	unpack_headers();
	native_doctor_says("doctor says that it can be", ", for which a module can be built");
	no_compiler_has_its_line();
	for (size_t i = 0; i < ARRAY_SIZE(missing); i++)
		ends_without(missing[i].name, missing[i].program, missing[i].said);
	another_place_is_refused();
	a_build_is_interrupted();
	it_is_built_and_run();
	it_is_not_built_twice();
	a_selfcheck_passes();
}
