// SPDX-License-Identifier: GPL-2.0-only
#include "tests/guest/native_outfit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/modules.h"
#include "kernels/facts.h"

static const char *const zram[] = { "zram", NULL };

void outfit_add(struct outfit *o, const char *host, const char *guest)
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
		outfit_add(o, copy, copy + strlen(o->folder));
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
			outfit_add(o, path, path + strlen(o->folder));
		free(path);
	}
	return ret;
}

int outfit_modules(struct outfit *o, const struct kernel *kernel, struct err *err)
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

int outfit_programs(struct outfit *o, const char *ptwalk, const char *program,
		    const struct kernel *kernel, struct err *err)
{
	char *driver = xasprintf("%s-driver", ptwalk);
	char *config = xasprintf("/boot/config-%s", kernel->release), *module;
	int ret = kernel_module(kernel, NULL, &module, NULL, err);

	outfit_add(o, program, "/native_guest");
	outfit_add(o, ptwalk, "/ptwalk");
	outfit_add(o, driver, "/ptwalk-driver");
	outfit_add(o, kernel->config, config);
	if (!ret) {
		outfit_add(o, module, "/ptwalk.ko");
		free(module);
	}
	free(config);
	free(driver);
	return ret;
}

int outfit_perf(struct outfit *o, const struct kernel *kernel, struct err *err)
{
	char *perf = fs_find_program("perf");

	(void)kernel;
	if (!perf)
		return err_set(err, ENOENT, "perf is not there; Debian's package is linux-perf");
	outfit_add(o, perf, "/usr/bin/perf");
	free(perf);
	return 0;
}

void outfit_release(struct outfit *o)
{
	strv_release(&o->hosts);
	strv_release(&o->guests);
}
