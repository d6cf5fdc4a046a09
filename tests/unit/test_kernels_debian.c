// SPDX-License-Identifier: GPL-2.0-only
/* Debian's kernels, with made-up apt and dpkg-deb: whole or not at all, and no apt without need. */
#include "tests/unit/fake_debian.h"
#include "tests/unit/kernels.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "kernels/apt.h"
#include "kernels/cc1.h"
#include "kernels/toolchain.h"
#include "kernels/unpack.h"

static int debian_setup(void **state);

#define MAIN	 "Debian|bookworm|main|http://mirror.example/debian/\n"
#define UPDATES	 "Debian|bookworm-updates|main|http://mirror.example/debian/\n"
#define SECURITY "Debian|bookworm-security|main|http://safe.example/sec/\n"
#define FOREIGN	 "Docker|bookworm|main|https://other.example/linux/debian/\n"
#define NO_LISTS FAKE_DEBIAN_TARGETS
#define SNAPSHOT "|bookworm|main|http://snap.example/archive/debian/20250520T000000Z/\n"
#define CDROM	 "|bookworm|main|cdrom:[Debian 12]/debian/\n"

static void expect_mirrors(const char *targets, const char *debian, const char *security,
			   bool guessed)
{
	struct apt_mirrors m;
	struct err err = { 0 };

	if (apt_mirrors_parse(targets, &m, &err))
		fail_msg("%s: %s", targets, err.text);
	assert_string_equal(m.debian, debian);
	assert_string_equal(m.security ? m.security : "none", security);
	assert_int_equal(m.guessed, guessed);
	apt_mirrors_release(&m);
}

TEST_WITH(mirrors_come_from_the_systems_sources, debian_setup, made_up_teardown)
{
	expect_mirrors(MAIN UPDATES SECURITY, "http://mirror.example/debian",
		       "http://safe.example/sec", false);
	expect_mirrors(SECURITY UPDATES, "http://mirror.example/debian", "http://safe.example/sec",
		       false);
	expect_mirrors(FOREIGN CDROM MAIN, "http://mirror.example/debian",
		       "http://mirror.example/debian-security", true);
	expect_mirrors(NO_LISTS, "http://bare.example/debian",
		       "http://bare.example/debian-security", true);
	expect_mirrors(SNAPSHOT, "http://snap.example/archive/debian/20250520T000000Z",
		       "http://snap.example/archive/debian-security/20250520T000000Z", true);
}

TEST_WITH(the_environment_comes_before_the_sources, debian_setup, made_up_teardown)
{
	struct apt_mirrors m;
	struct err err;

	assert_int_equal(apt_mirrors_parse(FOREIGN CDROM "garbage\n", &m, &err), -ENOENT);
	says(err, "PTWALK_DEBIAN_MIRROR");
	setenv("PTWALK_DEBIAN_MIRROR", "http://mine.example/pub/", 1);
	expect_mirrors(MAIN, "http://mine.example/pub", "none", false);
	setenv("PTWALK_DEBIAN_SECURITY", "http://mine.example/safe", 1);
	expect_mirrors(MAIN SECURITY, "http://mine.example/pub", "http://mine.example/safe", false);
}

TEST_WITH(dependencies_are_read, debian_setup, made_up_teardown)
{
	struct strv names = { 0 };

	apt_depends("linux-base (>= 4), linux-headers-6-common (= 6-1), linux-image-6 (= 6-1) | "
		    "linux-image-6-unsigned, linux-kbuild-6, gcc-12",
		    "linux-", &names);
	assert_int_equal(names.n, 4);
	assert_string_equal(names.v[1], "linux-headers-6-common");
	assert_string_equal(names.v[2], "linux-image-6");
	assert_string_equal(names.v[3], "linux-kbuild-6");
	strv_release(&names);
}

static int debian_setup(void **state)
{
	if (made_up_setup(state))
		return -1;
	fake_debian();
	return 0;
}

static int find(struct err *err)
{
	struct kernel kernel;
	int ret = kernel_find("debian:6.1", NULL, &kernel, NULL, err);

	if (!ret)
		kernel_release(&kernel);
	return ret;
}

static void must_find(const char *version)
{
	struct kernel kernel;
	struct err err = { 0 };

	if (kernel_find("debian:6.1", NULL, &kernel, NULL, &err))
		fail_msg("%s", err.text);
	assert_string_equal(kernel.spec, "debian:6.1");
	assert_string_equal(kernel.version, version);
	assert_string_equal(kernel.compiler, "gcc-12 (x) 12");
	assert_true(fs_exists(kernel.image));
	assert_string_equal(kernel.root, made_up("cache/kernels/debian-6.1/%s", version));
	kernel_release(&kernel);
}

/* Its kbuild programs are this host's; its compiler is a cross compiler, whatever built it. */
TEST_WITH(a_kernel_of_another_architecture, debian_setup, made_up_teardown)
{
	struct compiler cc = { 0 };
	struct kernel kernel;
	struct err err = { 0 };

	fake_debian_record("linux-image-6.12-arm64-16k", "6.12.1-1",
			   "linux-image-6.12.1-arm64-16k");
	fake_debian_record("linux-headers-6.12-arm64-16k", "6.12.1-1",
			   "linux-headers-6.12.1-arm64-16k");
	fake_debian_record("linux-image-6.12.1-arm64-16k", "6.12.1-1", "kmod");
	fake_debian_record("linux-headers-6.12.1-arm64-16k", "6.12.1-1",
			   "linux-headers-6.12.1-common, linux-kbuild-6.12.1");
	if (kernel_find("debian:6.12-16k", &arch_arm64, &kernel, NULL, &err))
		fail_msg("%s", err.text);
	assert_string_equal(kernel.root, made_up("cache/kernels/debian-6.12-16k-arm64/6.12.1-1"));
	assert_int_equal(made_up_calls("linux-headers-6.12.1-common linux-kbuild-6.12.1:amd64"), 1);
	assert_non_null(strstr(made_up_read("cache/apt/bookworm-arm64/apt.conf"),
			       "APT::Architecture \"arm64\";"));
	assert_non_null(strstr(made_up_read("cache/apt/bookworm-arm64/sources.list"),
			       "[arch=arm64,amd64 "));
	made_up_program("aarch64-linux-gnu-gcc-12", "echo it");
	assert_int_equal(compiler_find(&cc, &kernel, &err), 0);
	assert_string_equal(cc.program, "aarch64-linux-gnu-gcc-12");
	compiler_release(&cc);
	kernel_release(&kernel);
}

/* With tools in a folder, these are a cross compiler of this host's, and cc1 of the architecture. */
TEST_WITH(a_cross_compiler_of_the_kernels_own_release, debian_setup, made_up_teardown)
{
	struct kernel kernel;
	struct err err = { 0 };
	char *option;

	fake_debian_record("linux-image-arm64", "7.2.1-1", "linux-image-7.2.1-arm64");
	fake_debian_record("linux-headers-arm64", "7.2.1-1", "linux-headers-7.2.1-arm64");
	fake_debian_record("linux-image-7.2.1-arm64", "7.2.1-1", "kmod");
	fake_debian_record("linux-headers-7.2.1-arm64", "7.2.1-1",
			   "gcc-10-for-host, linux-headers-7.2.1-common, linux-kbuild-7.2.1");
	if (kernel_find("debian:7.2", &arch_arm64, &kernel, NULL, &err))
		fail_msg("%s", err.text);
	assert_int_equal(made_up_calls("APT::Architecture=amd64 -s -q --no-install-recommends "
				       "install gcc-10-aarch64-linux-gnu linux-kbuild-7.2.1"),
			 1);
	assert_int_equal(made_up_calls("APT::Architecture=arm64 -s -q --no-install-recommends "
				       "install cpp-10-aarch64-linux-gnu"),
			 1);
	assert_int_equal(made_up_calls("download gcc-10:amd64=10.2.1-6"), 1);
	assert_int_equal(made_up_calls("=5 gcc-10=10.2.1-6"), 1);
	made_up_program("qemu-aarch64", "");
	option = cc1_option(&arch_arm64,
			    made_up("%s/" CC1_OF_TOOLS, "cache/kernels/debian-7.2-arm64/7.2.1-1"),
			    &err);
	assert_non_null(option);
	free(option);
	kernel_release(&kernel);
}

TEST_WITH(a_kernel_is_fetched_once, debian_setup, made_up_teardown)
{
	const char *makefile;
	struct stat st;

	must_find("6.1.10-1");
	assert_int_equal(made_up_calls("update"), 1);
	assert_int_equal(made_up_calls("download linux-image-6.1.0-1=6.1.10-1 "
				       "linux-headers-6.1.0-1=6.1.10-1 "
				       "linux-headers-6.1.0-1-common linux-kbuild-6.1"),
			 1);
	assert_int_equal(made_up_calls("download"), 1);
	assert_false(fs_exists(made_up("cache/kernels/debian-6.1/6.1.10-1/debs")));
	makefile = made_up_read("cache/kernels/debian-6.1/6.1.10-1/usr/src/"
				"linux-headers-6.1.0-1/Makefile");
	assert_string_equal(makefile, "include $(dir $(lastword $(MAKEFILE_LIST)))../"
				      "linux-headers-6.1.0-1-common/Makefile\n");
	assert_int_equal(stat(made_up("cache/kernels/debian-6.1/6.1.10-1/lib/modules/6.1.0-1/"
				      "build/Makefile"),
			      &st),
			 0);
	assert_int_equal(unlink(made_up("calls")), 0);
	must_find("6.1.10-1");
	assert_int_equal(made_up_calls(""), 0);
}

TEST_WITH(a_refresh_takes_the_newest_and_keeps_the_old, debian_setup, made_up_teardown)
{
	must_find("6.1.10-1");
	fake_debian_serve("6.1", "2", "6.1.20-1");
	must_find("6.1.10-1");
	setenv("PTWALK_REFRESH", "1", 1);
	must_find("6.1.20-1");
	unsetenv("PTWALK_REFRESH");
	must_find("6.1.20-1");
	assert_int_equal(made_up_calls("update"), 2);
	assert_true(fs_exists(made_up("cache/kernels/debian-6.1/6.1.10-1/facts")));
}

TEST_WITH(what_a_killed_run_left_is_repaired, debian_setup, made_up_teardown)
{
	made_up_file("cache/kernels/debian-6.1/6.1.10-1.tmp/boot/vmlinuz-6.1.0-1", "half");
	made_up_file("cache/kernels/debian-6.1/6.1.9-1.tmp/debs/half.deb", "half");
	made_up_file("cache/kernels/debian-6.1/6.1.10-1/facts", "release 6.1.0-1\n");
	made_up_file("cache/kernels/debian-6.1/current", "6.1.10-1");
	must_find("6.1.10-1");
	assert_false(fs_exists(made_up("cache/kernels/debian-6.1/6.1.10-1.tmp")));
	assert_false(fs_exists(made_up("cache/kernels/debian-6.1/6.1.9-1.tmp")));
	assert_int_equal(unlink(made_up("cache/kernels/debian-6.1/6.1.10-1/boot/config-6.1.0-1")),
			 0);
	must_find("6.1.10-1");
}

TEST_WITH(a_failed_fetch_leaves_nothing, debian_setup, made_up_teardown)
{
	static const char *const fails[] = { "no-download", "no-unpack" };
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(fails); i++) {
		made_up_file(fails[i], "");
		assert_int_not_equal(find(&err), 0);
		assert_false(fs_exists(made_up("cache/kernels/debian-6.1/6.1.10-1")));
		assert_false(fs_exists(made_up("cache/kernels/debian-6.1/6.1.10-1.tmp")));
		assert_false(fs_exists(made_up("cache/kernels/debian-6.1/current")));
		assert_int_equal(unlink(made_up("%s", fails[i])), 0);
	}
	says(err, "cannot unpack");
	must_find("6.1.10-1");
}

TEST_WITH(without_a_network_the_log_is_named, debian_setup, made_up_teardown)
{
	struct err err;

	made_up_file("no-update", "");
	assert_int_not_equal(find(&err), 0);
	says(err, "cannot fetch the lists of Debian bookworm from http://bare.example/debian");
	says(err, "apt-get failed");
	says(err, "cache/apt/bookworm/log");
	assert_int_equal(made_up_calls("download"), 0);
}

TEST_WITH(lists_are_fetched_once_a_day, debian_setup, made_up_teardown)
{
	const struct timeval old[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };

	must_find("6.1.10-1");
	assert_int_equal(fs_remove(made_up("cache/kernels"), NULL), 0);
	must_find("6.1.10-1");
	assert_int_equal(made_up_calls("update"), 1);
	assert_int_equal(fs_remove(made_up("cache/kernels"), NULL), 0);
	assert_int_equal(utimes(made_up("cache/apt/bookworm/updated"), old), 0);
	must_find("6.1.10-1");
	assert_int_equal(made_up_calls("update"), 2);
}

TEST_WITH(lists_that_fell_behind_the_mirror_are_fetched_again, debian_setup, made_up_teardown)
{
	must_find("6.1.10-1");
	assert_int_equal(fs_remove(made_up("cache/kernels"), NULL), 0);
	/* A day has not passed, and the mirror has dropped what the lists name. */
	made_up_file("no-download", "");
	made_up_file("next", "rm $T/no-download");
	must_find("6.1.10-1");
	assert_int_equal(made_up_calls("update"), 2);
}

TEST_WITH(a_mirror_without_security_still_serves, debian_setup, made_up_teardown)
{
	made_up_file("no-security", "");
	must_find("6.1.10-1");
	assert_null(strstr(made_up_read("cache/apt/bookworm/sources.list"), "-security"));
}

TEST_WITH(a_listed_security_archive_that_fails_is_an_error, debian_setup, made_up_teardown)
{
	struct err err;

	made_up_file("no-security", "");
	made_up_file("targets", MAIN SECURITY);
	assert_int_not_equal(find(&err), 0);
}

/* What is known of a kernel, but for its tools. */
static const char *without_tools(void)
{
	static char text[4096];
	char *line, *end;

	snprintf(text, sizeof(text), "%s",
		 made_up_read("cache/kernels/debian-5.10/5.10.9-1/facts"));
	line = strstr(text, "\ntools");
	end = line ? strchr(line + 1, '\n') : NULL;
	if (end)
		memmove(line + 1, end + 1, strlen(end + 1) + 1);
	else
		fail_msg("no tools in %s", text);
	return text;
}

TEST_WITH(each_release_has_its_own_lists_and_compiler, debian_setup, made_up_teardown)
{
	struct kernel kernel;
	struct err err = { 0 };
	const char *sources;

	fake_debian_serve("5.10", "9", "5.10.9-1");
	if (kernel_find("debian:5.10", NULL, &kernel, NULL, &err))
		fail_msg("%s", err.text);
	assert_string_equal(kernel.release, "5.10.0-9");
	assert_string_equal(kernel.tools,
			    made_up("cache/kernels/debian-5.10/5.10.9-1/" TOOLS_PROGRAMS));
	/* Of the compiler that the headers name through another package. */
	assert_int_equal(made_up_calls(" gcc-10=10.2.1-6"), 1);
	kernel_release(&kernel);
	/* One that was fetched before its compiler was is fetched again. */
	made_up_file("cache/kernels/debian-5.10/5.10.9-1/facts", without_tools());
	if (kernel_find("debian:5.10", NULL, &kernel, NULL, &err))
		fail_msg("%s", err.text);
	assert_true(*kernel.tools);
	assert_int_equal(made_up_calls(" gcc-10=10.2.1-6"), 2);
	kernel_release(&kernel);
	sources = made_up_read("cache/apt/bullseye/sources.list");
	assert_non_null(strstr(sources, "/debian bullseye main"));
	assert_non_null(strstr(sources, "/debian-security bullseye-security main"));
	assert_null(strstr(sources, "bullseye-updates"));
	fake_debian_serve("6.1", "1", "6.1.10-1");
	must_find("6.1.10-1");
	assert_non_null(strstr(made_up_read("cache/apt/bookworm/sources.list"), "-updates"));
	assert_int_equal(made_up_calls("update"), 2);
}

TEST_WITH(wrong_archives_are_explained, debian_setup, made_up_teardown)
{
	struct kernel kernel;
	struct err err;

	assert_int_equal(kernel_find("debian:6.12", NULL, &kernel, NULL, &err), -ENOENT);
	says(err, "no package linux-image-6.12-amd64");
	says(err, "PTWALK_DEBIAN_SECURITY");
	fake_debian_record("linux-image-amd64", "7", "linux-image-7.0-amd64");
	assert_int_equal(find(&err), -ENOENT);
	says(err, "linux-image-amd64 of Debian bookworm is 7.0-amd64 now, not 6.1");
	fake_debian_serve("6.1", "1", "6.1.10-1");
	fake_debian_record("linux-headers-amd64", "6.1.11-1", "linux-headers-6.1.0-2");
	assert_int_equal(find(&err), -ENOENT);
	says(err, "between two versions");
}
