// SPDX-License-Identifier: GPL-2.0-only
/* The running kernel, measured without a boot: what is known of it, and what it must have. */
#include "tests/unit/unit.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "kernels/facts.h"

#define RELEASE "6.1.0-test"

static const char config[] = "CONFIG_MODULES=y\nCONFIG_CC_VERSION_TEXT=\"gcc-12 12.2\"\n";
static char *root;

static char *put(const char *path, const char *text)
{
	char *full = xasprintf("%s%s", root, path), *folder = xstrdup(full);

	*strrchr(folder, '/') = '\0';
	assert_int_equal(fs_mkdir_p(folder, NULL), 0);
	assert_int_equal(fs_write_file(full, text, strlen(text), 0644, NULL), 0);
	free(folder);
	return full;
}

static void put_gzipped(const char *path, const char *text)
{
	char *full = put(path, "");
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();

	archive_entry_set_pathname(entry, "config");
	archive_entry_set_filetype(entry, AE_IFREG);
	assert_int_equal(archive_write_set_format_raw(a), ARCHIVE_OK);
	assert_int_equal(archive_write_add_filter_gzip(a), ARCHIVE_OK);
	assert_int_equal(archive_write_open_filename(a, full), ARCHIVE_OK);
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(a, text, strlen(text)), strlen(text));
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	archive_entry_free(entry);
	free(full);
}

static int begin(void **state)
{
	char template[] = "/tmp/ptwalk-running.XXXXXX", *cache;

	(void)state;
	root = xstrdup(mkdtemp(template));
	cache = xasprintf("%s/cache", root);
	setenv("PTWALK_CACHE", cache, 1);
	free(cache);
	return 0;
}

static int end(void **state)
{
	(void)state;
	fs_remove(root, NULL);
	free(root);
	return 0;
}

static int fill(struct kernel *kernel, bool build, struct err *err)
{
	kernel_init(kernel, "host");
	return running_fill(kernel, root, RELEASE, build, err);
}

TEST_WITH(nothing_on_disk_is_nothing_known, begin, end)
{
	struct kernel kernel;

	assert_int_equal(fill(&kernel, false, NULL), 0);
	assert_string_equal(kernel.release, RELEASE);
	assert_string_equal(kernel.image_sha256, "");
	assert_string_equal(kernel.config_sha256, "");
	assert_string_equal(kernel.compiler, "");
	kernel_release(&kernel);
}

TEST_WITH(headers_are_asked_for_where_a_module_is_built, begin, end)
{
	struct err err = { "" };
	struct kernel kernel;

	assert_int_equal(fill(&kernel, true, &err), -ENOENT);
	assert_non_null(strstr(err.text, "install the package linux-headers-" RELEASE));
	assert_non_null(strstr(err.text, "--module"));
	assert_null(strchr(err.text, '\n'));
	kernel_release(&kernel);
	free(put("/lib/modules/" RELEASE "/build/Makefile", "all:\n"));
	assert_int_equal(fill(&kernel, true, NULL), 0);
	kernel_release(&kernel);
}

static void has_config(const char *from)
{
	struct kernel kernel;

	assert_int_equal(fill(&kernel, false, NULL), 0);
	if (!strstr(kernel.config, from))
		fail_msg("'%s' is not '%s'", kernel.config, from);
	assert_int_equal(strlen(kernel.config_sha256), 64);
	assert_string_equal(kernel.compiler, "gcc-12 12.2");
	kernel_release(&kernel);
}

TEST_WITH(its_config_is_found_wherever_it_is, begin, end)
{
	free(put("/lib/modules/" RELEASE "/build/.config", config));
	has_config("/build/.config");
	put_gzipped("/proc/config.gz", config);
	has_config("/cache/running/config-" RELEASE);
	free(put("/boot/config-" RELEASE, config));
	has_config("/boot/config-" RELEASE);
}

TEST_WITH(a_damaged_config_is_none, begin, end)
{
	struct kernel kernel;

	free(put("/proc/config.gz", ""));
	assert_int_equal(fill(&kernel, false, NULL), 0);
	assert_string_equal(kernel.config, "");
	kernel_release(&kernel);
}
