// SPDX-License-Identifier: GPL-2.0-only
/* kernels/: what a spec names, what an image and a config say, what is missing and how to get it. */
#include "tests/unit/kernels.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/cache.h"
#include "kernels/config.h"
#include "kernels/facts.h"

TEST_WITH(unknown_specs_are_refused_with_what_there_is, made_up_setup, made_up_teardown)
{
	struct kernel kernel;
	struct err err;

	assert_int_equal(kernel_find("nonsense", NULL, &kernel, NULL, &err), -EINVAL);
	says(err, "\"nonsense\"");
	says(err, "host");
	says(err, "6.12");
	says(err, "build tree");
	assert_int_equal(kernel_find("debian:5.4", NULL, &kernel, NULL, &err), -EINVAL);
	says(err, "debian:5.10, debian:6.1, debian:6.12, debian:7.2");
	assert_int_equal(kernel_spec_check("debian:5.4", NULL, &err), -EINVAL);
	says(err, "there is no kernel \"debian:5.4\"; Debian's are: debian:5.10, ");
	assert_int_equal(kernel_spec_check("nonsense", NULL, &err), -EINVAL);
	assert_int_equal(kernel_spec_check("build:nonsense", NULL, &err), -EINVAL);
	assert_int_equal(kernel_spec_check("debian:6.1", NULL, &err), 0);
	assert_int_equal(kernel_spec_check("debian:6.12-16k", NULL, &err), -EINVAL);
	assert_int_equal(kernel_spec_check("debian:6.12-16k", &arch_arm64, &err), 0);
	assert_int_equal(kernel_spec_check("debian:5.10", &arch_arm64, &err), -EINVAL);
	says(err, "of arm64; Debian's are: debian:6.1, debian:6.12, debian:7.2, debian:6.12-16k");
	assert_int_equal(kernel_spec_check("6.1", NULL, &err), 0);
	assert_int_equal(kernel_find("debian:", NULL, &kernel, NULL, &err), -EINVAL);
	assert_int_equal(kernel_find("debian:6", NULL, &kernel, NULL, &err), -EINVAL);
	assert_int_equal(made_up_calls(""), 0);
}

TEST_WITH(configs_are_read, made_up_setup, made_up_teardown)
{
	static const char text[] = "# CONFIG_OFF is not set\nCONFIG_A_LONG=n\nCONFIG_A=y\n"
				   "CONFIG_MOD=m\nCONFIG_TEXT=\"gcc-12 (x) 12\"\nCONFIG_LAST=7";
	char *value;

	assert_true(config_has(text, "CONFIG_A"));
	assert_int_equal(config_page_size(text), 4096);
	assert_int_equal(config_page_size("CONFIG_ARM64_16K_PAGES=y\n"), 16384);
	assert_int_equal(
		config_page_size("# CONFIG_ARM64_4K_PAGES is not set\nCONFIG_ARM64_64K_PAGES=y\n"),
		65536);
	assert_true(config_has(text, "CONFIG_MOD"));
	assert_false(config_has(text, "CONFIG_A_LONG"));
	assert_false(config_has(text, "CONFIG_OFF"));
	assert_false(config_has(text, "CONFIG_LAST"));
	assert_false(config_has(text, "ONFIG_A"));
	value = config_value(text, "CONFIG_TEXT");
	assert_string_equal(value, "gcc-12 (x) 12");
	free(value);
	value = config_value(text, "CONFIG_LAST");
	assert_string_equal(value, "7");
	free(value);
	assert_null(config_value(text, "CONFIG_OFF"));
}

TEST_WITH(a_config_of_one_meaning_has_one_digest, made_up_setup, made_up_teardown)
{
	char a[65], b[65];

	config_digest("# Linux/x86 6.1.190\nCONFIG_A=y\n# CONFIG_B is not set\n"
		      "CONFIG_BUILD_SALT=\"6.1.0-55\"\nCONFIG_CC_VERSION_TEXT=\"gcc-12 1\"\n",
		      a);
	config_digest("# Linux/x86 6.1.192\n\nCONFIG_A=y\n# CONFIG_B is not set\n"
		      "CONFIG_BUILD_SALT=\"6.1.0-56\"\nCONFIG_CC_VERSION_TEXT=\"gcc-12 2\"",
		      b);
	assert_int_equal(strlen(a), 64);
	assert_string_equal(a, b);
	config_digest("CONFIG_A=y\nCONFIG_B=y\n", b);
	assert_string_not_equal(a, b);
	config_digest("CONFIG_A=y\n", b);
	assert_string_not_equal(a, b);
}

TEST_WITH(missing_options_are_named, made_up_setup, made_up_teardown)
{
	static const char *const all[] = { "CONFIG_A", "CONFIG_B", "CONFIG_C", NULL };
	static const char *const some[] = { "CONFIG_A", NULL };
	struct kernel kernel;
	struct err err = { 0 };
	char *lacks;

	made_up_file("config", "CONFIG_A=m\nCONFIG_BB=y\n");
	kernel_init(&kernel, "x");
	kernel_take(&kernel.config, xstrdup(made_up("config")));
	lacks = kernel_lacks(&kernel, all, &err);
	assert_string_equal(lacks, "CONFIG_B, CONFIG_C");
	free(lacks);
	assert_null(kernel_lacks(&kernel, some, &err));
	assert_string_equal(err.text, "");
	assert_true(kernel_has(&kernel, "CONFIG_A"));
	assert_false(kernel_has(&kernel, "CONFIG_B"));
	kernel_take(&kernel.config, xstrdup(made_up("gone")));
	assert_false(kernel_has(&kernel, "CONFIG_A"));
	assert_null(kernel_lacks(&kernel, some, &err));
	says(err, "gone");
	kernel_release(&kernel);
}

TEST_WITH(images_say_their_release, made_up_setup, made_up_teardown)
{
	char *release;

	made_up_image("bzImage", "6.1.0-99-amd64", "gzip");
	release = image_release(made_up("bzImage"));
	assert_string_equal(release, "6.1.0-99-amd64");
	free(release);
	made_up_file("text", "no image");
	assert_null(image_release(made_up("text")));
	assert_null(image_release(made_up("gone")));
}

TEST_WITH(every_compression_yields_the_same_elf, made_up_setup, made_up_teardown)
{
	static const char *const filters[] = { NULL, "gzip", "bzip2", "xz", "lzma", "lz4", "zstd" };
	char first[65], hex[65];
	struct err err = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		made_up_image("bzImage", "6.1", filters[i]);
		if (image_extract(made_up("bzImage"), made_up("elf"), &err))
			fail_msg("%s: %s", filters[i] ? filters[i] : "none", err.text);
		assert_int_equal(fs_sha256(made_up("elf"), hex, NULL), 0);
		if (!i)
			memcpy(first, hex, sizeof(hex));
		assert_string_equal(hex, first);
	}
}

/* Overwrite one byte of a file of T. */
static void damage(const char *name, long at, int byte)
{
	FILE *f = fopen(made_up("%s", name), "r+e");

	assert_non_null(f);
	fseek(f, at, SEEK_SET);
	fputc(byte, f);
	fclose(f);
}

TEST_WITH(damaged_images_yield_nothing, made_up_setup, made_up_teardown)
{
	struct err err;

	made_up_file("text", "no image");
	assert_int_equal(image_extract(made_up("text"), made_up("elf"), &err), -ENOEXEC);
	says(err, "not a bzImage");
	made_up_image("cut", "6.1", "xz");
	assert_int_equal(truncate(made_up("cut"), 3000), 0);
	assert_int_equal(image_extract(made_up("cut"), made_up("elf"), &err), -ENOEXEC);
	says(err, "cut off");
	made_up_image("stream", "6.1", "xz");
	damage("stream", 5 * 512 + 32 + 200, 0xff);
	damage("stream", 5 * 512 + 32 + 201, 0);
	assert_int_equal(image_extract(made_up("stream"), made_up("elf"), &err), -ENOEXEC);
	says(err, "cannot decompress");
	made_up_image("noelf", "6.1", NULL);
	damage("noelf", 5 * 512 + 32, 'X');
	assert_int_equal(image_extract(made_up("noelf"), made_up("elf"), &err), -ENOEXEC);
	says(err, "not a kernel's ELF");
	assert_false(fs_exists(made_up("elf")));
}

static void image_of(struct kernel *kernel, const char *config)
{
	kernel_init(kernel, "x");
	made_up_file("config", config);
	kernel_take(&kernel->config, xstrdup(made_up("config")));
	kernel_take(&kernel->image, xstrdup(made_up("bzImage")));
	assert_int_equal(kernel_describe(kernel, NULL), 0);
}

TEST_WITH(only_pvh_kernels_have_a_vmlinux, made_up_setup, made_up_teardown)
{
	struct kernel kernel;

	made_up_image("bzImage", "6.1", "xz");
	image_of(&kernel, "# CONFIG_PVH is not set\n");
	assert_int_equal(image_vmlinux(&kernel, NULL), 0);
	assert_string_equal(kernel.vmlinux, "");
	assert_false(fs_exists(made_up("cache/vmlinux")));
	kernel_release(&kernel);
	image_of(&kernel, "CONFIG_PVH=y\nCONFIG_KASAN=y\n");
	assert_int_equal(image_vmlinux(&kernel, NULL), 0);
	assert_string_equal(kernel.vmlinux, "");
	kernel_release(&kernel);
	image_of(&kernel, "CONFIG_PVH=y\n");
	assert_int_equal(image_vmlinux(&kernel, NULL), 0);
	assert_true(fs_exists(kernel.vmlinux));
	assert_true(str_starts(kernel.vmlinux, made_up("cache/vmlinux/%s", kernel.image_sha256)));
	kernel_release(&kernel);
	damage("bzImage", 0x202, 'X');
	image_of(&kernel, "CONFIG_PVH=y\n");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(image_vmlinux(&kernel, NULL), 0);
		assert_string_equal(kernel.vmlinux, "");
	}
	kernel_release(&kernel);
}

static int find_host(struct err *err)
{
	struct kernel kernel;
	int ret;

	kernel_init(&kernel, "host");
	ret = host_fill(&kernel, made_up("root"), "6.1-x", err);
	if (!ret) {
		assert_string_equal(kernel.build, made_up("root/lib/modules/6.1-x/build"));
		assert_string_equal(kernel.compiler, "gcc-12 (Debian) 12");
		assert_int_equal(strlen(kernel.image_sha256), 64);
	}
	kernel_release(&kernel);
	return ret;
}

TEST_WITH(the_host_says_which_package_is_missing, made_up_setup, made_up_teardown)
{
	struct err err;

	assert_int_equal(find_host(&err), -ENOENT);
	says(err, "boot/vmlinuz-6.1-x is missing: install the package linux-image-6.1-x");
	made_up_image("root/boot/vmlinuz-6.1-x", "6.1-x", "gzip");
	assert_int_equal(find_host(&err), -ENOENT);
	says(err, "boot/config-6.1-x is missing");
	made_up_file("root/boot/config-6.1-x", "CONFIG_CC_VERSION_TEXT=\"gcc-12 (Debian) 12\"\n");
	assert_int_equal(find_host(&err), -ENOENT);
	says(err, "modules.dep.bin is missing");
	made_up_file("root/lib/modules/6.1-x/modules.dep.bin", "");
	assert_int_equal(find_host(&err), -ENOENT);
	says(err, "install the package linux-headers-6.1-x");
	made_up_file("root/lib/modules/6.1-x/build/Makefile", "");
	assert_int_equal(find_host(&err), 0);
}

static int find_named(const char *spec, struct err *err)
{
	struct kernel kernel;
	int ret = kernel_find(spec, NULL, &kernel, NULL, err);

	if (!ret) {
		assert_string_equal(kernel.release, "6.1-x");
		assert_string_equal(kernel.root, made_up("root"));
		kernel_release(&kernel);
	}
	return ret;
}

/* By its image, or by its modules; in boot, or beside the modules. */
TEST_WITH(an_installed_kernel_has_its_modules, made_up_setup, made_up_teardown)
{
	struct err err;

	made_up_image("root/boot/vmlinuz-6.1-x", "6.1-x", "gzip");
	made_up_file("root/boot/config-6.1-x", "CONFIG_CC_VERSION_TEXT=\"gcc-12 (Debian) 12\"\n");
	made_up_file("root/lib/modules/6.1-x/modules.dep.bin", "");
	assert_int_equal(find_named(made_up("root/boot/vmlinuz-6.1-x"), &err), -ENOENT);
	says(err, "install the package linux-headers-6.1-x");
	made_up_file("root/lib/modules/6.1-x/build/Makefile", "");
	assert_int_equal(find_named(made_up("root/boot/vmlinuz-6.1-x"), &err), 0);
	assert_int_equal(find_named(made_up("root/lib/modules/6.1-x"), &err), 0);
	made_up_image("elsewhere", "6.1-x", "gzip");
	assert_int_equal(find_named(made_up("elsewhere"), &err), -EINVAL);
	says(err, "is kernel 6.1-x, and where its modules are is not known");
	remove(made_up("root/boot/vmlinuz-6.1-x"));
	remove(made_up("root/boot/config-6.1-x"));
	made_up_image("root/lib/modules/6.1-x/vmlinuz", "6.1-x", "gzip");
	made_up_file("root/lib/modules/6.1-x/config", "");
	assert_int_equal(find_named(made_up("root/lib/modules/6.1-x/vmlinuz"), &err), 0);
}

TEST_WITH(a_host_image_of_another_kernel_is_stale, made_up_setup, made_up_teardown)
{
	struct err err;

	made_up_image("root/boot/vmlinuz-6.1-x", "6.1-y", "gzip");
	made_up_file("root/boot/config-6.1-x", "");
	made_up_file("root/lib/modules/6.1-x/modules.dep.bin", "");
	made_up_file("root/lib/modules/6.1-x/build/Makefile", "");
	assert_int_equal(find_host(&err), -ESTALE);
	says(err, "is kernel 6.1-y, not 6.1-x");
}

TEST_WITH(facts_are_kept_and_may_move, made_up_setup, made_up_teardown)
{
	struct kernel kernel;

	made_up_image("bzImage", "6.1", "gzip");
	made_up_file("a/boot/config", "CONFIG_X=y\n");
	made_up_file("a/build/Makefile", "");
	made_up_file("a/lib/modules/6.1/modules.dep.bin", "");
	kernel_init(&kernel, "x");
	kernel_take(&kernel.release, xstrdup("6.1"));
	kernel_take(&kernel.image, xstrdup(made_up("bzImage")));
	kernel_take(&kernel.config, xstrdup(made_up("a/boot/config")));
	kernel_take(&kernel.root, xstrdup(made_up("a")));
	kernel_take(&kernel.build, xstrdup(made_up("a/build")));
	assert_int_equal(kernel_describe(&kernel, NULL), 0);
	assert_int_equal(facts_save(&kernel, made_up("a"), NULL), 0);
	kernel_release(&kernel);
	assert_int_equal(rename(made_up("a"), made_up("b")), 0);
	kernel_init(&kernel, "x");
	assert_int_equal(facts_load(&kernel, made_up("b")), 0);
	assert_string_equal(kernel.root, made_up("b"));
	assert_string_equal(kernel.config, made_up("b/boot/config"));
	assert_string_equal(kernel.image, made_up("bzImage"));
	assert_int_equal(unlink(made_up("b/boot/config")), 0);
	assert_int_equal(facts_load(&kernel, made_up("b")), -ENOENT);
	kernel_release(&kernel);
}

TEST_WITH(a_lock_is_held_until_the_last_child_ends, made_up_setup, made_up_teardown)
{
	int lock = cache_lock("part", NULL, NULL), again;
	pid_t child = fork();

	assert_true(lock >= 0);
	if (!child) {
		execlp("sleep", "sleep", "0.5", NULL);
		_exit(127);
	}
	close(lock);
	assert_int_equal(fs_lock(made_up("cache/part/lock"), false, NULL), -EWOULDBLOCK);
	again = cache_lock("part", NULL, NULL);
	assert_true(again >= 0);
	close(again);
	assert_int_equal(waitpid(child, NULL, 0), child);
}

TEST_WITH(a_cache_is_trimmed_of_what_no_one_uses, made_up_setup, made_up_teardown)
{
	for (int i = 0; i < 6; i++) {
		char *name = xasprintf("own/%024d.diff", i), *touch;

		made_up_file(name, "");
		touch = xasprintf("touch -d '%d minutes ago' \"$T/%s\"", 60 * i + 10, name);
		assert_int_equal(system(touch), 0);
		free(touch);
		free(name);
	}
	made_up_file("own/000000000000000000000009.c", "");
	made_up_file("own/mine.diff", "");
	assert_int_equal(system("touch -d '9 days ago' \"$T\"/own/*9.c \"$T/own/mine.diff\""), 0);
	cache_use(made_up("own/%024d.diff", 5));
	cache_trim(made_up("own"), ".diff", 3);
	for (int i = 0; i < 6; i++)
		assert_int_equal(fs_exists(made_up("own/%024d.diff", i)), i < 2 || i == 5);
	assert_true(fs_exists(made_up("own/mine.diff")));
	assert_true(fs_exists(made_up("own/000000000000000000000009.c")));
	cache_trim(made_up("own"), ".diff", 0);
	assert_true(fs_exists(made_up("own/%024d.diff", 5)));
	assert_false(fs_exists(made_up("own/%024d.diff", 1)));
}
