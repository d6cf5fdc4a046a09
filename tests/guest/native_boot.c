// SPDX-License-Identifier: GPL-2.0-only
/*
 * The native machine, in a guest of several CPUs with the whole suite in it:
 * programs, libraries, a module built outside, an index of the kernel's modules.
 *
 *	native_boot SPEC PTWALK PROGRAM MODE [ARG...]	(PROGRAM: native_guest)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "tests/guest/native_outfit.h"
#include "vm/vm.h"

/* What a mode needs beside what all have. */
static const struct mode {
	const char *name;
	const char *append; /* to the kernel's command line */
	bool kaslr;
	unsigned int ram_mib, limit_seconds, silent_seconds;
	int (*bring)(struct outfit *, const struct kernel *, struct err *err);
} modes[] = {
	{ .name = "perf", .bring = outfit_perf },
	/* The suite says nothing while it builds. */
	{ .name = "build",
	  .bring = outfit_tools,
	  .kaslr = true,
	  .ram_mib = 2048,
	  .limit_seconds = 2000,
	  .silent_seconds = 1300 },
	{ .name = "signed", .append = "module.sig_enforce=1" },
	{ .name = "" }, /* any other */
};

static const struct mode *find_mode(const char *name)
{
	const struct mode *mode = modes;

	while (*mode->name && strcmp(mode->name, name) != 0)
		mode++;
	return mode;
}

static void print(void *arg, const char *data, size_t len)
{
	(void)arg;
	fwrite(data, 1, len, stdout);
	fflush(stdout);
}

static int boot(const struct outfit *o, const struct kernel *kernel, char **args, int *status,
		struct err *err)
{
	static const struct vm_dax dax[] = { { GIB, PAGE }, { GIB, 2 * MIB } };
	static const char *const modules[] = { "nd_e820", "dax_pmem", "device_dax", NULL };
	static const struct vm_events events = { .output = print };
	const struct mode *mode = find_mode(args[0]);
	struct vm_file *files = xcalloc(o->hosts.n, sizeof(*files));
	struct strv argv = { 0 };
	struct vm_result result = { 0 };
	struct vm_config config = {
		.kernel = *kernel->vmlinux && !mode->kaslr ? kernel->vmlinux : kernel->image,
		.release = kernel->release,
		.modules_root = kernel->root,
		.modules = modules,
		.files = files,
		.nr_files = o->hosts.n,
		.dax = dax,
		.nr_dax = ARRAY_SIZE(dax),
		.append = mode->append,
		.kaslr = mode->kaslr,
		.ram_mib = mode->ram_mib ? mode->ram_mib : 1024,
		.cpus = 2,
		.limit_seconds = mode->limit_seconds ? mode->limit_seconds : 1500,
		.silent_seconds = mode->silent_seconds ? mode->silent_seconds : 200,
		.folder = o->folder,
	};
	int ret;

	for (size_t i = 0; i < o->hosts.n; i++)
		files[i] = (struct vm_file){ o->hosts.v[i], o->guests.v[i] };
	strv_add(&argv, "/native_guest");
	for (; *args; args++)
		strv_add(&argv, *args);
	config.argv = (const char *const *)argv.v;
	ret = machine_find("tcg")->run(&config, &events, NULL, &result, err);
	*status = result.status;
	if (ret)
		fprintf(stderr, "%s\n", vm_console_tail(o->folder, 20));
	strv_release(&argv);
	free(files);
	return ret;
}

/* All that the guest is given. */
static int outfit(struct outfit *o, char **argv, const struct kernel *kernel, struct err *err)
{
	const struct mode *mode = find_mode(argv[4]);
	int ret = outfit_programs(o, argv[2], argv[3], kernel, err);

	if (!ret && mode->bring)
		ret = mode->bring(o, kernel, err);
	return ret ? ret : outfit_modules(o, kernel, err);
}

int main(int argc, char **argv)
{
	_cleanup_free_ char *folder = argc < 5 ? NULL : fs_temp(NULL, "ptwalk-native", NULL);
	struct outfit o = { .folder = folder };
	struct kernel kernel;
	struct err err = { "" };
	int status = 2, ret;

	if (!folder)
		return 2;
	ret = kernel_find(argv[1], NULL, &kernel, NULL, &err);
	if (!ret) {
		ret = outfit(&o, argv, &kernel, &err);
		if (!ret)
			ret = boot(&o, &kernel, argv + 4, &status, &err);
		kernel_release(&kernel);
	}
	if (ret)
		fprintf(stderr, "native_boot: %s\n", err.text);
	fs_remove(folder, NULL);
	outfit_release(&o);
	return ret ? 2 : status;
}
