// SPDX-License-Identifier: GPL-2.0-only

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/modules.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/cache.h"
#include "kernels/facts.h"

static bool host_matches(const char *spec)
{
	return !strcmp(spec, "host");
}

/* Is @path there and readable? If not, @package is what brings it. */
static int need(const char *path, const char *package, const char *release, struct err *err)
{
	if (!access(path, R_OK))
		return 0;
	if (errno == EACCES)
		return err_set(err, EACCES,
			       "%s cannot be read by this user: make it readable, or run as root",
			       path);
	return err_set(err, ENOENT, "%s is missing: install the package %s-%s", path, package,
		       release);
}

/* The image that is on disk may not be the one that runs: an update replaces it. */
static int check_image(const struct kernel *kernel, struct err *err)
{
	_cleanup_free_ char *release = image_release(kernel->image);

	if (!release || !strcmp(release, kernel->release))
		return 0;
	return err_set(err, ESTALE, "%s is kernel %s, not %s: reboot, or name another kernel",
		       kernel->image, release, kernel->release);
}

/* "BASE/boot/NAME-RELEASE", else "BASE/lib/modules/RELEASE/NAME", as Fedora and others have it. */
static char *in_boot(const char *base, const char *name, const char *release)
{
	char *boot = xasprintf("%s/boot/%s-%s", base, name, release);
	_cleanup_free_ char *beside = xasprintf("%s/lib/modules/%s/%s", base, release, name);

	if (access(boot, F_OK) || fs_is_dir(boot)) {
		if (!access(beside, R_OK)) {
			free(boot);
			return TAKE_PTR(beside);
		}
	}
	return boot;
}

int host_fill(struct kernel *kernel, const char *root, const char *release, struct err *err)
{
	const char *base = strcmp(root, "/") ? root : "";
	_cleanup_free_ char *dep = xasprintf("%s/lib/modules/%s/modules.dep.bin", base, release);
	_cleanup_free_ char *makefile =
		xasprintf("%s/lib/modules/%s/build/Makefile", base, release);
	int ret;

	kernel_take(&kernel->release, xstrdup(release));
	kernel_take(&kernel->image, in_boot(base, "vmlinuz", release));
	kernel_take(&kernel->config, in_boot(base, "config", release));
	kernel_take(&kernel->root, xstrdup(root));
	kernel_take(&kernel->build, xasprintf("%s/lib/modules/%s/build", base, release));
	ret = need(kernel->image, "linux-image", release, err);
	if (!ret)
		ret = need(kernel->config, "linux-image", release, err);
	if (!ret)
		ret = need(dep, "linux-image", release, err);
	if (!ret)
		ret = need(makefile, "linux-headers", release, err);
	if (!ret)
		ret = check_image(kernel, err);
	return ret ? ret : kernel_describe(kernel, err);
}

/* The version of the package that brought @release; NULL where none did. Owned by the caller. */
static char *package_version(const char *release)
{
	_cleanup_free_ char *package = xasprintf("linux-image-%s", release);
	char *version = NULL;
	const char *argv[] = { "dpkg-query", "-W", "-f", "${Version}", package, NULL };
	struct proc_options options = { .output = &version, .timeout_seconds = 60 };

	return proc_run(argv, &options, NULL) ? NULL : version;
}

static int host_find(const char *spec, struct kernel *kernel, struct progress *progress,
		     struct err *err)
{
	struct utsname uts;
	int ret;

	(void)spec;
	(void)progress;
	if (uname(&uts))
		return err_errno(err, "uname");
	ret = host_fill(kernel, "/", uts.release, err);
	if (ret) {
		err_prefix(err, "the running kernel, %s", uts.release);
		return ret;
	}
	kernel_take(&kernel->version, package_version(uts.release));
	return image_vmlinux(kernel, err);
}

const struct kernel_source host_source = {
	.name = "host",
	.summary = "the running kernel, from /boot and /lib/modules",
	.matches = host_matches,
	.find = host_find,
};

/* A kernel that is installed below some folder, by whatever of it is named. */

/* @path without "/lib/modules/RELEASE" at its end, nor the /usr of a merged one; "/" for nothing. */
static char *above_modules(const char *path, const char *release)
{
	_cleanup_free_ char *end = xasprintf("/lib/modules/%s", release);
	size_t len;

	if (!str_ends(path, end))
		return NULL;
	len = strlen(path) - strlen(end);
	if (len >= 4 && !strncmp(path + len - 4, "/usr", 4))
		len -= 4;
	return len ? xstrndup(path, len) : xstrdup("/");
}

/* "ROOT/boot/vmlinuz..." or "ROOT/lib/modules/RELEASE/vmlinuz": ROOT; NULL: neither. */
static char *above_image(const char *path, const char *release)
{
	_cleanup_free_ char *folder = xstrndup(path, (size_t)(strrchr(path, '/') - path));

	if (str_ends(folder, "/boot"))
		return strlen(folder) > 5 ? xstrndup(folder, strlen(folder) - 5) : xstrdup("/");
	return above_modules(folder, release);
}

static bool is_modules_folder(const char *path)
{
	_cleanup_free_ char *dep = xasprintf("%s/modules.dep.bin", path);

	return fs_exists(dep);
}

static bool installed_matches(const char *spec)
{
	_cleanup_free_ char *path = strchr(spec, '/') ? realpath(spec, NULL) : NULL,
			    *release = NULL;

	if (!path)
		return false;
	if (fs_is_dir(path))
		return is_modules_folder(path);
	release = image_release(path);
	return release;
}

static int installed_find(const char *spec, struct kernel *kernel, struct progress *progress,
			  struct err *err)
{
	_cleanup_free_ char *path = realpath(spec, NULL), *release = NULL, *root = NULL;
	const bool folder = path && fs_is_dir(path);
	int ret;

	(void)progress;
	if (!path)
		return err_errno(err, "%s", spec);
	release = folder ? xstrdup(strrchr(path, '/') + 1) : image_release(path);
	root = folder ? above_modules(path, release) : above_image(path, release);
	if (!root)
		return err_set(err, EINVAL,
			       "%s is kernel %s, and where its modules are is not known: it is "
			       "neither in ROOT/boot nor ROOT/lib/modules/%s",
			       spec, release, release);
	ret = host_fill(kernel, root, release, err);
	return ret ? ret : image_vmlinux(kernel, err);
}

const struct kernel_source installed_source = {
	.name = "ROOT/boot/vmlinuz-RELEASE, ROOT/lib/modules/RELEASE",
	.summary = "an installed kernel, with its modules and headers",
	.matches = installed_matches,
	.find = installed_find,
};

/* The running kernel where it is not booted again: its image need not be on disk. */

/* /proc/config.gz, unpacked into the cache; NULL where there is none. */
static char *config_of_proc(const char *base, const char *release, struct err *err)
{
	_cleanup_free_ char *from = xasprintf("%s/proc/config.gz", base),
			    *to = cache_path("running"),
			    *path = xasprintf("%s/config-%s", to, release), *text = NULL;
	size_t len;

	text = module_read(from, &len, err);
	if (!text || fs_mkdir_p(to, err) || fs_write_file(path, text, len, 0644, err))
		return NULL;
	return TAKE_PTR(path);
}

static char *readable(char *path)
{
	if (!access(path, R_OK))
		return path;
	free(path);
	return NULL;
}

/* In /boot, in /proc, or where its headers have it. */
static char *find_config(const struct kernel *kernel, const char *base)
{
	char *path = readable(xasprintf("%s/boot/config-%s", base, kernel->release));

	if (!path)
		path = config_of_proc(base, kernel->release, NULL);
	return path ? path : readable(xasprintf("%s/.config", kernel->build));
}

/* An image of that name that is another kernel, as after an update, is not the one that runs. */
static char *find_image(const struct kernel *kernel, const char *base)
{
	_cleanup_free_ char *path =
		readable(xasprintf("%s/boot/vmlinuz-%s", base, kernel->release));
	_cleanup_free_ char *release = path ? image_release(path) : NULL;

	return release && strcmp(release, kernel->release) != 0 ? NULL : TAKE_PTR(path);
}

static int check_build(const struct kernel *kernel, struct err *err)
{
	_cleanup_free_ char *makefile = xasprintf("%s/Makefile", kernel->build);

	if (!access(makefile, R_OK))
		return 0;
	return err_set(err, ENOENT,
		       "%s is missing: install the package linux-headers-%s, or name a module "
		       "built elsewhere with --module",
		       makefile, kernel->release);
}

int running_fill(struct kernel *kernel, const char *root, const char *release, bool build,
		 struct err *err)
{
	const char *base = strcmp(root, "/") ? root : "";
	int ret;

	kernel_take(&kernel->release, xstrdup(release));
	kernel_take(&kernel->root, xstrdup(root));
	kernel_take(&kernel->build, xasprintf("%s/lib/modules/%s/build", base, release));
	ret = build ? check_build(kernel, err) : 0;
	if (ret)
		return ret;
	kernel_take(&kernel->image, find_image(kernel, base));
	kernel_take(&kernel->config, find_config(kernel, base));
	return kernel_describe(kernel, err);
}

int kernel_running(struct kernel *kernel, bool build, struct err *err)
{
	struct utsname uts;
	int ret;

	kernel_init(kernel, "host");
	uname(&uts);
	ret = running_fill(kernel, "/", uts.release, build, err);
	if (ret) {
		err_prefix(err, "the running kernel, %s", uts.release);
		kernel_release(kernel);
		return ret;
	}
	kernel_take(&kernel->version, package_version(uts.release));
	kernel->running = true;
	return 0;
}
