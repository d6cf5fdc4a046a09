// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/host.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
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
	int ret = 0;

	if (release && strcmp(release, kernel->release))
		ret = err_set(err, ESTALE,
			      "%s is kernel %s, not %s: reboot, or name another kernel",
			      kernel->image, release, kernel->release);
	return ret;
}

int host_fill(struct kernel *kernel, const char *root, const char *release, struct err *err)
{
	const char *base = strcmp(root, "/") ? root : "";
	_cleanup_free_ char *dep = xasprintf("%s/lib/modules/%s/modules.dep.bin", base, release);
	_cleanup_free_ char *makefile =
		xasprintf("%s/lib/modules/%s/build/Makefile", base, release);
	int ret;

	kernel_take(&kernel->release, xstrdup(release));
	kernel_take(&kernel->image, xasprintf("%s/boot/vmlinuz-%s", base, release));
	kernel_take(&kernel->config, xasprintf("%s/boot/config-%s", base, release));
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

char *host_package_version(const char *release)
{
	char *package = xasprintf("linux-image-%s", release), *version = NULL;
	const char *argv[] = { "dpkg-query", "-W", "-f", "${Version}", package, NULL };
	struct proc_options options = { .output = &version, .timeout_seconds = 60 };

	if (proc_run(argv, &options, NULL))
		version = NULL;
	free(package);
	return version;
}

static int host_find(const char *spec, struct kernel *kernel, struct progress *progress,
		     struct err *err)
{
	struct utsname uts;
	int ret;

	(void)spec;
	(void)progress;
	if (uname(&uts))
		return err_set(err, errno, "uname: %s", strerror(errno));
	ret = host_fill(kernel, "/", uts.release, err);
	if (ret) {
		err_prefix(err, "the running kernel, %s", uts.release);
		return ret;
	}
	kernel_take(&kernel->version, host_package_version(uts.release));
	return image_vmlinux(kernel, err);
}

const struct kernel_source host_source = {
	.name = "host",
	.summary = "the running kernel, from /boot and /lib/modules",
	.matches = host_matches,
	.find = host_find,
};

/* The running kernel where it is not booted again: its image need not be on disk. */

#define CONFIG_MAX (4 << 20)

/* Unpack @from; NULL where it is not there, or damaged. Owned by the caller. */
static char *unpack(const char *from, size_t *len)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	char *text = NULL;
	la_ssize_t n = -1;

	archive_read_support_filter_all(a);
	archive_read_support_format_raw(a);
	if (archive_read_open_filename(a, from, 65536) == ARCHIVE_OK &&
	    archive_read_next_header(a, &entry) == ARCHIVE_OK) {
		text = xcalloc(1, CONFIG_MAX);
		n = archive_read_data(a, text, CONFIG_MAX - 1);
	}
	archive_read_free(a);
	if (n <= 0) {
		free(text);
		return NULL;
	}
	*len = (size_t)n;
	return text;
}

/* /proc/config.gz, unpacked into the cache; NULL where there is none. */
static char *config_of_proc(const char *base, const char *release, struct err *err)
{
	_cleanup_free_ char *from = xasprintf("%s/proc/config.gz", base),
			    *to = cache_path("running");
	char *path = xasprintf("%s/config-%s", to, release), *text;
	size_t len;

	text = unpack(from, &len);
	if (!text || fs_mkdir_p(to, err) || fs_write_file(path, text, len, 0644, err)) {
		free(path);
		path = NULL;
	}
	free(text);
	return path;
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
	char *path = readable(xasprintf("%s/boot/vmlinuz-%s", base, kernel->release));
	_cleanup_free_ char *release = path ? image_release(path) : NULL;

	if (release && strcmp(release, kernel->release) != 0) {
		free(path);
		path = NULL;
	}
	return path;
}

static int check_build(const struct kernel *kernel, struct err *err)
{
	_cleanup_free_ char *makefile = xasprintf("%s/Makefile", kernel->build);
	int ret = 0;

	if (access(makefile, R_OK))
		ret = err_set(err, ENOENT,
			      "%s is missing: install the package linux-headers-%s, or name a "
			      "module built elsewhere with --module",
			      makefile, kernel->release);
	return ret;
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
		*kernel = (struct kernel){ 0 };
		return ret;
	}
	kernel_take(&kernel->version, host_package_version(uts.release));
	kernel->running = true;
	return 0;
}
