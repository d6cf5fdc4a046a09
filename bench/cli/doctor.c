// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/doctor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/place.h"
#include "base/proc.h"
#include "base/size.h"
#include "bench/cli/command.h"
#include "bench/cli/selfcheck.h"
#include "bench/measure/host.h"
#include "bench/measure/prepare.h"
#include "bench/noise/noise.h"
#include "kernels/kernel.h"
#include "kernels/toolchain.h"
#include "vm/vm.h"

#define CACHE_NEED (DOCTOR_CACHE_MIB * MIB)
#define RAM_NEED   (DOCTOR_RAM_MIB * MIB)

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
	_cleanup_free_ char *out = NULL;

	if (proc_run(argv, &(struct proc_options){ .output = &out, .timeout_seconds = 10 }, NULL)) {
		snprintf(text, 256, "%s does not run; apt install %s", name, package);
		return without;
	}
	snprintf(text, 256, "%.*s", (int)strcspn(out, "\n"), out);
	return GOOD;
}

static enum health look_qemu(char text[256])
{
	const struct vm_config config = { 0 };
	struct err err;

	if (!MACHINE_DEFAULT->supported(&config, &err))
		return program(arch_host->qemu.program, arch_host->qemu.package, BAD, text);
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
	_cleanup_free_ char *path = prepare_program(name, variable);

	snprintf(text, 256, "%s", path ? path : "not beside ptwalk; build it (cmake --build)");
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
	_cleanup_free_ char *cache = place_cache();
	struct statvfs st;
	struct err err;
	uint64_t room;

	if (fs_mkdir_p(cache, &err)) {
		snprintf(text, 256, "%.255s", err.text);
		return BAD;
	}
	if (access(cache, W_OK) || statvfs(cache, &st)) {
		snprintf(text, 256, "cannot write to %s; set PTWALK_CACHE", cache);
		return BAD;
	}
	room = (uint64_t)st.f_bavail * st.f_frsize;
	snprintf(text, 256, "%s, %llu MiB free%s", cache, room / MIB,
		 room < CACHE_NEED ? "; a kernel takes up to 2048" : "");
	return room < CACHE_NEED ? WEAK : GOOD;
}

static enum health look_results(char text[256])
{
	_cleanup_free_ char *results = place_runs();
	struct err err;

	snprintf(text, 256, "%s", results);
	if (!fs_mkdir_p(results, &err) && !access(results, W_OK))
		return GOOD;
	snprintf(text, 256, "cannot write to %s; set PTWALK_RESULTS", results);
	return BAD;
}

static enum health look_memory(char text[256])
{
	uint64_t ram = (uint64_t)sysconf(_SC_AVPHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);

	snprintf(text, 256, "%llu MiB free%s", ram / MIB,
		 ram < RAM_NEED ? "; a guest has up to 3072 by default, and takes what it touches"
				: "");
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
	_cleanup_(compiler_release) struct compiler compiler = { 0 };
	int ret = geteuid() ? 0 : machine_native.supported(&config, err);

	if (!ret)
		ret = kernel_running(kernel, true, err);
	if (!ret)
		ret = headers_check(kernel, err);
	if (!ret)
		ret = compiler_find(&compiler, kernel, err);
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

static int check_host(const struct doctor *o, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/sys/devices/system/cpu/cpu%u", o->root, o->cpu);

	if (*o->root && !fs_exists(o->root))
		return err_set(err, ENOENT, "there is no folder %s", o->root);
	if (o->cpu != DOCTOR_ANY_CPU && !fs_is_dir(path))
		return err_set(err, EINVAL, "--cpu %u: there is no such CPU (no %s)", o->cpu, path);
	return 0;
}

static int look_for_noise(const struct doctor *o, FILE *out, struct err *err)
{
	struct noise_host host = { .root = o->root, .cpus = hwloc_bitmap_alloc() };
	int ret = 0;

	if (o->cpu != DOCTOR_ANY_CPU)
		hwloc_bitmap_only(host.cpus, o->cpu);
	else
		ret = quieting_cpus(NULL, host.cpus, err);
	if (!ret) {
		fputc('\n', out);
		command_entry(
			out, "",
			"Noise, for the machines kvm and native (the exact machine has none):");
	}
	for (size_t i = 0; !ret && i < nr_noise_checks; i++) {
		const struct noise_check *check = noise_checks[i];
		_cleanup_free_ char *at = NULL;
		char found[NOISE_TEXT] = "";
		enum noise_health health = check->look(&host, found);

		at = xasprintf("%-5s  %-11s ", noise_health_name(health), check->name);
		command_entry(out, at, found);
		if (health != NOISE_NOISY)
			continue;
		command_entry(out, "                   why: ", check->why);
		command_entry(out, "                   do:  ", check->todo);
	}
	hwloc_bitmap_free(host.cpus);
	return ret;
}

bool doctor_look(const struct doctor *o, FILE *out, char worst[DOCTOR_TEXT], struct err *err)
{
	static const char *const words[] = { [GOOD] = "ok", [WEAK] = "weak", [BAD] = "BAD" };
	bool well = true;

	if (check_host(o, err))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(checks) && !interrupt_pending(); i++) {
		_cleanup_free_ char *at = NULL;
		char text[256] = "";
		enum health health = checks[i].look(text);

		at = xasprintf("%-4s  %-9s ", words[health], checks[i].name);
		command_entry(out, at, text);
		if (health != BAD)
			continue;
		if (well)
			snprintf(worst, DOCTOR_TEXT, "%s: %s", checks[i].name, text);
		well = false;
	}
	return !look_for_noise(o, out, err) && well;
}

/* All of it, as a check of --hardware, kept beside the runs. */
static void check_doctor(struct selfcheck *s, struct selfcheck_result *r)
{
	static const struct doctor here = { .root = "", .cpu = DOCTOR_ANY_CPU };
	_cleanup_free_ char *path = xasprintf("%s/doctor.log", s->folder);
	struct err err = { 0 };
	char worst[DOCTOR_TEXT] = "";
	_cleanup_fclose_ FILE *log = fopen(path, "we");

	if (!log) {
		selfcheck_say(r, SELFCHECK_FAIL, "cannot write %s: %s", path, strerror(errno));
		return;
	}
	strv_add(&s->runs, "doctor");
	if (doctor_look(&here, log, worst, &err))
		selfcheck_say(r, SELFCHECK_PASS, "`ptwalk doctor` finds nothing that stops a run");
	else
		selfcheck_say(r, SELFCHECK_FAIL, "%s", *err.text ? err.text : worst);
}

const struct selfcheck_check selfcheck_doctor = {
	.name = "doctor",
	.shows = "what of this host makes noise, and what a run lacks",
	.run = check_doctor,
};
