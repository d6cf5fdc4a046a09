// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/proc.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/plan_options.h"
#include "bench/cli/selfcheck.h"
#include "bench/cli/speed.h"
#include "bench/measure/folder.h"
#include "bench/measure/prepare.h"
#include "bench/measure/host.h"
#include "bench/noise/noise.h"
#include "kernels/toolchain.h"
#include "kernels/kernel.h"
#include "vm/vm.h"

#define CACHE_NEED (2 * GIB) /* one kernel unpacked, with its packages */
#define RAM_NEED   (3 * GIB) /* what a default run touches, with room */

#define NO_CPU UINT_MAX

enum health {
	GOOD,
	WEAK, /* works without, with less */
	BAD,  /* `ptwalk run` does not work */
};

/* One look: says what it found, and where it is not good, what to do. */
struct check {
	const char *name;
	enum health (*look)(char text[256]);
};

/* The first line that `PROGRAM --version` prints. */
static enum health program(const char *name, const char *package, enum health without,
			   char text[256])
{
	const char *argv[] = { name, "--version", NULL };
	char *out = NULL;

	if (proc_run(argv, &(struct proc_options){ .output = &out, .timeout_seconds = 10 }, NULL)) {
		snprintf(text, 256, "%s does not run; apt install %s", name, package);
		return without;
	}
	snprintf(text, 256, "%.*s", (int)strcspn(out, "\n"), out);
	free(out);
	return GOOD;
}

static enum health look_qemu(char text[256])
{
	const struct vm_config config = { 0 };
	struct err err;

	if (!machine_find("exact")->supported(&config, &err))
		return program("qemu-system-x86_64", "qemu-system-x86", BAD, text);
	snprintf(text, 256, "%.255s", err.text);
	return BAD;
}

static enum health look_gnuplot(char text[256])
{
	return program("gnuplot", "gnuplot-nox", WEAK, text);
}

static enum health look_make(char text[256])
{
	return program("make", "make", BAD, text);
}

static enum health look_compiler(char text[256])
{
	return program("gcc-12", "gcc-12 (Debian's 6.1 and 6.12 are built with it)", BAD, text);
}

static enum health look_apt(char text[256])
{
	return program("apt-get", "apt (kernels debian:* are fetched with it)", WEAK, text);
}

static enum health look_depmod(char text[256])
{
	return program("depmod", "kmod", BAD, text);
}

static enum health companion(const char *name, const char *variable, char text[256])
{
	char *path = prepare_program(name, variable);

	snprintf(text, 256, "%s", path ? path : "not beside ptwalk; build it (cmake --build)");
	free(path);
	return path ? GOOD : BAD;
}

static enum health look_driver(char text[256])
{
	return companion("ptwalk-driver", "PTWALK_DRIVER", text);
}

static enum health look_init(char text[256])
{
	return companion("ptwalk-init", "PTWALK_INIT", text);
}

static enum health look_cache(char text[256])
{
	char *cache = fs_cache_dir();
	struct statvfs st;
	struct err err;
	enum health health = BAD;

	if (fs_mkdir_p(cache, &err)) {
		snprintf(text, 256, "%.255s", err.text);
	} else if (access(cache, W_OK) || statvfs(cache, &st)) {
		snprintf(text, 256, "cannot write to %s; set PTWALK_CACHE", cache);
	} else {
		uint64_t room = (uint64_t)st.f_bavail * st.f_frsize;

		health = room < CACHE_NEED ? WEAK : GOOD;
		snprintf(text, 256, "%s, %llu MiB free%s", cache, room / MIB,
			 health == GOOD ? "" : "; a kernel takes up to 2048");
	}
	free(cache);
	return health;
}

static enum health look_results(char text[256])
{
	char *results = folder_results();
	enum health health = GOOD;
	struct err err;

	snprintf(text, 256, "%s", results);
	if (fs_mkdir_p(results, &err) || access(results, W_OK)) {
		snprintf(text, 256, "cannot write to %s; set PTWALK_RESULTS", results);
		health = BAD;
	}
	free(results);
	return health;
}

static enum health look_memory(char text[256])
{
	uint64_t ram = (uint64_t)sysconf(_SC_AVPHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);

	snprintf(text, 256, "%llu MiB free%s", ram / MIB,
		 ram < RAM_NEED ? "; a default run may need 3072 with the page cache's help" : "");
	return ram < RAM_NEED ? WEAK : GOOD;
}

static enum health look_cpus(char text[256])
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	snprintf(text, 256, "%ld; the exact machine uses one", n);
	return GOOD;
}

/* Would the running kernel take ptwalk.ko, and can that be built? All can see the latter. */
static int native_will_do(struct kernel *kernel, struct err *err)
{
	const struct vm_config config = { 0 };
	struct compiler compiler = { 0 };
	int ret = geteuid() ? 0 : machine_find("native")->supported(&config, err);

	if (!ret)
		ret = kernel_running(kernel, true, err);
	if (!ret)
		ret = headers_check(kernel, err);
	if (!ret)
		ret = compiler_find(&compiler, kernel, err);
	compiler_release(&compiler);
	return ret;
}

static enum health look_native(char text[256])
{
	struct kernel kernel = { 0 };
	struct err err;
	enum health health = native_will_do(&kernel, &err) ? WEAK : GOOD;

	if (health == GOOD)
		snprintf(text, 256, "%s, for which a module can be built%s", kernel.release,
			 geteuid() ? "; loading it takes root" : "");
	else
		snprintf(text, 256, "%.255s", err.text);
	if (kernel.spec)
		kernel_release(&kernel);
	return health;
}

static const struct check checks[] = {
	{ "qemu", look_qemu },	     { "driver", look_driver },	    { "init", look_init },
	{ "make", look_make },	     { "compiler", look_compiler }, { "depmod", look_depmod },
	{ "apt", look_apt },	     { "gnuplot", look_gnuplot },   { "cache", look_cache },
	{ "results", look_results }, { "memory", look_memory },	    { "cpus", look_cpus },
	{ "native", look_native },
};

struct doctor_options {
	const char *root;
	unsigned int cpu; /* NO_CPU: none was named */
	bool speed, hardware, list;
	struct plan plan; /* of --speed */
	unsigned int rounds;
	struct selfcheck_request checks; /* of --hardware */
};

static const struct opt options[] = {
	{ "cpu", 'c', "N", "The CPU that measures (default: as the driver takes it)",
	  OPT_UINT(struct doctor_options, cpu, 0, INT_MAX) },
	{ "root", 'R', "FOLDER",
	  "Look for noise in the sys and proc of this folder, not of this host",
	  OPT_TEXT(struct doctor_options, root) },
	OPT_HEADER("What only real hardware can show:"),
	{ "hardware", 0, NULL,
	  "Check it on this machine, as root for all of it, and write one file to send; of CHECKs, "
	  "those alone",
	  OPT_FLAG(struct doctor_options, hardware) },
	{ "list", 0, NULL, "With --hardware: tell the checks, and do none",
	  OPT_FLAG(struct doctor_options, list) },
	{ "kvm", 0, NULL, "With --hardware: use KVM as well; by default nobody asks for it",
	  OPT_FLAG(struct doctor_options, checks.kvm) },
	{ "module", 0, "FILE",
	  "With --hardware: a ptwalk.ko that was built elsewhere, for the running kernel",
	  OPT_TEXT(struct doctor_options, checks.module) },
	{ "out", 0, "FILE",
	  "With --hardware: the file to send (default: ptwalk-hardware-TIME.tar.gz in this folder)",
	  OPT_TEXT(struct doctor_options, checks.out) },
	OPT_HEADER("How fast ptwalk itself is:"),
	{ "speed", 0, NULL,
	  "Time whole runs: boot to the driver, to the first window, the whole, and the share of "
	  "it that is spent inside windows; nothing is kept",
	  OPT_FLAG(struct doctor_options, speed) },
	{ "rounds", 0, "N", "With --speed: whole runs to time (default: 3)",
	  OPT_UINT(struct doctor_options, rounds, 1, 100) },
	OPT_PART(struct doctor_options, plan, plan_opts),
	OPT_MAYBE_ARG("CHECK", OPT_TEXTS(struct doctor_options, checks.only)),
	{ 0 },
};

static int check_host(const struct doctor_options *o, struct err *err)
{
	char *path = xasprintf("%s/sys/devices/system/cpu/cpu%u", o->root, o->cpu);
	int ret = 0;

	if (*o->root && !fs_exists(o->root))
		ret = err_set(err, ENOENT, "there is no folder %s", o->root);
	else if (o->cpu != NO_CPU && !fs_is_dir(path))
		ret = err_set(err, EINVAL, "--cpu %u: there is no such CPU (no %s)", o->cpu, path);
	free(path);
	return ret;
}

static int look_for_noise(const struct doctor_options *o, FILE *out, struct err *err)
{
	struct noise_host host = { .root = o->root, .cpus = hwloc_bitmap_alloc() };
	int ret = 0;

	if (o->cpu != NO_CPU)
		hwloc_bitmap_only(host.cpus, o->cpu);
	else
		ret = quieting_cpus(NULL, host.cpus, err);
	if (!ret)
		fprintf(out,
			"\nNoise, for the machines kvm and native (the exact machine has none):\n");
	for (size_t i = 0; !ret && i < nr_noise_checks; i++) {
		const struct noise_check *check = noise_checks[i];
		char found[NOISE_TEXT] = "";
		enum noise_health health = check->look(&host, found);

		fprintf(out, "%-5s  %-11s %s\n", noise_health_name(health), check->name, found);
		if (health == NOISE_NOISY)
			fprintf(out, "%18s why: %s\n%18s do:  %s\n", "", check->why, "",
				check->todo);
	}
	hwloc_bitmap_free(host.cpus);
	return ret;
}

static int check_modes(const struct doctor_options *o, struct err *err)
{
	const char *hardware = o->list		  ? "--list"
			       : o->checks.kvm	  ? "--kvm"
			       : o->checks.module ? "--module"
			       : o->checks.out	  ? "--out"
			       : o->checks.only.n ? o->checks.only.v[0]
						  : NULL;

	if (o->hardware && o->speed)
		return err_set(err, EINVAL, "--hardware and --speed exclude each other");
	if (hardware && !o->hardware)
		return err_set(err, EINVAL, "%s goes with --hardware", hardware);
	return 0;
}

/* Returns an exit status. @worst: (out) the first that is BAD, where there is one. */
static int look(const struct doctor_options *o, FILE *out, char worst[512], struct err *err)
{
	static const char *const words[] = { [GOOD] = "ok", [WEAK] = "weak", [BAD] = "BAD" };
	int status = STATUS_CLEAN;

	if (check_host(o, err))
		return STATUS_ERROR;
	for (size_t i = 0; i < ARRAY_SIZE(checks) && !interrupt_pending(); i++) {
		char text[256] = "";
		enum health health = checks[i].look(text);

		fprintf(out, "%-4s  %-9s %s\n", words[health], checks[i].name, text);
		if (health != BAD)
			continue;
		if (status == STATUS_CLEAN)
			snprintf(worst, 512, "%s: %s", checks[i].name, text);
		status = STATUS_ERROR;
	}
	return look_for_noise(o, out, err) ? STATUS_ERROR : status;
}

/* All of it, as a check of --hardware, kept beside the runs. */
static void check_doctor(struct selfcheck *s, struct selfcheck_result *r)
{
	static const struct doctor_options here = { .root = "", .cpu = NO_CPU };
	_cleanup_free_ char *path = xasprintf("%s/doctor.log", s->folder);
	struct err err = { 0 };
	char worst[512] = "";
	FILE *log = fopen(path, "we");

	if (!log) {
		selfcheck_say(r, SELFCHECK_FAIL, "cannot write %s: %s", path, strerror(errno));
		return;
	}
	strv_add(&s->runs, "doctor");
	if (look(&here, log, worst, &err))
		selfcheck_say(r, SELFCHECK_FAIL, "%s", *err.text ? err.text : worst);
	else
		selfcheck_say(r, SELFCHECK_PASS, "`ptwalk doctor` finds nothing that stops a run");
	fclose(log);
}

const struct selfcheck_check selfcheck_doctor = {
	.name = "doctor",
	.shows = "what of this host makes noise, and what a run lacks",
	.run = check_doctor,
};

static int check_hardware(struct doctor_options *o, struct err *err)
{
	o->checks.kernel = o->plan.kernel;
	if (!o->list)
		return selfcheck_do(&o->checks, err) ? STATUS_ERROR : STATUS_CLEAN;
	selfcheck_list();
	return STATUS_CLEAN;
}

static int run(int argc, char **argv)
{
	struct doctor_options o = { .root = "", .cpu = NO_CPU, .rounds = 3 };
	char worst[512];
	struct err err = { 0 };
	int status = STATUS_ERROR;

	if (command_parse(&command_doctor, argc, argv, &o))
		goto out;
	if (check_modes(&o, &err))
		status = STATUS_ERROR;
	else if (o.speed)
		status = speed_print(&o.plan, o.rounds, &err) ? STATUS_ERROR : STATUS_CLEAN;
	else
		status = o.hardware ? check_hardware(&o, &err) : look(&o, stdout, worst, &err);
	if (*err.text && status == STATUS_ERROR)
		command_fail("doctor", &err);
out:
	plan_release(&o.plan);
	strv_release(&o.checks.only);
	return status;
}

const struct command command_doctor = {
	.name = "doctor",
	.summary = "can this host run it, what to do about it; check its hardware",
	.args = "\n--hardware [CHECK...]\n--speed",
	.doc = "Look at what a run on the exact machine needs, and at what makes times noisy here; say "
	       "what to do about it.\vExit status: 0 where `ptwalk run` can work, else 2; noise does "
	       "not change it. With --hardware 0 where what is possible here passed, 2 where a check "
	       "failed or the file could not be written.",
	.options = options,
	.run = run,
};
