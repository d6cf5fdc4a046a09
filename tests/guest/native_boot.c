// SPDX-License-Identifier: GPL-2.0-only
/*
 * The native machine, in a guest of several CPUs with the whole suite in it:
 * programs, libraries, a module built outside, an index of the kernel's modules.
 *
 *	native_boot SPEC PTWALK PROGRAM [ARG...]	(PROGRAM: native_guest)
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/modules.h"
#include "base/size.h"
#include "base/str.h"
#include "kernels/facts.h"
#include "kernels/kernel.h"
#include "vm/vm.h"

#define MAX_FILES 32

/* A tree of its own for the module index: of zram and what it takes. */
struct outfit {
	char *folder;
	struct strv hosts, guests;
	struct vm_file files[MAX_FILES];
};

static const char *const zram[] = { "zram", NULL };

static void add(struct outfit *o, const char *host, const char *guest)
{
	strv_add(&o->hosts, host);
	strv_add(&o->guests, guest);
}

static int add_module(struct outfit *o, const struct kernel *kernel, const char *path,
		      struct err *err)
{
	const char *name = strrchr(path, '/');
	char *copy = xasprintf("%s/lib/modules/%s%s", o->folder, kernel->release, name);
	int ret = fs_copy(path, copy, 0644, err);

	if (!ret)
		add(o, copy, copy + strlen(o->folder));
	free(copy);
	return ret;
}

/* The two files that depmod asks for: what is built in is not of interest here. */
static int add_index(struct outfit *o, const struct kernel *kernel, struct err *err)
{
	static const char *const asked[] = { "modules.order", "modules.builtin" };
	static const char *const made[] = { "modules.dep", "modules.dep.bin", "modules.alias.bin",
					    "modules.symbols.bin", "modules.builtin.bin" };
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(asked) && !ret; i++) {
		char *path =
			xasprintf("%s/lib/modules/%s/%s", o->folder, kernel->release, asked[i]);

		ret = fs_write_file(path, "", 0, 0644, err);
		free(path);
	}
	if (!ret)
		ret = depmod_run(o->folder, kernel->release, err);
	for (size_t i = 0; i < ARRAY_SIZE(made) && !ret; i++) {
		char *path = xasprintf("%s/lib/modules/%s/%s", o->folder, kernel->release, made[i]);

		if (fs_exists(path))
			add(o, path, path + strlen(o->folder));
		free(path);
	}
	return ret;
}

static int add_modules(struct outfit *o, const struct kernel *kernel, struct err *err)
{
	char *folder = xasprintf("%s/lib/modules/%s", o->folder, kernel->release);
	struct strv paths = { 0 };
	int ret = fs_mkdir_p(folder, err);

	if (!ret)
		ret = modules_resolve(kernel->root, kernel->release, zram, &paths, err);
	for (size_t i = 0; i < paths.n && !ret; i++)
		ret = add_module(o, kernel, paths.v[i], err);
	if (!ret)
		ret = add_index(o, kernel, err);
	strv_release(&paths);
	free(folder);
	return ret;
}

static int add_programs(struct outfit *o, const char *ptwalk, const char *program,
			const struct kernel *kernel, struct err *err)
{
	char *driver = xasprintf("%s-driver", ptwalk);
	char *config = xasprintf("/boot/config-%s", kernel->release), *module;
	int ret = kernel_module(kernel, &module, NULL, err);

	add(o, program, "/native_guest");
	add(o, ptwalk, "/ptwalk");
	add(o, driver, "/ptwalk-driver");
	add(o, kernel->config, config);
	if (!ret) {
		add(o, module, "/ptwalk.ko");
		free(module);
	}
	free(config);
	free(driver);
	return ret;
}

/* Where the mode is of perf. */
static int add_perf(struct outfit *o, const char *mode, struct err *err)
{
	char *perf;

	if (!mode || strcmp(mode, "perf") != 0)
		return 0;
	perf = fs_find_program("perf");
	if (!perf)
		return err_set(err, ENOENT, "perf is not there; Debian's package is linux-perf");
	add(o, perf, "/usr/bin/perf");
	free(perf);
	return 0;
}

static void print(void *arg, const char *data, size_t len)
{
	(void)arg;
	fwrite(data, 1, len, stdout);
	fflush(stdout);
}

static int boot(struct outfit *o, const struct kernel *kernel, char **args, int *status,
		struct err *err)
{
	static const struct vm_dax dax[] = { { GIB, PAGE }, { GIB, 2 * MIB } };
	static const char *const modules[] = { "nd_e820", "dax_pmem", "device_dax", NULL };
	static const struct vm_events events = { .output = print };
	struct strv argv = { 0 };
	struct vm_result result = { 0 };
	struct vm_config config = {
		.kernel = *kernel->vmlinux ? kernel->vmlinux : kernel->image,
		.release = kernel->release,
		.modules_root = kernel->root,
		.modules = modules,
		.files = o->files,
		.nr_files = o->hosts.n,
		.dax = dax,
		.nr_dax = ARRAY_SIZE(dax),
		.ram_mib = 1024,
		.cpus = 2,
		.limit_seconds = 1500,
		.silent_seconds = 200,
		.folder = o->folder,
	};
	int ret;

	for (size_t i = 0; i < o->hosts.n; i++)
		o->files[i] = (struct vm_file){ o->hosts.v[i], o->guests.v[i] };
	strv_add(&argv, "/native_guest");
	for (; *args; args++)
		strv_add(&argv, *args);
	config.argv = (const char *const *)argv.v;
	ret = machine_find("tcg")->run(&config, &events, NULL, &result, err);
	*status = result.status;
	if (ret)
		fprintf(stderr, "%s\n", vm_console_tail(o->folder, 20));
	strv_release(&argv);
	return ret;
}

int main(int argc, char **argv)
{
	char folder[] = "/tmp/ptwalk-native.XXXXXX";
	struct outfit o = { .folder = folder };
	struct kernel kernel;
	struct err err = { "" };
	int status = 2, ret;

	if (argc < 4 || !mkdtemp(folder))
		return 2;
	ret = kernel_find(argv[1], &kernel, NULL, &err);
	if (!ret) {
		ret = add_programs(&o, argv[2], argv[3], &kernel, &err);
		if (!ret)
			ret = add_perf(&o, argv[4], &err);
		if (!ret)
			ret = add_modules(&o, &kernel, &err);
		if (!ret)
			ret = boot(&o, &kernel, argv + 4, &status, &err);
		kernel_release(&kernel);
	}
	if (ret)
		fprintf(stderr, "native_boot: %s\n", err.text);
	fs_remove(folder, NULL);
	strv_release(&o.hosts);
	strv_release(&o.guests);
	return ret ? 2 : status;
}
