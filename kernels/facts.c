// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/config.h"

/* Every string of struct kernel that is kept; PATH ones are below the folder. */
#define FACTS(TEXT, PATH)  \
	TEXT(release)      \
	TEXT(version)      \
	TEXT(compiler)     \
	TEXT(cc)           \
	TEXT(image_sha256) \
	TEXT(build_key)    \
	PATH(image)        \
	PATH(config)       \
	PATH(root)         \
	PATH(tools)        \
	PATH(build)

void kernel_init(struct kernel *kernel, const char *spec)
{
	*kernel = (struct kernel){
		.spec = xstrdup(spec),
		.release = xstrdup(""),
		.version = xstrdup(""),
		.image = xstrdup(""),
		.vmlinux = xstrdup(""),
		.config = xstrdup(""),
		.root = xstrdup(""),
		.build = xstrdup(""),
		.build_key = xstrdup(""),
		.image_sha256 = xstrdup(""),
		.config_sha256 = xstrdup(""),
		.compiler = xstrdup(""),
		.cc = xstrdup(""),
		.tools = xstrdup(""),
	};
}

void kernel_take(char **field, char *value)
{
	free(*field);
	*field = value ? value : xstrdup("");
}

/* What its config says of a kernel. */
static int describe_config(struct kernel *kernel, struct err *err)
{
	char hex[65], *text = fs_read(kernel->config, NULL, err);

	if (!text)
		return -EIO;
	config_digest(text, hex);
	kernel_take(&kernel->config_sha256, xstrdup(hex));
	kernel_take(&kernel->compiler, config_value(text, "CONFIG_CC_VERSION_TEXT"));
	free(text);
	return 0;
}

int kernel_describe(struct kernel *kernel, struct err *err)
{
	char hex[65];
	int ret = *kernel->image ? fs_sha256(kernel->image, hex, err) : 0;

	if (ret)
		return ret;
	kernel_take(&kernel->image_sha256, *kernel->image ? xstrdup(hex) : NULL);
	return *kernel->config ? describe_config(kernel, err) : 0;
}

static const char *below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	if (strncmp(path, folder, len) || (path[len] && path[len] != '/'))
		return path;
	return path[len] ? path + len + 1 : ".";
}

int facts_save(const struct kernel *kernel, const char *folder, struct err *err)
{
	char *path = xasprintf("%s/facts", folder), *text;
	struct strv lines = { 0 };
	int ret;

#define SAVE_TEXT(name) strv_addf(&lines, #name " %s\n", kernel->name);
#define SAVE_PATH(name) strv_addf(&lines, #name " %s\n", below(kernel->name, folder));
	FACTS(SAVE_TEXT, SAVE_PATH)
	text = strv_join(&lines, "");
	ret = fs_write_file(path, text, strlen(text), 0644, err);
	strv_release(&lines);
	free(text);
	free(path);
	return ret;
}

static char *resolve(const char *path, const char *folder)
{
	if (*path == '/' || !*path)
		return xstrdup(path);
	return strcmp(path, ".") ? xasprintf("%s/%s", folder, path) : xstrdup(folder);
}

static void load_line(struct kernel *kernel, const char *line, const char *folder)
{
#define LOAD_TEXT(name)                  \
	if (str_starts(line, #name " ")) \
		kernel_take(&kernel->name, xstrdup(line + sizeof(#name)));
#define LOAD_PATH(name)                  \
	if (str_starts(line, #name " ")) \
		kernel_take(&kernel->name, resolve(line + sizeof(#name), folder));
	FACTS(LOAD_TEXT, LOAD_PATH)
}

static bool complete(const struct kernel *kernel)
{
	char *dep = xasprintf("%s/lib/modules/%s/modules.dep.bin", kernel->root, kernel->release);
	char *makefile = xasprintf("%s/Makefile", kernel->build);
	bool all = *kernel->release && strlen(kernel->image_sha256) == 64 &&
		   fs_exists(kernel->image) && fs_exists(dep) && fs_exists(makefile);

	free(makefile);
	free(dep);
	return all;
}

int facts_load(struct kernel *kernel, const char *folder)
{
	char *path = xasprintf("%s/facts", folder), *text = fs_read(path, NULL, NULL);
	struct strv lines = { 0 };

	free(path);
	if (!text)
		return -ENOENT;
	strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.n; i++)
		load_line(kernel, lines.v[i], folder);
	strv_release(&lines);
	free(text);
	return complete(kernel) && !describe_config(kernel, NULL) ? 0 : -ENOENT;
}

int depmod_run(const char *root, const char *release, struct err *err)
{
	static const char sbin[] = "/usr/sbin/depmod";
	char *depmod = fs_find_program("depmod");
	const char *argv[] = { depmod ? depmod : sbin, "-b", root, release, NULL };
	struct proc_options options = { .timeout_seconds = 300 };
	int ret = proc_run(argv, &options, err);

	if (ret == -ENOENT)
		err_set(err, ENOENT, "depmod is missing: install the package kmod");
	if (ret == -ECHILD)
		ret = err_set(err, EIO, "depmod -b %s %s failed; is the disk full?", root, release);
	free(depmod);
	return ret;
}
