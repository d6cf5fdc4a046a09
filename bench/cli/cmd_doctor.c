// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/measure/folder.h"
#include "bench/measure/prepare.h"
#include "bench/measure/host.h"
#include "bench/noise/noise.h"
#include "kernels/toolchain.h"
#include "kernels/kernel.h"
#include "vm/vm.h"

#define CACHE_NEED (2 * GIB) /* one kernel unpacked, with its packages */
#define RAM_NEED   (3 * GIB) /* what a default run touches, with room */

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
	int cpu; /* -1: none was named */
};

static int set_cpu(void *options, const char *arg, struct err *err)
{
	struct doctor_options *o = options;
	unsigned long n;
	int ret = parse_count(arg, 0, INT_MAX, "a CPU", &n, err);

	if (!ret)
		o->cpu = (int)n;
	return ret;
}

static const struct opt options[] = {
	{ "cpu", 'c', "N", "The CPU that measures (default: as the driver takes it)",
	  OPT_CALL(set_cpu) },
	{ "root", 'R', "FOLDER",
	  "Look for noise in the sys and proc of this folder, not of this host",
	  OPT_TEXT(struct doctor_options, root) },
	{ 0 },
};

static int check(const struct doctor_options *o, struct err *err)
{
	char *path = xasprintf("%s/sys/devices/system/cpu/cpu%d", o->root, o->cpu);
	int ret = 0;

	if (*o->root && !fs_exists(o->root))
		ret = err_set(err, ENOENT, "there is no folder %s", o->root);
	else if (o->cpu >= 0 && !fs_is_dir(path))
		ret = err_set(err, EINVAL, "--cpu %d: there is no such CPU (no %s)", o->cpu, path);
	free(path);
	return ret;
}

static int look_for_noise(const struct doctor_options *o, struct err *err)
{
	struct noise_host host = { .root = o->root, .cpus = hwloc_bitmap_alloc() };
	int ret = 0;

	if (o->cpu >= 0)
		hwloc_bitmap_only(host.cpus, (unsigned int)o->cpu);
	else
		ret = quieting_cpus(NULL, host.cpus, err);
	if (!ret)
		printf("\nNoise, for the machines kvm and native (the exact machine has none):\n");
	for (size_t i = 0; !ret && i < nr_noise_checks; i++) {
		const struct noise_check *check = noise_checks[i];
		char found[NOISE_TEXT] = "";
		enum noise_health health = check->look(&host, found);

		printf("%-5s  %-11s %s\n", noise_health_name(health), check->name, found);
		if (health == NOISE_NOISY)
			printf("%18s why: %s\n%18s do:  %s\n", "", check->why, "", check->todo);
	}
	hwloc_bitmap_free(host.cpus);
	return ret;
}

static int run(int argc, char **argv)
{
	static const char *const words[] = { [GOOD] = "ok", [WEAK] = "weak", [BAD] = "BAD" };
	struct doctor_options o = { .root = "", .cpu = -1 };
	struct err err = { 0 };
	int status = STATUS_CLEAN;

	if (command_parse(&command_doctor, argc, argv, &o))
		return STATUS_ERROR;
	if (check(&o, &err))
		return command_fail("doctor", &err);
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		char text[256] = "";
		enum health health = checks[i].look(text);

		printf("%-4s  %-9s %s\n", words[health], checks[i].name, text);
		if (health == BAD)
			status = STATUS_ERROR;
	}
	if (look_for_noise(&o, &err))
		status = command_fail("doctor", &err);
	return status;
}

const struct command command_doctor = {
	.name = "doctor",
	.summary = "see whether this host can run it, and what to do",
	.doc = "Look at what a run on the exact machine needs, and at what makes times noisy here; say "
	       "what to do about it.\vExit status: 0 where `ptwalk run` can work, else 2. Noise does "
	       "not change it.",
	.options = options,
	.run = run,
};
