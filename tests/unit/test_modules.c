// SPDX-License-Identifier: GPL-2.0-only
/* vm/modules: what has to be loaded, in an order that works, each file of it there. */
#include "tests/unit/unit.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/modules.h"
#include "base/proc.h"
#include "base/str.h"
#include "tests/unit/folder.h"

#define RELEASE "1.0-fake"

static char *at(const char *name)
{
	return xasprintf("%s/lib/modules/" RELEASE "/%s", folder_path, name);
}

static void put(const char *name, const char *text)
{
	char *path = at(name);

	assert_int_equal(fs_write_file(path, text, strlen(text), 0644, NULL), 0);
	free(path);
}

static void compress(const char *from, const char *to)
{
	struct archive_entry *entry = archive_entry_new();
	struct archive *a = archive_write_new();
	char *path = at(to), *data;
	size_t len;

	data = fs_read(from, &len, NULL);
	assert_non_null(data);
	archive_write_add_filter_xz(a);
	archive_write_set_format_raw(a);
	assert_int_equal(archive_write_open_filename(a, path), ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(a, data, len), len);
	archive_entry_free(entry);
	archive_write_free(a);
	free(path);
	free(data);
}

/* Modules of a kernel that is none: user (packed) needs base. */
static int make_folder(void **state)
{
	const char *depmod[] = { "depmod", "-b", NULL, RELEASE, NULL };
	char *kernel, *base, *path;
	struct err err = { "" };

	assert_int_equal(folder_make(state), 0);
	kernel = at("kernel");
	base = at("kernel/fake_base.ko");
	assert_int_equal(fs_mkdir_p(kernel, NULL), 0);
	assert_int_equal(fs_copy(FAKE_MODULE_BASE, base, 0644, NULL), 0);
	compress(FAKE_MODULE_USER, "kernel/fake-user.ko.xz");
	put("modules.builtin", "kernel/fake_builtin.ko\n");
	put("modules.order", "");
	path = xasprintf("%s:/usr/sbin:/sbin", getenv("PATH"));
	setenv("PATH", path, 1);
	depmod[2] = folder_path;
	if (proc_run(depmod, &(struct proc_options){ 0 }, &err))
		fail_msg("%s", err.text);
	free(path);
	free(base);
	free(kernel);
	return 0;
}

/* Resolve @names to module names with blanks between; NULL with @err set. */
static char *resolve(const char *const *names, struct err *err)
{
	struct strv paths = { 0 }, found = { 0 };
	char *text = NULL;
	int ret;

	ret = modules_resolve(folder_path, RELEASE, names, &paths, err);
	for (size_t i = 0; i < paths.n; i++) {
		char *name = module_name(paths.v[i]);

		strv_add(&found, name);
		free(name);
	}
	if (!ret)
		text = strv_join(&found, " ");
	else
		assert_int_equal(ret, -ENOENT);
	strv_release(&found);
	strv_release(&paths);
	return text;
}

static void becomes(const char *const *names, const char *expected)
{
	struct err err = { "" };
	char *text = resolve(names, &err);

	if (!text)
		fail_msg("%s", err.text);
	assert_string_equal(text, expected);
	free(text);
}

static void refused(const char *const *names, const char *why)
{
	struct err err = { "" };

	assert_null(resolve(names, &err));
	if (!strstr(err.text, why))
		fail_msg("\"%s\" does not say \"%s\"", err.text, why);
}

static const char *const user[] = { "fake_user", NULL };

TEST(dependencies_come_first_and_once)
{
	const char *const all[] = { "fake_user", "fake_base", "fake-user", NULL };
	const char *const none[] = { NULL };

	becomes(user, "fake_base fake_user");
	becomes(all, "fake_base fake_user");
	becomes(none, "");
	becomes(NULL, "");
}

TEST(what_may_be_absent_is_taken_where_it_is)
{
	const char *const names[] = { "?fake_base", "?no_such_module", "?fake_builtin", NULL };

	becomes(names, "fake_base");
}

TEST(builtin_ones_are_left_out)
{
	const char *const names[] = { "fake_builtin", "fake_base", NULL };

	becomes(names, "fake_base");
}

TEST(packed_ones_are_unpacked)
{
	char *packed = at("kernel/fake-user.ko.xz"), *data, *plain;
	size_t len, plain_len;

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

#define MARK "~Module signature appended~\n"

/* Five bytes of a module, @n of a signature, and how many that are said to be. */
static size_t unsigned_of(size_t n, unsigned char says, const char *mark)
{
	char data[128] = "12345";
	size_t len = 5 + n;

	memset(data + 5, 's', n);
	memset(data + len, 0, 12);
	data[len + 11] = (char)says;
	memcpy(data + len + 12, mark, strlen(mark));
	return module_unsigned(data, len + 12 + strlen(mark));
}

TEST(signatures_are_told_from_what_they_sign)
{
	const size_t all = 5 + 7 + 12 + strlen(MARK);

	assert_int_equal(unsigned_of(7, 7, MARK), 5);
	assert_int_equal(unsigned_of(0, 0, MARK), 5);
	assert_int_equal(unsigned_of(7, 12, MARK), 0);
	assert_int_equal(unsigned_of(7, 13, MARK), all); /* longer than all there is */
	assert_int_equal(unsigned_of(7, 7, MARK "\n"), all + 1);
	assert_int_equal(module_unsigned(MARK, strlen(MARK)), strlen(MARK));
	assert_int_equal(module_unsigned("", 0), 0);
}

TEST(what_is_not_there_is_named)
{
	const char *const names[] = { "fake_user", "no_such_module", NULL };
	char *path = at("kernel/fake_base.ko"), *away = xasprintf("%s/away", folder_path);

	refused(names, "kernel " RELEASE " has no module no_such_module");
	assert_int_equal(rename(path, away), 0);
	refused(user, "kernel " RELEASE " has no module fake_base");
	assert_int_equal(rename(away, path), 0);
	free(path);
	free(away);
}

TEST(a_folder_without_an_index_is_named)
{
	char *path = at("modules.dep.bin"), *away = xasprintf("%s/away", folder_path);

	assert_int_equal(rename(path, away), 0);
	refused(user, "run depmod on");
	assert_int_equal(rename(away, path), 0);
	free(path);
	free(away);
	path = xasprintf("%s/lib", folder_path);
	away = xasprintf("%s/away", folder_path);
	assert_int_equal(rename(path, away), 0);
	refused(user, "lib/modules/" RELEASE);
	assert_int_equal(rename(away, path), 0);
	free(path);
	free(away);
}

TEST(names_are_of_the_file)
{
	static const char *const pairs[][2] = {
		{ "/a/nd_e820.ko", "nd_e820" },
		{ "nd-e820.ko.xz", "nd_e820" },
		{ "/a.ko/plain", "plain" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++) {
		char *name = module_name(pairs[i][0]);

		assert_string_equal(name, pairs[i][1]);
		free(name);
	}
}

UNIT_GROUP(make_folder, folder_remove);
