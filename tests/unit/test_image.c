// SPDX-License-Identifier: GPL-2.0-only
/* vm/image: the guest's archive is the same for the same inputs, and holds what it must. */
#include "tests/unit/unit.h"

#include <archive.h>
#include <archive_entry.h>
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

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "base/str.h"
#include "tests/unit/folder.h"
#include "vm/image.h"
#include "vm/channel.h"

static char *script, *module, *image, self[PATH_MAX];
static bool strict, races; /* as in vm_config */

static void put(const char *name, const char *text, mode_t mode)
{
	char *path = folder_at(name);

	assert_int_equal(fs_write_file(path, text, strlen(text), mode, NULL), 0);
	free(path);
}

static int make_folder(void **state)
{
	char *init;

	assert_int_equal(folder_make(state), 0);
	put("script", "#!/bin/sh\n", 0751);
	put("fake-module.ko", "a module", 0600);
	put("init", "init", 0755);
	assert_non_null(realpath("/proc/self/exe", self));
	script = folder_at("script");
	module = folder_at("fake-module.ko");
	image = folder_at("image");
	init = folder_at("init");
	setenv("PTWALK_INIT", init, 1);
	free(init);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	folder_remove(state);
	free(script);
	free(module);
	free(image);
	return 0;
}

static const char *const argv[] = { "/bin/it", "an argument", NULL };

/* A whole image of @files; its error is in @err. */
static int write_image(const struct vm_file *files, size_t nr_files, struct err *err)
{
	const struct vm_dax dax = { GIB, GIB };
	struct vm_config config = {
		.module = module,
		.files = files,
		.nr_files = nr_files,
		.argv = argv,
		.dax = &dax,
		.nr_dax = 1,
		.strict = strict,
		.races = races,
		.spare = { GIB },
	};
	struct vm_layout layout;

	assert_int_equal(layout_init(&layout, &config, NULL), 0);
	return image_write(&config, &layout, image, err);
}

static void must_write(const struct vm_file *files, size_t nr_files)
{
	struct err err = { "" };

	if (write_image(files, nr_files, &err))
		fail_msg("%s", err.text);
}

/* Call @entry for each of the image; @data is a file's bytes, NUL-terminated. */
static void each_entry(void (*entry)(struct archive_entry *, const char *data, void *arg),
		       void *arg)
{
	struct archive *a = archive_read_new();
	struct archive_entry *e;

	archive_read_support_format_cpio(a);
	assert_int_equal(archive_read_open_filename(a, image, 65536), ARCHIVE_OK);
	while (archive_read_next_header(a, &e) == ARCHIVE_OK) {
		size_t len = (size_t)archive_entry_size(e);
		char *data = xcalloc(len + 1, 1);

		assert_int_equal(archive_read_data(a, data, len), len);
		entry(e, data, arg);
		free(data);
	}
	archive_read_free(a);
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

TEST(entries_are_sorted_and_fixed)
{
	const struct vm_file files[] = { { script, "/usr/share/b" }, { script, "/bin/it" } };
	struct strv seen = { 0 };

	must_write(files, 2);
	each_entry(is_fixed, &seen);
	assert_true(strv_has(&seen, "init"));
	assert_true(strv_has(&seen, "bin/it"));
	assert_true(strv_has(&seen, "usr/share"));
	assert_true(strv_has(&seen, "dev"));
	strv_release(&seen);
}

TEST(the_same_inputs_make_the_same_bytes)
{
	const struct vm_file one[] = { { script, "/bin/it" }, { self, "/bin/b" } };
	const struct vm_file other[] = { one[1], one[0] };
	const struct utimbuf old = { 1, 1 };
	char first[65], second[65];

	must_write(one, 2);
	assert_int_equal(fs_sha256(image, first, NULL), 0);
	unlink(image);
	assert_int_equal(utime(script, &old), 0);
	must_write(other, 2);
	assert_int_equal(fs_sha256(image, second, NULL), 0);
	assert_string_equal(first, second);
	assert_int_equal(chmod(script, 0755), 0);
	must_write(one, 2);
	assert_int_equal(fs_sha256(image, second, NULL), 0);
	assert_string_not_equal(first, second);
	assert_int_equal(chmod(script, 0751), 0);
}

static void note_path(struct archive_entry *e, const char *data, void *arg)
{
	(void)data;
	strv_add(arg, archive_entry_pathname(e));
}

TEST(programs_bring_their_libraries)
{
	const struct vm_file program = { self, "/bin/it" };
	struct strv paths = { 0 };
	bool libc = false;

	must_write(&program, 1);
	each_entry(note_path, &paths);
	assert_true(strv_has(&paths, "lib64/ld-linux-x86-64.so.2"));
	for (size_t i = 0; i < paths.n; i++)
		libc |= str_ends(paths.v[i], "/libc.so.6");
	assert_true(libc);
	strv_release(&paths);
}

/* Looking below a folder finds what the loader says; and no program of another architecture is taken. */
TEST(libraries_are_found_with_no_loader)
{
	struct strv asked = { 0 }, found = { 0 };
	struct err err;

	assert_int_equal(elf_needs(self, arch_host, NULL, &asked, &err), 0);
	assert_int_equal(elf_needs(self, arch_host, "", &found, &err), 0);
	assert_int_equal(asked.n, found.n);
	for (size_t i = 0; i < asked.n; i++)
		assert_true(strv_has(&found, asked.v[i]));
	assert_int_equal(elf_needs(self, arch_host, "/nonexistent", &found, &err), -ENOENT);
	assert_int_equal(elf_needs(self, &arch_arm64, "", &found, &err), -ENOEXEC);
	assert_non_null(strstr(err.text, "is not for arm64"));
	strv_release(&asked);
	strv_release(&found);
}

static void note_plan(struct archive_entry *e, const char *data, void *arg)
{
	char **plan = arg;

	if (!strcmp(archive_entry_pathname(e), PLAN_PATH + 1))
		*plan = xstrdup(data);
}

TEST(the_plan_is_in_the_order_of_work)
{
	const struct vm_file it = { script, "/bin/it" };
	char *plan = NULL;

	must_write(&it, 1);
	each_entry(note_plan, &plan);
	assert_non_null(plan);
	assert_string_equal(plan, "module /modules/fake_module.ko\n"
				  "dax 180000000 40000000 40000000\n"
				  "arg /bin/it\n"
				  "arg an argument\n"
				  "arg --spare=low:0x100000000:0x40000000\n");
	free(plan);
}

/* No warning of a kernel that reports races as warnings ends its guest. */
TEST(the_plan_says_how_strict_a_guest_is)
{
	const struct vm_file it = { script, "/bin/it" };

	strict = true;
	for (int i = 0; i < 2; i++) {
		_cleanup_free_ char *plan = NULL;

		races = i;
		must_write(&it, 1);
		each_entry(note_plan, &plan);
		assert_true(plan && strstr(plan, races ? "\nstrict 2\n" : "\nstrict 1\n"));
	}
	strict = races = false;
}

static void refused(const struct vm_file *files, size_t n, int code, const char *why)
{
	struct err err = { "" };

	unlink(image);
	assert_int_equal(write_image(files, n, &err), -code);
	if (!strstr(err.text, why))
		fail_msg("\"%s\" does not say \"%s\"", err.text, why);
	assert_null(strchr(err.text, '\n'));
	assert_false(fs_exists(image));
}

TEST(what_is_missing_is_named)
{
	const struct vm_file gone = { "/no/such/file", "/bin/it" };
	const struct vm_file it = { script, "/bin/it" };
	char *init = xstrdup(getenv("PTWALK_INIT")), *own = module;

	refused(&gone, 1, ENOENT, "/no/such/file");
	module = "/no/such/module.ko";
	refused(&it, 1, ENOENT, "/no/such/module.ko");
	module = own;
	setenv("PTWALK_INIT", "/no/such/init", 1);
	refused(&it, 1, ENOENT, "/no/such/init");
	setenv("PTWALK_INIT", init, 1);
	free(init);
}

TEST(a_lacking_library_is_named)
{
	char *path = folder_at("lacking"), *data;
	const struct vm_file lacking = { path, "/bin/it" };
	size_t len;

	data = fs_read("/proc/self/exe", &len, NULL);
	assert_non_null(data);
	for (size_t i = 0; i + 10 < len; i++)
		if (!memcmp(data + i, "libc.so.6", 10))
			data[i + 3] = 'Z';
	assert_int_equal(fs_write_file(path, data, len, 0755, NULL), 0);
	refused(&lacking, 1, ENOENT, "libZ.so.6");
	assert_int_equal(truncate(path, 200), 0);
	refused(&lacking, 1, ENOEXEC, "is a damaged ELF file");
	free(data);
	free(path);
}

TEST(bad_paths_are_refused)
{
	const struct vm_file clash[] = { { script, "/bin/it" }, { "/etc/passwd", "/bin/it" } };
	const struct vm_file folder = { "/tmp", "/bin/it" };
	static const char *const bad[] = { "bin/it", "/", "/bin/", "//bin", "/a/../b", "" };

	refused(clash, 2, EEXIST, "/bin/it");
	refused(&folder, 1, EINVAL, "/tmp is not a file");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const struct vm_file f = { script, bad[i] };

		refused(&f, 1, EINVAL, "is not an absolute path");
	}
}

TEST(a_failed_write_leaves_nothing)
{
	const struct vm_file it = { script, "/bin/it" };
	struct rlimit old, small;

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	small = old;
	small.rlim_cur = 512;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	refused(&it, 1, EFBIG, "cannot write");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
}

UNIT_GROUP(make_folder, remove_folder);
