// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "kernels/apt.h"
#include "kernels/cache.h"
#include "kernels/facts.h"
#include "kernels/unpack.h"

#define PREFIX "debian:"

static const struct apt_release bullseye = { .suite = "bullseye", .security = true };
static const struct apt_release bookworm = {
	.suite = "bookworm",
	.updates = true,
	.security = true,
};

static const struct apt_release sid = { .suite = "sid" };

/*
 * One line a version: the Debian release that serves it, the packages that
 * always depend on its newest build ("linux-image-*" and "linux-headers-*", where "@" is
 * Debian's name of the architecture), the compiler of modules where Debian 12
 * has not the kernel's own (a program of Debian 12, or OWN_TOOLS for those of the
 * release, in a folder), and the architecture that alone has it, or NULL. Builds have no
 * fixed numbers.
 */
#define OWN_TOOLS "own"
#define DEBIAN_KERNELS(X)                               \
	X("5.10", &bullseye, "@", OWN_TOOLS, &arch_x86) \
	X("6.1", &bookworm, "@", "", NULL)              \
	X("6.12", &bookworm, "6.12-@", "", NULL)        \
	X("7.2", &sid, "@", OWN_TOOLS, NULL)            \
	X("6.12-16k", &bookworm, "6.12-@-16k", "", &arch_arm64)

struct debian_kernel {
	const char *version;
	const struct apt_release *release;
	const char *packages;
	const char *cc;
	const struct arch *only;
};

static const struct debian_kernel kernels[] = {
#define ROW(...) { __VA_ARGS__ },
	DEBIAN_KERNELS(ROW)
};

/* @arch: NULL: any. */
static const struct debian_kernel *lookup(const char *version, const struct arch *arch)
{
	for (size_t i = 0; i < ARRAY_SIZE(kernels); i++)
		if (!strcmp(kernels[i].version, version) &&
		    (!arch || !kernels[i].only || kernels[i].only == arch))
			return &kernels[i];
	return NULL;
}

const struct apt_release *debian_release(const char *version, const struct arch *arch)
{
	const struct debian_kernel *k = lookup(version, arch);

	return k ? k->release : NULL;
}

char *debian_specs(const struct arch *arch)
{
	_cleanup_(strv_release) struct strv specs = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(kernels); i++)
		if (!kernels[i].only || kernels[i].only == arch)
			strv_addf(&specs, PREFIX "%s", kernels[i].version);
	return strv_join(&specs, ", ");
}

/* "linux-image-6.12-arm64", owned by the caller. */
static char *package_of(const struct apt *apt, const struct debian_kernel *k, const char *kind)
{
	const int before = (int)strcspn(k->packages, "@");

	return xasprintf("linux-%s-%.*s%s%s", kind, before, k->packages, apt->arch->debian,
			 k->packages + before + 1);
}

static bool debian_matches(const char *spec)
{
	return str_starts(spec, PREFIX);
}

/* The one package that @meta depends on and that starts with @prefix; NULL with @err. */
static char *behind(const struct apt *apt, const char *meta, const char *prefix, struct err *err)
{
	_cleanup_free_ char *depends = apt_field(apt, meta, "Depends", err);
	char *name = NULL;
	_cleanup_(strv_release) struct strv names = { 0 };

	if (!depends)
		return NULL;
	apt_depends(depends, prefix, &names);
	if (names.n)
		name = xstrdup(names.v[0]);
	else
		err_set(err, ENOENT, "package %s of Debian %s depends on no %s*, but on: %s", meta,
			apt->release->suite, prefix, depends);
	return name;
}

/* gcc-N, or the cross compiler of its version, and that one's own cc1. */
static void add_compilers(const struct apt *apt, const char *depends, struct strv *here,
			  struct strv *native)
{
	_cleanup_(strv_release) struct strv names = { 0 };

	apt_depends(depends, "gcc-", &names);
	apt_depends(depends, "linux-compiler-", &names);
	for (size_t i = 0; i < names.n; i++) {
		const char *gcc = strstr(names.v[i], "gcc-");
		const int version = atoi((gcc ? gcc : "gcc-") + strlen("gcc-"));

		if (apt->arch == arch_host) {
			strv_add(here, names.v[i]);
		} else if (version) {
			strv_addf(here, "gcc-%d-%s", version, apt->arch->triplet);
			strv_addf(native, "cpp-%d-%s", version, apt->arch->triplet);
		}
	}
}

/* The compiler that the headers ask for, and what the common build programs are linked with. */
static int plan_tools(const struct apt *apt, const char *depends, struct unpack_plan *plan,
		      struct err *err)
{
	_cleanup_(strv_release) struct strv seeds = { 0 }, all = { 0 }, native = { 0 };
	int ret;

	add_compilers(apt, depends, &seeds, &native);
	apt_depends(depends, "linux-kbuild-", &seeds);
	ret = apt_closure(apt, arch_host, &seeds, &all, err);
	for (size_t i = 0; i < all.n; i++)
		if (!str_starts(all.v[i], "linux-"))
			strv_add(&plan->tools, all.v[i]);
	if (!ret && !plan->tools.n)
		ret = err_set(err, ENOENT, "the headers of %s depend on no compiler: %s",
			      plan->release, depends);
	if (!ret && native.n)
		ret = apt_closure(apt, apt->arch, &native, &plan->native, err);
	return ret;
}

/* The headers' own package, and what it needs of the common headers and build programs. */
static int plan_headers(const struct apt *apt, const struct debian_kernel *k,
			struct unpack_plan *plan, struct err *err)
{
	_cleanup_free_ char *meta = package_of(apt, k, "headers"),
			    *headers = behind(apt, meta, "linux-headers-", err), *depends = NULL;
	_cleanup_(strv_release) struct strv kbuild = { 0 };
	int ret = -ENOENT;

	if (!headers)
		return ret;
	if (strcmp(headers + strlen("linux-headers-"), plan->release)) {
		err_set(err, ENOENT,
			"the mirror is between two versions: %s is for %s, not for %s; try again "
			"later",
			meta, headers + strlen("linux-headers-"), plan->release);
		return ret;
	}
	depends = apt_field(apt, headers, "Depends", err);
	if (!depends)
		return ret;
	strv_addf(&plan->packages, "%s=%s", headers, plan->version);
	apt_depends(depends, "linux-headers-", &plan->packages);
	/* These run here, whatever they build for. */
	apt_depends(depends, "linux-kbuild-", &kbuild);
	for (size_t i = 0; i < kbuild.n; i++)
		strv_addf(&plan->packages, "%s%s%s", kbuild.v[i], apt->arch == arch_host ? "" : ":",
			  apt->arch == arch_host ? "" : arch_host->debian);
	ret = strcmp(k->cc, OWN_TOOLS) ? 0 : plan_tools(apt, depends, plan, err);
	return ret;
}

/* Newer images are split: the kernel, its modules, what both have. */
static int plan_image(const struct apt *apt, const char *image, struct unpack_plan *plan,
		      struct err *err)
{
	static const char *const parts[] = { "linux-binary-", "linux-modules-", "linux-base-" };
	_cleanup_free_ char *depends = apt_field(apt, image, "Depends", err);

	if (!depends)
		return -ENOENT;
	strv_addf(&plan->packages, "%s=%s", image, plan->version);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		apt_depends(depends, parts[i], &plan->packages);
	return 0;
}

static int make_plan(const struct apt *apt, const struct debian_kernel *k, struct unpack_plan *plan,
		     struct err *err)
{
	_cleanup_free_ char *meta = package_of(apt, k, "image"),
			    *image = behind(apt, meta, "linux-image-", err), *specs = NULL;
	size_t len = strcspn(k->version, "-");
	int ret = -ENOENT;

	if (!image)
		return ret;
	plan->release = xstrdup(image + strlen("linux-image-"));
	if (strncmp(plan->release, k->version, len) || plan->release[len] != '.') {
		specs = debian_specs(apt->arch);
		err_set(err, ENOENT, "%s of Debian %s is %s now, not %s; there are: %s", meta,
			apt->release->suite, plan->release, k->version, specs);
		return ret;
	}
	plan->cc = strcmp(k->cc, OWN_TOOLS) ? k->cc : "";
	plan->version = apt_field(apt, image, "Version", err);
	if (!plan->version)
		return ret;
	ret = plan_image(apt, image, plan, err);
	if (!ret)
		ret = plan_headers(apt, k, plan, err);
	return ret;
}

/* FOLDER/current names the version in use; it is changed in one step. */
static int set_current(const char *folder, const char *version, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/current", folder);

	return fs_write_file(path, version, strlen(version), 0644, err);
}

/* What was fetched before its compiler was is as good as not there. */
static int load(const struct debian_kernel *k, const char *where, struct kernel *kernel)
{
	int ret = facts_load(kernel, where);

	return ret || *kernel->tools || strcmp(k->cc, OWN_TOOLS) != 0 ? ret : -ENOENT;
}

static int load_current(const struct debian_kernel *k, const char *folder, struct kernel *kernel)
{
	_cleanup_free_ char *path = xasprintf("%s/current", folder), *version = fs_read_line(path);
	_cleanup_free_ char *where = xasprintf("%s/%s", folder, version ? version : "");

	return version && *version && !strchr(version, '/') ? load(k, where, kernel) : -ENOENT;
}

static int fetch_planned(const struct apt *apt, const struct debian_kernel *k, const char *folder,
			 struct unpack_plan *plan, struct kernel *kernel, struct progress *progress,
			 struct err *err)
{
	_cleanup_free_ char *where = xasprintf("%s/%s", folder, plan->version);
	int ret = 0;

	if (load(k, where, kernel)) {
		if (kernel->with_sources)
			strv_addf(&plan->sources, "linux-source-%.*s=%s",
				  (int)strcspn(k->version, "-"), k->version, plan->version);
		ret = unpack_kernel(apt, plan, where, progress, err);
	}
	if (!ret && load(k, where, kernel))
		ret = err_set(err, EIO, "%s is not complete after unpacking", where);
	if (!ret)
		ret = set_current(folder, plan->version, err);
	return ret;
}

/* One try; -EAGAIN where the lists may be behind the mirror. */
static int fetch_once(struct apt *apt, const struct debian_kernel *k, const char *folder,
		      bool force, struct kernel *kernel, struct progress *progress, struct err *err)
{
	struct unpack_plan plan = { 0 };
	int ret = apt_update(apt, force, err);

	if (!ret)
		ret = make_plan(apt, k, &plan, err);
	if (!ret)
		ret = fetch_planned(apt, k, folder, &plan, kernel, progress, err);
	if ((ret == -ENOENT || ret == -ECHILD) && !apt->updated)
		ret = -EAGAIN;
	unpack_plan_release(&plan);
	return ret;
}

static int fetch(const struct debian_kernel *k, const char *folder, bool refresh,
		 struct kernel *kernel, struct progress *progress, struct err *err)
{
	struct apt apt;
	int ret;

	progress_note(progress, "fetching Debian's %s kernel with its headers%s into %s",
		      k->version, kernel->with_sources ? " and sources" : "", folder);
	ret = apt_open(&apt, k->release, kernel->arch, err);
	if (ret)
		return ret;
	progress_at(progress, 0, "package lists");
	ret = fetch_once(&apt, k, folder, refresh, kernel, progress, err);
	if (ret == -EAGAIN)
		ret = fetch_once(&apt, k, folder, true, kernel, progress, err);
	apt_close(&apt);
	return ret;
}

bool debian_refresh(void)
{
	const char *value = getenv("PTWALK_REFRESH");

	return value && *value && strcmp(value, "0");
}

static int find_locked(const struct debian_kernel *k, const char *folder, struct kernel *kernel,
		       struct progress *progress, struct err *err)
{
	bool refresh = debian_refresh();
	_cleanup_close_ int lock = -1;
	int ret;

	progress_enter(progress, "kernel");
	lock = cache_lock("kernels", progress, err);
	if (lock < 0)
		return lock;
	/* Another process may have fetched it while this one waited. */
	if (!refresh && !load_current(k, folder, kernel))
		return 0;
	ret = fs_mkdir_p(folder, err);
	if (!ret)
		ret = cache_sweep(folder, err);
	if (!ret)
		ret = fetch(k, folder, refresh, kernel, progress, err);
	return ret;
}

static int debian_check(const char *spec, const struct arch *arch, struct err *err)
{
	const bool home = arch == arch_host;
	_cleanup_free_ char *specs = NULL;

	if (lookup(spec + strlen(PREFIX), arch))
		return 0;
	specs = debian_specs(arch);
	return err_set(err, EINVAL, "there is no kernel \"%s\"%s%s; Debian's are: %s", spec,
		       home ? "" : " of ", home ? "" : arch->name, specs);
}

static int debian_find(const char *spec, struct kernel *kernel, struct progress *progress,
		       struct err *err)
{
	const struct debian_kernel *k = lookup(spec + strlen(PREFIX), kernel->arch);
	_cleanup_free_ char *folder =
		cache_path("kernels/debian-%s%s%s", k->version, ARCH_SUFFIX(kernel->arch));
	int ret = -ENOENT;

	if (!debian_refresh())
		ret = load_current(k, folder, kernel);
	if (ret)
		ret = find_locked(k, folder, kernel, progress, err);
	if (!ret)
		ret = image_vmlinux(kernel, err);
	return ret;
}

#define VERSION(v, ...) " " v
const struct kernel_source debian_source = {
	.name = PREFIX "VERSION",
	.summary = "a kernel packaged by Debian, fetched into the cache:" DEBIAN_KERNELS(VERSION),
	.matches = debian_matches,
	.check = debian_check,
	.find = debian_find,
};
