// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/builds.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/cache.h"
#include "kernels/facts.h"
#include "kernels/toolchain.h"

#define INSTALL_SECONDS 1800

static bool tree_matches(const char *spec)
{
	return strchr(spec, '/') || !strcmp(spec, ".") || fs_is_dir(spec);
}

static char *in_tree(const char *tree, const char *name)
{
	return xasprintf("%s/%s", tree, name);
}

static bool tree_has(const char *tree, const char *name)
{
	_cleanup_free_ char *path = in_tree(tree, name);
	bool has = fs_exists(path);

	return has;
}

static int check_tree(const char *tree, const struct arch *arch, struct err *err)
{
	if (!fs_is_dir(tree))
		return err_set(err, ENOENT, "%s is not a folder: name a kernel build tree", tree);
	if (!tree_has(tree, "Makefile") ||
	    (!tree_has(tree, "Kbuild") && !tree_has(tree, "source") && !tree_has(tree, ".config")))
		return err_set(err, ENOENT, "%s is not a kernel build tree: it has no %s", tree,
			       tree_has(tree, "Makefile") ? "Kbuild" : "Makefile");
	if (!tree_has(tree, ".config"))
		return err_set(err, ENOENT,
			       "%s has no .config: run make defconfig (or another) there, and make",
			       tree);
	if (!tree_has(tree, "include/config/kernel.release") ||
	    (!tree_has(tree, arch->image) && !tree_has(tree, "vmlinux")))
		return err_set(err, ENOENT, "%s is not built: run make there", tree);
	return 0;
}

static int fill_tree(struct kernel *kernel, const char *tree, struct err *err)
{
	const char *image = kernel->arch->image;
	char *release = in_tree(tree, "include/config/kernel.release");

	kernel_take(&kernel->build, xstrdup(tree));
	kernel_take(&kernel->config, in_tree(tree, ".config"));
	kernel_take(&kernel->image, in_tree(tree, tree_has(tree, image) ? image : "vmlinux"));
	kernel_take(&kernel->release, fs_read_line(release));
	free(release);
	if (!*kernel->release || strchr(kernel->release, '/'))
		return err_set(err, ENOENT,
			       "%s/include/config/kernel.release is empty: run make "
			       "there",
			       tree);
	return kernel_describe(kernel, err);
}

static bool has_modules(const char *config)
{
	_cleanup_free_ char *text = fs_read(config, NULL, NULL);
	bool has = text && strstr(text, "=m\n");

	return has;
}

/* Each module that the tree should have, by the names that modules.order gives (.o since 6.2). */
static int add_modules(const char *tree, struct manifest *m, struct err *err)
{
	char *order = in_tree(tree, "modules.order"), *text = fs_read(order, NULL, NULL);
	_cleanup_(strv_release) struct strv lines = { 0 };
	int ret = 0;

	free(order);
	if (!text)
		return err_set(err, ENOENT, "%s: its modules are not built: run make there", tree);
	strv_split(&lines, text, '\n');
	for (size_t i = 0; !ret && i < lines.n; i++) {
		const char *name = lines.v[i];
		size_t stem = strlen(name) - (str_ends(name, ".ko") ? 3 : 2);
		_cleanup_free_ char *path = NULL;
		struct stat st;

		name += str_starts(name, "kernel/") && !tree_has(tree, name) ? 7 : 0;
		stem -= (size_t)(name - lines.v[i]);
		path = xasprintf("%s/%.*s.ko", tree, (int)stem, name);
		if (stat(path, &st))
			ret = err_set(err, ENOENT, "%s is not built: run make in %s", path, tree);
		else
			manifest_addf(m, "%s %lld %lld.%09ld\n", path, (long long)st.st_size,
				      (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	}
	free(text);
	return ret;
}

/* What tells one staging of a tree's modules from another. */
static char *stage_key(const struct kernel *kernel, bool modules, struct err *err)
{
	_cleanup_(manifest_release) struct manifest m = { 0 };
	char *key = NULL;

	manifest_addf(&m, "%s %s %s\n", kernel->build, kernel->release, kernel->image_sha256);
	if (!modules || !add_modules(kernel->build, &m, err))
		key = manifest_key(&m);
	return key;
}

static int install_modules(const struct kernel *kernel, const char *root, const char *log,
			   struct err *err)
{
	_cleanup_(strv_release) struct strv words = { 0 };
	struct proc_options options = {
		.log = log,
		.timeout_seconds = INSTALL_SECONDS,
		.missing = "install the package make",
	};

	strv_add(&words, "modules_install");
	strv_add(&words, "INSTALL_MOD_STRIP=1");
	strv_addf(&words, "INSTALL_MOD_PATH=%s", root);
	toolchain_cross(kernel->arch, &words);
	return make_run(kernel->build, (const char *const *)words.v, &options, err);
}

static int install_one(const struct kernel *kernel, const char *name, const char *folder,
		       const char *log, struct err *err)
{
	_cleanup_free_ char *from = in_tree(kernel->build, name),
			    *to = xasprintf("%s/kernel/%s", folder, name);
	_cleanup_free_ char *above = xstrndup(to, (size_t)(strrchr(to, '/') - to));
	_cleanup_free_ char *program = arch_tool(kernel->arch, "strip");
	const char *strip[] = { program, "-g", "-o", to, from, NULL };
	struct proc_options options = {
		.log = log,
		.timeout_seconds = INSTALL_SECONDS,
		.missing = "install the package binutils",
	};
	int ret = fs_mkdir_p(above, err);

	return ret ? ret : proc_run(strip, &options, err);
}

/* make installs what modules.order lists, which a make of single modules does not leave. */
static int install_named(const struct kernel *kernel, const struct strv *named, const char *root,
			 const char *log, struct err *err)
{
	_cleanup_free_ char *folder = xasprintf("%s/lib/modules/%s", root, kernel->release);
	int ret = 0;

	for (size_t i = 0; !ret && i < named->n; i++)
		ret = install_one(kernel, named->v[i], folder, log, err);
	return ret;
}

/* Without modules, or with single ones, the lists of what is built in are still there for libkmod. */
static int copy_lists(const struct kernel *kernel, const char *root, struct err *err)
{
	static const char *const lists[] = { "modules.order", "modules.builtin",
					     "modules.builtin.modinfo" };
	_cleanup_free_ char *folder = xasprintf("%s/lib/modules/%s", root, kernel->release);
	int ret = fs_mkdir_p(folder, err);

	for (size_t i = 0; !ret && i < ARRAY_SIZE(lists); i++) {
		_cleanup_free_ char *from = in_tree(kernel->build, lists[i]),
				    *to = in_tree(folder, lists[i]);

		if (i && fs_exists(from))
			ret = fs_copy(from, to, 0644, err);
		else
			ret = fs_write_file(to, "", 0, 0644, err);
	}
	return ret;
}

int tree_install(const struct kernel *kernel, const struct strv *named, const char *root,
		 const char *log, struct err *err)
{
	bool all = !named->n && has_modules(kernel->config);
	int ret = all ? install_modules(kernel, root, log, err) : copy_lists(kernel, root, err);

	if (!ret)
		ret = install_named(kernel, named, root, log, err);
	return ret ? ret : depmod_run(root, kernel->release, err);
}

/* Copy what the guest loads out of the tree, which may be built again meanwhile. */
static int stage(struct kernel *kernel, const char *root, struct progress *progress,
		 struct err *err)
{
	_cleanup_free_ char *folder = cache_path("trees"), *temp = xasprintf("%s.tmp", root);
	_cleanup_free_ char *log = xasprintf("%s.log", root);
	_cleanup_close_ int lock = -1;
	int ret;

	progress_enter(progress, "kernel");
	lock = cache_lock("trees", progress, err);
	if (lock < 0)
		return lock;
	if (fs_is_dir(root))
		return 0;
	ret = cache_sweep(folder, err);
	if (!ret)
		ret = fs_mkdir_p(temp, err);
	if (!ret)
		ret = fs_remove(log, err);
	if (!ret)
		ret = tree_install(kernel, &(struct strv){ 0 }, temp, log, err);
	if (!ret)
		ret = cache_publish(temp, root, err);
	if (ret)
		fs_remove(temp, NULL);
	return ret;
}

static int stage_once(struct kernel *kernel, struct progress *progress, struct err *err)
{
	_cleanup_free_ char *key = stage_key(kernel, has_modules(kernel->config), err);

	if (!key)
		return -ENOENT;
	kernel_take(&kernel->root, cache_path("trees/%s", key));
	return fs_is_dir(kernel->root) ? 0 : stage(kernel, kernel->root, progress, err);
}

static int set_vmlinux(struct kernel *kernel, struct err *err)
{
	if (!str_ends(kernel->image, "/vmlinux"))
		return image_vmlinux(kernel, err);
	kernel_take(&kernel->vmlinux, xstrdup(kernel->image));
	return 0;
}

int tree_describe(struct kernel *kernel, const char *tree, struct err *err)
{
	int ret = check_tree(tree, kernel->arch, err);

	return ret ? ret : fill_tree(kernel, tree, err);
}

static int tree_find(const char *spec, struct kernel *kernel, struct progress *progress,
		     struct err *err)
{
	_cleanup_free_ char *tree = realpath(spec, NULL);
	int ret;

	if (!tree)
		return err_set(err, errno, "%s: %s: name a kernel build tree", spec,
			       strerror(errno));
	ret = tree_describe(kernel, tree, err);
	if (!ret)
		ret = stage_once(kernel, progress, err);
	if (!ret)
		ret = set_vmlinux(kernel, err);
	return ret;
}

const struct kernel_source tree_source = {
	.name = "DIR",
	.summary = "a kernel build tree",
	.matches = tree_matches,
	.find = tree_find,
};
