// SPDX-License-Identifier: GPL-2.0-only
/* Build trees and ptwalk.ko, with made-up make and compiler: what fits together, what does not. */
#include "tests/unit/kernels.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"

#define CONFIG "CONFIG_MODULES=y\nCONFIG_CC_VERSION_TEXT=\"made-up-gcc-9 (x) 9\"\n"

/* A tree that is built, a checkout with a module, and the programs that build it. */
static int build_setup(void **state)
{
	if (made_up_setup(state))
		return -1;
	made_up_file("tree/Makefile", "");
	made_up_file("tree/Kbuild", "");
	made_up_file("tree/.config", CONFIG);
	made_up_file("tree/include/config/kernel.release", "6.1.0-mine\n");
	made_up_file("tree/modules.builtin", "kernel/mm/x.ko\n");
	made_up_file("tree/modules.order", "");
	made_up_file("tree/Module.symvers", "");
	made_up_image("tree/arch/x86/boot/bzImage", "6.1.0-mine", "gzip");
	made_up_file("checkout/kmod/Kbuild", "obj-m := ptwalk.o\n");
	made_up_file("checkout/kmod/main.c", "1");
	made_up_file("checkout/kmod/main.o", "object");
	made_up_file("checkout/kmod/uapi/ptwalk.h", "2");
	setenv("PTWALK_SOURCE", made_up("checkout"), 1);
	made_up_program("made-up-gcc-9", "echo made-up 9.1");
	made_up_program("strip", "cp \"$4\" \"$3\"");
	made_up_program(
		"make",
		"for a; do case $a in M=*) m=${a#M=} ;; INSTALL_MOD_PATH=*) "
		"i=${a#*=} ;; esac; done\n"
		"if [ \"$i\" ]; then mkdir -p $i/lib/modules/6.1.0-mine/kernel; exit; fi\n"
		"[ ! -e $m/main.o ] || exit 3\n"
		"if grep -q broken $m/main.c; then\n"
		"  echo 'main.c:1:1: warning: odd'; echo \"main.c:2:3: error: 'x' undeclared\"\n"
		"  echo 'make[1]: *** [main.o] Error 1'; exit 2\n"
		"fi\n"
		"if grep -q killed $m/main.c; then kill -9 $$; fi\n"
		"if grep -q toolless $m/main.c; then\n"
		"  echo 'pahole.sh: 5: pahole: not found'; echo '/bin/sh: 1: x-ld: not found'\n"
		"  echo 'make[1]: *** [ptwalk.o] Error 127'; exit 2\n"
		"fi\n"
		"cat $m/main.c $m/uapi/ptwalk.h >$m/ptwalk.ko");
	return 0;
}

static int find(struct kernel *kernel, struct err *err)
{
	return kernel_find(made_up("tree"), NULL, kernel, NULL, err);
}

static void refused(const char *reason)
{
	struct kernel kernel;
	struct err err = { 0 };

	assert_int_equal(find(&kernel, &err), -ENOENT);
	if (!strstr(err.text, reason))
		fail_msg("\"%s\" does not say \"%s\"", err.text, reason);
}

static void remove_made_up(const char *name)
{
	assert_int_equal(fs_remove(made_up("%s", name), NULL), 0);
}

TEST_WITH(a_built_tree_is_a_kernel, build_setup, made_up_teardown)
{
	struct kernel kernel;
	struct err err = { 0 };

	if (find(&kernel, &err))
		fail_msg("%s", err.text);
	assert_string_equal(kernel.release, "6.1.0-mine");
	assert_string_equal(kernel.image, made_up("tree/arch/x86/boot/bzImage"));
	assert_string_equal(kernel.build, made_up("tree"));
	assert_string_equal(kernel.compiler, "made-up-gcc-9 (x) 9");
	assert_true(str_starts(kernel.root, made_up("cache/trees/")));
	assert_int_equal(fs_exists(made_up("tree/lib")), 0);
	kernel_release(&kernel);
	assert_int_equal(made_up_calls("depmod"), 1);
	assert_int_equal(find(&kernel, &err), 0);
	kernel_release(&kernel);
	assert_int_equal(made_up_calls("depmod"), 1);
	assert_int_equal(made_up_calls("make"), 0);
}

TEST_WITH(trees_that_are_none_are_refused_with_a_reason, build_setup, made_up_teardown)
{
	remove_made_up("tree/arch");
	refused("is not built");
	remove_made_up("tree/.config");
	refused("has no .config");
	remove_made_up("tree/Makefile");
	refused("is not a kernel build tree");
	remove_made_up("tree");
	refused("name a kernel build tree");
}

TEST_WITH(modules_of_a_tree_are_staged_anew_when_they_change, build_setup, made_up_teardown)
{
	struct kernel kernel;
	struct err err;

	made_up_file("tree/.config", CONFIG "CONFIG_X=m\n");
	remove_made_up("tree/modules.order");
	refused("modules are not built");
	made_up_file("tree/modules.order", "drivers/a.o\nkernel/drivers/b.ko\n");
	made_up_file("tree/drivers/a.ko", "a");
	refused("drivers/b.ko is not built");
	made_up_file("tree/drivers/b.ko", "b");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(find(&kernel, &err), 0);
		kernel_release(&kernel);
	}
	assert_int_equal(made_up_calls("modules_install"), 1);
	made_up_file("tree/drivers/b.ko", "changed");
	assert_int_equal(find(&kernel, &err), 0);
	kernel_release(&kernel);
	assert_int_equal(made_up_calls("modules_install"), 2);
}

static char *must_build(void)
{
	struct kernel kernel;
	struct err err = { 0 };
	char *path = NULL;

	if (find(&kernel, &err) || kernel_module(&kernel, NULL, &path, NULL, &err))
		fail_msg("%s", err.text);
	kernel_release(&kernel);
	assert_true(fs_exists(path));
	return path;
}

static int build(struct err *err)
{
	struct kernel kernel;
	char *path = NULL;
	int ret;

	assert_int_equal(find(&kernel, err), 0);
	ret = kernel_module(&kernel, NULL, &path, NULL, err);
	kernel_release(&kernel);
	free(path);
	return ret;
}

TEST_WITH(a_module_is_built_once_for_the_same_sources, build_setup, made_up_teardown)
{
	char *first = must_build(), *second = must_build(), *third;

	assert_string_equal(first, second);
	assert_int_equal(made_up_calls("make"), 1);
	assert_int_equal(made_up_calls("CC=made-up-gcc-9"), 1);
	assert_int_equal(made_up_calls("CONFIG_DEBUG_INFO_BTF_MODULES= "), 1);
	made_up_file("checkout/kmod/uapi/ptwalk.h", "3");
	third = must_build();
	assert_string_not_equal(first, third);
	assert_int_equal(made_up_calls("make"), 2);
	made_up_program("made-up-gcc-9", "echo made-up 9.2");
	free(second);
	second = must_build();
	assert_string_not_equal(second, third);
	free(third);
	free(second);
	free(first);
}

/* Of the module at @path: CACHE/modules/KERNEL/KEY/ptwalk.ko. */
static int lock_of(const char *path)
{
	const char *part = strstr(path, "/modules/") + strlen("/modules/");
	int lock = fs_lock(made_up("cache/modules/%.*s/lock", (int)strcspn(part, "/"), part), false,
			   NULL);

	assert_true(lock >= 0);
	return lock;
}

TEST_WITH(only_builds_for_one_kernel_wait_for_each_other, build_setup, made_up_teardown)
{
	char *path = must_build();
	int lock = lock_of(path), status = 1;
	struct kernel kernel;
	struct err err;
	pid_t child;

	fcntl(lock, F_SETFD, FD_CLOEXEC);
	made_up_file("checkout/kmod/main.c", "changed");
	assert_int_equal(find(&kernel, &err), 0);
	child = fork();
	if (!child) {
		close(lock);
		_exit(kernel_module(&kernel, NULL, &path, NULL, &err) != 0);
	}
	made_up_program("made-up-gcc-8", "echo made-up 8.1");
	made_up_file("tree/.config", "CONFIG_MODULES=y\n"
				     "CONFIG_CC_VERSION_TEXT=\"made-up-gcc-8 (x) 8\"\n");
	free(path);
	path = must_build();
	usleep(300000);
	assert_int_equal(waitpid(child, &status, WNOHANG), 0);
	close(lock);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	kernel_release(&kernel);
	free(path);
}

TEST_WITH(a_failed_build_names_its_first_error, build_setup, made_up_teardown)
{
	struct err err;

	made_up_file("checkout/kmod/main.c", "broken");
	assert_int_equal(build(&err), -ECHILD);
	says(err, "main.c:2:3: error: 'x' undeclared");
	says(err, ".log");
	assert_null(strstr(err.text, "Error 1"));
	made_up_file("checkout/kmod/main.c", "mended");
	free(must_build());
}

/* Of each kernel's; what was used within the hour may be in use. */
TEST_WITH(modules_are_kept_by_their_last_use, build_setup, made_up_teardown)
{
	char *path = must_build(), *again;

	assert_int_equal(
		system("cd \"$T\"/cache/modules/*/ && touch -d '3 days ago' *.log [0-9a-f]* && "
		       "for i in $(seq 100 149); do mkdir 000000000000000000000$i && "
		       "touch 000000000000000000000$i.log && "
		       "touch -d \"$i hours ago\" 000000000000000000000$i*; done; "
		       "mkdir 000000000000000000000200; touch -d '30 minutes ago' *200"),
		0);
	/* It is the oldest, and used. */
	again = must_build();
	assert_string_equal(again, path);
	made_up_file("checkout/kmod/main.c", "changed");
	free(again);
	again = must_build();
	assert_true(fs_exists(path));
	assert_int_equal(
		system("cd \"$T\"/cache/modules/*/ && [ -d 000000000000000000000136 ] && "
		       "[ -d 000000000000000000000200 ] && [ ! -e 000000000000000000000137 ] && "
		       "[ -e 000000000000000000000137.log ] && "
		       "[ ! -e 000000000000000000000138.log ] && [ -d work ] && [ -e lock ]"),
		0);
	free(again);
	free(path);
}

/* What it has made so far is not to be built upon. */
TEST_WITH(a_build_that_was_killed_leaves_nothing, build_setup, made_up_teardown)
{
	struct err err;

	free(must_build());
	made_up_file("checkout/kmod/main.c", "killed");
	assert_int_equal(build(&err), -ECANCELED);
	says(err, "make was ended by signal 9 (Killed)");
	assert_int_equal(
		system("find \"$T/cache/modules\" -name kmod | grep -q . && exit 1 || exit 0"), 0);
	made_up_file("checkout/kmod/main.c", "mended");
	free(must_build());
}

TEST_WITH(a_build_without_a_program_names_it, build_setup, made_up_teardown)
{
	struct err err;

	made_up_file("checkout/kmod/main.c", "toolless");
	assert_int_equal(build(&err), -ECHILD);
	says(err, "failed: /bin/sh: 1: x-ld: not found; see ");
}

/* Nothing but T/bin along $PATH: it has make and strip. */
TEST_WITH(programs_are_looked_for_before_a_build, build_setup, made_up_teardown)
{
	struct err err;

	free(must_build());
	made_up_file("checkout/kmod/main.c", "changed");
	setenv("PATH", made_up("bin"), 1);
	assert_int_equal(build(&err), -ENOENT);
	says(err, "ld, which is missing: install the package binutils");
	remove_made_up("bin/make");
	assert_int_equal(build(&err), -ENOENT);
	says(err, "make, which is missing: install the package make");
}

TEST_WITH(headers_of_another_kernel_are_stale, build_setup, made_up_teardown)
{
	struct err err;

	made_up_image("tree/arch/x86/boot/bzImage", "6.1.0-other", "gzip");
	assert_int_equal(build(&err), -ESTALE);
	says(err, "are of 6.1.0-mine");
	says(err, "is 6.1.0-other");
	made_up_image("tree/arch/x86/boot/bzImage", "6.1.0-mine", "gzip");
	made_up_file("tree/include/generated/utsrelease.h", "#define UTS_RELEASE \"6.1.0-new\"\n");
	assert_int_equal(build(&err), -ESTALE);
	says(err, "are of 6.1.0-new");
	assert_int_equal(made_up_calls("make"), 0);
}

#define CLANG "Debian clang version 14.0.6"

/* A kernel of clang, linked by LLVM's linker where @lld is "y". */
static void built_by_clang(const char *lld)
{
	char *config = xasprintf("CONFIG_MODULES=y\nCONFIG_CC_VERSION_TEXT=\"" CLANG "\"\n"
				 "CONFIG_LD_IS_LLD=%s\n",
				 lld);

	made_up_file("tree/.config", config);
	free(config);
	made_up_program("clang-14", "echo " CLANG);
	made_up_program("clang", "echo Debian clang version 16.0.6");
	made_up_program("ld.lld", "");
}

TEST_WITH(a_module_is_built_by_the_clang_that_built_the_kernel, build_setup, made_up_teardown)
{
	built_by_clang("n");
	free(must_build());
	assert_int_equal(made_up_calls("CC=clang-14"), 1);
	assert_int_equal(made_up_calls("LLVM=1"), 0);
	built_by_clang("y");
	made_up_file("checkout/kmod/main.c", "other");
	free(must_build());
	assert_int_equal(made_up_calls("CC=clang-14"), 2);
	assert_int_equal(made_up_calls("LLVM=1"), 1);
	/* One of another version is better than none. */
	remove_made_up("bin/clang-14");
	made_up_file("checkout/kmod/main.c", "another");
	made_up_program("clang-14", "exit 1");
	free(must_build());
	assert_int_equal(made_up_calls("CC=clang "), 1);
	/* One that $CC names is of the very version. */
	made_up_program("my-clang", "echo " CLANG);
	setenv("CC", "my-clang", 1);
	free(must_build());
	unsetenv("CC");
	assert_int_equal(made_up_calls("CC=my-clang"), 1);
}

TEST_WITH(a_compiler_of_the_environment_is_not_taken_for_another, build_setup, made_up_teardown)
{
	made_up_program("my-gcc", "echo my-gcc 9.1");
	setenv("CC", "my-gcc", 1);
	setenv("LLVM", "1", 1);
	free(must_build());
	unsetenv("LLVM");
	unsetenv("CC");
	assert_int_equal(made_up_calls("CC=made-up-gcc-9"), 1);
	assert_int_equal(made_up_calls("LLVM=1"), 0);
}

TEST_WITH(what_a_build_lacks_is_named, build_setup, made_up_teardown)
{
	struct err err;

	remove_made_up("bin/made-up-gcc-9");
	assert_int_equal(build(&err), -ENOENT);
	says(err, "made-up-gcc-9, which is missing: install");
	remove_made_up("tree/Module.symvers");
	assert_int_equal(build(&err), -ENOENT);
	says(err, "Module.symvers is missing: run make modules");
	made_up_file("tree/.config", "");
	assert_int_equal(build(&err), -ENOENT);
	says(err, "CONFIG_MODULES=y");
	remove_made_up("checkout/kmod/Kbuild");
	assert_int_equal(build(&err), -ENOENT);
	says(err, "neither Kbuild nor Makefile");
	remove_made_up("checkout");
	assert_int_equal(build(&err), -ENOENT);
	says(err, "PTWALK_SOURCE");
}
