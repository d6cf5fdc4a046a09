// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/host.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/facts.h"
#include "kernels/image.h"

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
	char *release = image_release(kernel->image);
	int ret = 0;

	if (release && strcmp(release, kernel->release))
		ret = err_set(err, ESTALE,
			      "%s is kernel %s, not %s: reboot, or name another kernel",
			      kernel->image, release, kernel->release);
	free(release);
	return ret;
}

int host_fill(struct kernel *kernel, const char *root, const char *release, struct err *err)
{
	const char *base = strcmp(root, "/") ? root : "";
	char *dep = xasprintf("%s/lib/modules/%s/modules.dep.bin", base, release);
	char *makefile = xasprintf("%s/lib/modules/%s/build/Makefile", base, release);
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
	free(makefile);
	free(dep);
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
