// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/programs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/place.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/apt.h"
#include "kernels/cache.h"
#include "kernels/cc1.h"
#include "kernels/toolchain.h"
#include "kernels/unpack.h"

#define BUILD_SECONDS 1200
#define KEPT_BUILDS   8

/* Libraries that the driver is linked with, what workloads start (mkfs.ext4), and cc1. */
static const char *const wanted[] = { "libhwloc-dev",	  "libjansson-dev", "nettle-dev",
				      "libbenchmark-dev", "zlib1g-dev",	    "libstdc++6",
				      "e2fsprogs",	  "xfsprogs",	    "cpp-12" };

/* Their release is this host's: the cross compiler's own C library is of it, too. */
#define RELEASE_OF "6.1"

/* What "NAME-KEY" in the cache's libraries is: another list of packages is another folder. */
char *programs_libraries(const struct arch *arch)
{
	_cleanup_(manifest_release) struct manifest m = { 0 };
	_cleanup_free_ char *key = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		manifest_addf(&m, "%s\n", wanted[i]);
	key = manifest_key(&m);
	return cache_path("libraries/%s-%.8s", arch->name, key);
}

static int fetch(const struct arch *arch, const char *temp, struct progress *progress,
		 struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 }, packages = { 0 };
	_cleanup_free_ char *debs = xasprintf("%s/debs", temp);
	struct apt apt;
	int ret = apt_open(&apt, debian_release(RELEASE_OF, NULL), arch, err);

	if (ret)
		return ret;
	progress_note(progress, "fetching Debian's libraries of %s", arch->name);
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		strv_add(&names, wanted[i]);
	ret = apt_update(&apt, debian_refresh(), err);
	if (!ret)
		ret = apt_closure(&apt, arch, &names, &packages, err);
	if (!ret)
		ret = apt_download(&apt,
				   &(struct apt_wanted){ .what = "libraries",
							 .packages = &packages,
							 .folder = debs },
				   1, 0.5, progress, err);
	if (!ret)
		ret = unpack_debs(debs, temp, err);
	if (!ret)
		ret = cc1_wrap(arch, temp, err);
	apt_close(&apt);
	return ret;
}

static int find_libraries(const struct arch *arch, const char *folder, struct progress *progress,
			  struct err *err)
{
	_cleanup_free_ char *temp = xasprintf("%s.tmp", folder), *above = cache_path("libraries");
	_cleanup_close_ int lock = -1;
	int ret;

	if (fs_is_dir(folder) && !debian_refresh())
		return 0;
	lock = cache_lock("kernels", progress, err);
	if (lock < 0)
		return lock;
	if (fs_is_dir(folder) && !debian_refresh())
		return 0;
	ret = fs_mkdir_p(above, err);
	if (!ret)
		ret = cache_sweep(above, err);
	if (!ret)
		ret = fetch(arch, temp, progress, err);
	if (!ret)
		ret = cache_publish(temp, folder, err);
	if (ret)
		fs_remove(temp, NULL);
	return ret;
}

static int find_compilers(const struct arch *arch, struct err *err)
{
	static const char *const tools[] = { "gcc-12", "g++-12" };

	for (size_t i = 0; i < ARRAY_SIZE(tools); i++) {
		_cleanup_free_ char *name = arch_tool(arch, tools[i]),
				    *path = fs_find_program(name);

		if (!path)
			return err_set(err, ENOENT,
				       "what runs in guests of %s is built with %s, which is "
				       "missing: install the package %s-%s, or set up with "
				       "./bootstrap.sh run --arch %s",
				       arch->name, name, tools[i], arch->triplet, arch->name);
	}
	return 0;
}

static int run(const char *source, const char *const *argv, const char *log, struct err *err)
{
	const char *const env[] = { "LC_ALL=C",	 "MAKEFLAGS=", "CFLAGS=",
				    "CXXFLAGS=", "LDFLAGS=",   NULL };
	const struct proc_options options = {
		.log = log,
		.env = env,
		.timeout_seconds = BUILD_SECONDS,
		.missing = "install the packages cmake and ninja-build",
	};
	int ret = make_plain(source, argv, &options, err);

	if (ret == -ECHILD)
		err_prefix(err, "building what runs in guests failed");
	return ret;
}

static int configure(const struct arch *arch, const char *source, const char *build,
		     const char *libraries, const char *log, struct err *err)
{
	_cleanup_free_ char *file = xasprintf("%s/build.ninja", build);
	_cleanup_free_ char *toolchain =
		xasprintf("-DCMAKE_TOOLCHAIN_FILE=%s/cmake/guest.cmake", source);
	_cleanup_free_ char *triplet = xasprintf("-DPTWALK_TRIPLET=%s", arch->triplet);
	_cleanup_free_ char *where = xasprintf("-DPTWALK_LIBRARIES=%s", libraries);
	const char *argv[] = { "cmake",
			       "-G",
			       "Ninja",
			       "-S",
			       source,
			       "-B",
			       build,
			       "-DPTWALK_GUEST=ON",
			       "-DBUILD_TESTING=OFF",
			       "-DCMAKE_BUILD_TYPE=Release",
			       toolchain,
			       triplet,
			       where,
			       NULL };

	return fs_exists(file) ? 0 : run(source, argv, log, err);
}

static int build_all(const struct arch *arch, const char *part, const struct programs *p,
		     struct progress *progress, struct err *err)
{
	_cleanup_free_ char *top = place_suite("CMakeLists.txt"), *build = cache_path("%s", part),
			    *log = xasprintf("%s.log", build), *above = cache_path("programs");
	const char *argv[] = { "cmake", "--build", build, NULL };
	_cleanup_close_ int lock = -1;
	int ret;

	if (!fs_exists(top))
		return err_set(err, ENOENT,
			       "%s is missing: what runs in guests of %s is built from a checkout "
			       "of ptwalk, which PTWALK_SOURCE names",
			       top, arch->name);
	lock = cache_lock("programs", progress, err);
	if (lock < 0)
		return lock;
	*strrchr(top, '/') = '\0';
	unlink(log);
	ret = configure(arch, top, build, p->libraries, log, err);
	if (!ret)
		ret = run(top, argv, log, err);
	if (!ret)
		cache_use(build);
	cache_trim(above, "", KEPT_BUILDS);
	cache_trim(above, ".log", KEPT_BUILDS);
	return ret;
}

int programs_build(const struct arch *arch, struct programs *p, struct progress *progress,
		   struct err *err)
{
	_cleanup_(manifest_release) struct manifest m = { 0 };
	_cleanup_free_ char *source = place_suite(""), *key = NULL, *part = NULL;
	int ret = find_compilers(arch, err);

	*p = (struct programs){ 0 };
	if (ret)
		return ret;
	progress_enter(progress, "programs");
	p->libraries = programs_libraries(arch);
	manifest_addf(&m, "%s %s %s\n", arch->name, source, p->libraries);
	key = manifest_key(&m);
	part = xasprintf("programs/%s", key);
	p->driver = cache_path("%s/ptwalk-driver", part);
	p->init = cache_path("%s/ptwalk-init", part);
	ret = find_libraries(arch, p->libraries, progress, err);
	if (!ret)
		ret = build_all(arch, part, p, progress, err);
	if (ret)
		programs_release(p);
	return ret;
}

void programs_release(struct programs *p)
{
	free(p->libraries);
	free(p->driver);
	free(p->init);
	*p = (struct programs){ 0 };
}
