// SPDX-License-Identifier: GPL-2.0-only
/* A kernel's RPM packages as files: as Fedora parts them, and as Kbuild makes them. */
#include "tests/unit/kernels.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/str.h"

#define RELEASE	 "6.5.6-300.fc39.x86_64"
#define CORE	 "rpms/kernel-core-" RELEASE ".rpm"
#define MODULES	 "/lib/modules/" RELEASE
#define COMPILER "CONFIG_CC_VERSION_TEXT=\"gcc (GCC) 13.2.1 20230728 (Red Hat 13.2.1-1)\"\n"

struct file {
	const char *name, *text, *link;
};

static void add(struct archive *a, const struct file *f)
{
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, f->name);
	archive_entry_set_mode(entry, f->link ? AE_IFLNK | 0777 : AE_IFREG | 0644);
	if (f->link)
		archive_entry_set_symlink(entry, f->link);
	archive_entry_set_size(entry, f->link ? 0 : (la_int64_t)strlen(f->text));
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	if (!f->link)
		archive_write_data(a, f->text, strlen(f->text));
	archive_entry_free(entry);
}

/* A lead, two headers that say nothing, and the files: all that is read of a package. */
static void rpm(const char *name, const struct file *files, size_t n)
{
	static const unsigned char lead[96] = { 0xed, 0xab, 0xee, 0xdb, 3 };
	static const unsigned char header[16] = { 0x8e, 0xad, 0xe8, 1 };
	struct archive *a = archive_write_new();
	FILE *f;

	made_up_file(name, "");
	f = fopen(made_up("%s", name), "w");
	assert_non_null(f);
	fwrite(lead, sizeof(lead), 1, f);
	fwrite(header, sizeof(header), 1, f);
	fwrite(header, sizeof(header), 1, f);
	archive_write_add_filter_gzip(a);
	archive_write_set_format_cpio_newc(a);
	assert_int_equal(archive_write_open_FILE(a, f), ARCHIVE_OK);
	for (size_t i = 0; i < n; i++)
		add(a, &files[i]);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	fclose(f);
}

static void make_core(const char *name, const char *image)
{
	const struct file files[] = {
		{ "." MODULES "/config", COMPILER, NULL },
		{ "." MODULES "/vmlinuz", image, NULL },
		{ "." MODULES "/build", NULL, "/usr/src/kernels/" RELEASE },
	};

	rpm(name, files, ARRAY_SIZE(files));
}

static int rpm_setup(void **state)
{
	const struct file devel = { "./usr/src/kernels/" RELEASE "/Makefile", "# of headers\n",
				    NULL };
	const struct file module = { "." MODULES "/kernel/mm/x.ko", "module", NULL };

	if (made_up_setup(state))
		return -1;
	make_core(CORE, "image");
	rpm("rpms/kernel-modules-" RELEASE ".rpm", &module, 1);
	rpm("rpms/kernel-devel-" RELEASE ".rpm", &devel, 1);
	made_up_file("rpms/kernel-debug-core-" RELEASE ".rpm", "of another kernel");
	return 0;
}

static char *below(const char *folder, const char *name)
{
	char *path = xasprintf("%s%s", folder, name), *text = fs_read(path, NULL, NULL);

	free(path);
	return text;
}

TEST_WITH(fedoras_packages_are_one_kernel, rpm_setup, made_up_teardown)
{
	struct kernel kernel;
	struct err err = { 0 };

	for (int i = 0; i < 2; i++) {
		char *text;

		if (made_up_find(CORE, &kernel, &err))
			fail_msg("%s", err.text);
		assert_string_equal(kernel.release, RELEASE);
		assert_string_equal(kernel.version, "6.5.6-300.fc39");
		assert_true(str_ends(kernel.image, MODULES "/vmlinuz"));
		assert_true(str_ends(kernel.build, "/usr/src/kernels/" RELEASE));
		assert_true(str_starts(kernel.compiler, "gcc (GCC) 13.2.1"));
		text = below(kernel.root, MODULES "/build/Makefile");
		assert_string_equal(text, "# of headers\n");
		free(text);
		text = below(kernel.root, MODULES "/kernel/mm/x.ko");
		assert_string_equal(text, "module");
		free(text);
		kernel_release(&kernel);
	}
	assert_int_equal(made_up_calls("depmod"), 1);
}

/* One package with all modules, and the image in boot/. */
TEST_WITH(kbuilds_packages_are_one_kernel, rpm_setup, made_up_teardown)
{
	const struct file files[] = {
		{ "./boot/config-6.1.9-mine", COMPILER, NULL },
		{ "./boot/vmlinuz-6.1.9-mine", "image", NULL },
		{ "./lib/modules/6.1.9-mine/kernel/mm/x.ko", "module", NULL },
	};
	const struct file devel = { "./usr/src/kernels/6.1.9-mine/Makefile", "", NULL };
	struct kernel kernel;
	struct err err = { 0 };

	rpm("rpms/kernel-6.1.9_mine-1.x86_64.rpm", files, ARRAY_SIZE(files));
	made_up_refused("rpms/kernel-6.1.9_mine-1.x86_64.rpm",
			"needs kernel-devel-6.1.9_mine-1.x86_64.rpm: put that package beside it");
	rpm("rpms/kernel-devel-6.1.9_mine-1.x86_64.rpm", &devel, 1);
	if (made_up_find("rpms/kernel-6.1.9_mine-1.x86_64.rpm", &kernel, &err))
		fail_msg("%s", err.text);
	assert_string_equal(kernel.release, "6.1.9-mine");
	assert_true(str_ends(kernel.image, "/boot/vmlinuz-6.1.9-mine"));
	kernel_release(&kernel);
}

TEST_WITH(rpms_that_are_no_kernel_are_refused, rpm_setup, made_up_teardown)
{
	const struct file out = { "./lib/modules/x/../../../../../out", "evil", NULL };
	const struct file odd = { "./etc/motd", "hello", NULL };

	made_up_refused("rpms/kernel-devel-" RELEASE ".rpm", "name the package of a kernel");
	made_up_file("rpms/bash-5.2-1.x86_64.rpm", "");
	made_up_refused("rpms/bash-5.2-1.x86_64.rpm", "name the package of a kernel");
	made_up_file("rpms/x.rpm", "");
	made_up_refused("rpms/x.rpm", "name the package of a kernel");
	made_up_refused("rpms/none-1.rpm", "none-1.rpm: No such file");
	made_up_file(CORE, "nothing\n");
	made_up_refused(CORE, "cannot unpack");
	rpm(CORE, &odd, 1);
	made_up_refused(CORE, "has no kernel: nothing is below lib/modules");
	rpm(CORE, &out, 1);
	made_up_refused(CORE, "cannot unpack");
	assert_false(fs_exists(made_up("cache/kernels/files/out")));
	assert_false(fs_exists(made_up("cache/out")));
}
