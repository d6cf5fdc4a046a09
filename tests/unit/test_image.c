// SPDX-License-Identifier: GPL-2.0-only
/* vm/image: the guest's archive is the same for the same inputs, and holds what it must. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/size.h"
#include "base/str.h"
#include "tests/unit/archives.h"
#include "vm/image.h"
#include "vm/modules.h"
#include "vm/plan.h"

#define RELEASE "1.0-fake"

static char *dir, *script, *image, self[PATH_MAX];

static char *at(const char *name)
{
	return xasprintf("%s/%s", dir, name);
}

static void put(const char *name, const char *text, mode_t mode)
{
	char *path = at(name);

	assert_int_equal(fs_write_file(path, text, strlen(text), mode, NULL), 0);
	free(path);
}

static void put_xz(const char *from, const char *name)
{
	static unsigned char packed[1 << 20];
	char *path = at(name), *data;
	size_t len;

	data = fs_read(from, &len, NULL);
	assert_non_null(data);
	len = compress("xz", data, len, packed, sizeof(packed));
	assert_int_equal(fs_write_file(path, packed, len, 0644, NULL), 0);
	free(path);
	free(data);
}

/* A folder with modules of a kernel that is none, and a script. */
static int make_folder(void **state)
{
	const char *depmod[] = { "depmod", "-b", NULL, RELEASE, NULL };
	char *kernel, *base, *path;
	struct err err = { "" };

	(void)state;
	dir = xstrdup("/tmp/ptwalk-image.XXXXXX");
	assert_non_null(mkdtemp(dir));
	kernel = at("lib/modules/" RELEASE "/kernel");
	assert_int_equal(fs_mkdir_p(kernel, NULL), 0);
	base = xasprintf("%s/fake_base.ko", kernel);
	assert_int_equal(fs_copy(FAKE_MODULE_BASE, base, 0644, NULL), 0);
	put_xz(FAKE_MODULE_USER, "lib/modules/" RELEASE "/kernel/fake-user.ko.xz");
	put("lib/modules/" RELEASE "/modules.builtin", "kernel/fake_builtin.ko\n", 0644);
	put("lib/modules/" RELEASE "/modules.order", "", 0644);
	path = xasprintf("%s:/usr/sbin:/sbin", getenv("PATH"));
	setenv("PATH", path, 1);
	depmod[2] = dir;
	if (proc_run(depmod, &(struct proc_options){ 0 }, &err))
		fail_msg("%s", err.text);
	put("script", "#!/bin/sh\n", 0751);
	put("init", "init", 0755);
	assert_non_null(realpath("/proc/self/exe", self));
	script = at("script");
	image = at("image");
	free(path);
	path = at("init");
	setenv("PTWALK_INIT", path, 1);
	free(path);
	free(base);
	free(kernel);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	fs_remove(dir, NULL);
	free(dir);
	free(script);
	free(image);
	return 0;
}

static const char *const argv[] = { "/bin/it", "an argument", NULL };

/* A whole image of @files and @modules; its error is in @err. */
static int write_image(const struct vm_file *files, size_t nr_files, const char *const *modules,
		       struct err *err)
{
	const struct vm_dax dax = { GIB, GIB };
	struct vm_config config = {
		.release = RELEASE,
		.modules_root = dir,
		.modules = modules,
		.files = files,
		.nr_files = nr_files,
		.argv = argv,
		.dax = &dax,
		.nr_dax = 1,
	};
	struct vm_layout layout;

	assert_int_equal(layout_init(&layout, &config, NULL), 0);
	return image_write(&config, &layout, image, err);
}

static void must_write(const struct vm_file *files, size_t nr_files, const char *const *modules)
{
	struct err err = { "" };

	if (write_image(files, nr_files, modules, &err))
		fail_msg("%s", err.text);
}

static void is_fixed(struct archive_entry *e, const char *data, void *arg)
{
	const char *path = archive_entry_pathname(e);
	struct strv *seen = arg;

	(void)data;
	assert_int_equal(archive_entry_uid(e), 0);
	assert_int_equal(archive_entry_gid(e), 0);
	assert_int_equal(archive_entry_mtime(e), 0);
	assert_int_equal(archive_entry_ino64(e), seen->n + 1);
	if (seen->n)
		assert_true(strcmp(seen->v[seen->n - 1], path) < 0);
	if (!strcmp(path, "bin/it"))
		assert_int_equal(archive_entry_mode(e), S_IFREG | 0751);
	if (!strcmp(path, "bin"))
		assert_int_equal(archive_entry_mode(e), S_IFDIR | 0755);
	strv_add(seen, path);
}

static void entries_are_sorted_and_fixed(void **state)
{
	const struct vm_file files[] = { { script, "/usr/share/b" }, { script, "/bin/it" } };
	struct strv seen = { 0 };

	(void)state;
	must_write(files, 2, NULL);
	each_entry(image, is_fixed, &seen);
	assert_true(strv_has(&seen, "init"));
	assert_true(strv_has(&seen, "bin/it"));
	assert_true(strv_has(&seen, "usr/share"));
	assert_true(strv_has(&seen, "dev"));
	strv_release(&seen);
}

static void the_same_inputs_make_the_same_bytes(void **state)
{
	const char *const modules[] = { "fake_user", NULL };
	const struct vm_file one[] = { { script, "/bin/it" }, { self, "/bin/b" } };
	const struct vm_file other[] = { one[1], one[0] };
	const struct utimbuf old = { 1, 1 };
	char first[65], second[65];

	(void)state;
	must_write(one, 2, modules);
	assert_int_equal(fs_sha256(image, first, NULL), 0);
	unlink(image);
	assert_int_equal(utime(script, &old), 0);
	must_write(other, 2, modules);
	assert_int_equal(fs_sha256(image, second, NULL), 0);
	assert_string_equal(first, second);
	assert_int_equal(chmod(script, 0755), 0);
	must_write(one, 2, modules);
	assert_int_equal(fs_sha256(image, second, NULL), 0);
	assert_string_not_equal(first, second);
	assert_int_equal(chmod(script, 0751), 0);
}

static void note_path(struct archive_entry *e, const char *data, void *arg)
{
	(void)data;
	strv_add(arg, archive_entry_pathname(e));
}

static void programs_bring_their_libraries(void **state)
{
	const struct vm_file program = { self, "/bin/it" };
	struct strv paths = { 0 };
	bool libc = false;

	(void)state;
	must_write(&program, 1, NULL);
	each_entry(image, note_path, &paths);
	assert_true(strv_has(&paths, "lib64/ld-linux-x86-64.so.2"));
	for (size_t i = 0; i < paths.n; i++)
		libc |= str_ends(paths.v[i], "/libc.so.6");
	assert_true(libc);
	strv_release(&paths);
}

static void note_plan(struct archive_entry *e, const char *data, void *arg)
{
	char **plan = arg;

	if (!strcmp(archive_entry_pathname(e), PLAN_PATH + 1))
		*plan = xstrdup(data);
}

static void the_plan_is_in_the_order_of_work(void **state)
{
	const char *const modules[] = { "fake_builtin", "fake_user", "fake_base", NULL };
	const struct vm_file it = { script, "/bin/it" };
	char *plan = NULL;

	(void)state;
	must_write(&it, 1, modules);
	each_entry(image, note_plan, &plan);
	assert_non_null(plan);
	assert_string_equal(plan, "module /modules/fake_base.ko\n"
				  "module /modules/fake_user.ko\n"
				  "dax 13fe00000 40000000 40000000\n"
				  "arg /bin/it\n"
				  "arg an argument\n");
	free(plan);
}

static void compressed_modules_are_unpacked(void **state)
{
	char *packed = at("lib/modules/" RELEASE "/kernel/fake-user.ko.xz"), *data, *plain;
	size_t len, plain_len;

	(void)state;
	data = module_read(packed, &len, NULL);
	plain = fs_read(FAKE_MODULE_USER, &plain_len, NULL);
	assert_non_null(data);
	assert_non_null(plain);
	assert_int_equal(len, plain_len);
	assert_memory_equal(data, plain, len);
	free(data);
	free(plain);
	free(packed);
}

static void refused(const struct vm_file *files, size_t n, const char *const *modules, int code,
		    const char *why)
{
	struct err err = { "" };

	unlink(image);
	assert_int_equal(write_image(files, n, modules, &err), -code);
	if (!strstr(err.text, why))
		fail_msg("\"%s\" does not say \"%s\"", err.text, why);
	assert_null(strchr(err.text, '\n'));
	assert_false(fs_exists(image));
}

static void what_is_missing_is_named(void **state)
{
	const char *const modules[] = { "fake_user", "no_such_module", NULL };
	const struct vm_file gone = { "/no/such/file", "/bin/it" };
	const struct vm_file it = { script, "/bin/it" };
	char *init = xstrdup(getenv("PTWALK_INIT"));

	(void)state;
	refused(&it, 1, modules, ENOENT, "kernel " RELEASE " has no module no_such_module");
	refused(&gone, 1, NULL, ENOENT, "/no/such/file");
	setenv("PTWALK_INIT", "/no/such/init", 1);
	refused(&it, 1, NULL, ENOENT, "/no/such/init");
	setenv("PTWALK_INIT", init, 1);
	free(init);
}

static void a_module_that_is_listed_and_gone_is_named(void **state)
{
	char *path = at("lib/modules/" RELEASE "/kernel/fake_base.ko"), *away = at("away");
	const char *const modules[] = { "fake_user", NULL };
	const struct vm_file it = { script, "/bin/it" };

	(void)state;
	assert_int_equal(rename(path, away), 0);
	refused(&it, 1, modules, ENOENT, "has no module fake_base");
	assert_int_equal(rename(away, path), 0);
	free(path);
	free(away);
}

static void a_kernel_without_modules_is_named(void **state)
{
	const char *const modules[] = { "fake_user", NULL };
	const struct vm_file it = { script, "/bin/it" };
	char *path = at("lib/modules/" RELEASE), *away = at("lib/modules/away");

	(void)state;
	assert_int_equal(rename(path, away), 0);
	refused(&it, 1, modules, ENOENT, path);
	assert_int_equal(rename(away, path), 0);
	free(path);
	free(away);
}

static void a_lacking_library_is_named(void **state)
{
	char *path = at("lacking"), *data;
	const struct vm_file lacking = { path, "/bin/it" };
	size_t len;

	(void)state;
	data = fs_read("/proc/self/exe", &len, NULL);
	assert_non_null(data);
	for (size_t i = 0; i + 10 < len; i++)
		if (!memcmp(data + i, "libc.so.6", 10))
			data[i + 3] = 'Z';
	assert_int_equal(fs_write_file(path, data, len, 0755, NULL), 0);
	refused(&lacking, 1, NULL, ENOENT, "libZ.so.6");
	assert_int_equal(truncate(path, 200), 0);
	refused(&lacking, 1, NULL, ENOEXEC, "is a damaged ELF file");
	free(data);
	free(path);
}

static void bad_paths_are_refused(void **state)
{
	const struct vm_file clash[] = { { script, "/bin/it" }, { "/etc/passwd", "/bin/it" } };
	const struct vm_file folder = { "/tmp", "/bin/it" };
	static const char *const bad[] = { "bin/it", "/", "/bin/", "//bin", "/a/../b", "" };

	(void)state;
	refused(clash, 2, NULL, EEXIST, "/bin/it");
	refused(&folder, 1, NULL, EINVAL, "/tmp is not a file");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const struct vm_file f = { script, bad[i] };

		refused(&f, 1, NULL, EINVAL, "is not an absolute path");
	}
}

static void a_failed_write_leaves_nothing(void **state)
{
	const struct vm_file it = { script, "/bin/it" };
	struct rlimit old, small;

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 512;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	refused(&it, 1, NULL, EFBIG, "cannot write");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_sorted_and_fixed),
		cmocka_unit_test(the_same_inputs_make_the_same_bytes),
		cmocka_unit_test(programs_bring_their_libraries),
		cmocka_unit_test(the_plan_is_in_the_order_of_work),
		cmocka_unit_test(compressed_modules_are_unpacked),
		cmocka_unit_test(what_is_missing_is_named),
		cmocka_unit_test(a_module_that_is_listed_and_gone_is_named),
		cmocka_unit_test(a_kernel_without_modules_is_named),
		cmocka_unit_test(a_lacking_library_is_named),
		cmocka_unit_test(bad_paths_are_refused),
		cmocka_unit_test(a_failed_write_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
