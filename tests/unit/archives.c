// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/archives.h"

#include <archive.h>
#include <stdlib.h>

#include "base/str.h"
#include "tests/unit/unit.h"

size_t compress(const char *filter, const void *data, size_t len, unsigned char *out, size_t room)
{
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	size_t used = 0;

	if (filter)
		assert_int_equal(archive_write_add_filter_by_name(a, filter), ARCHIVE_OK);
	assert_int_equal(archive_write_set_format_raw(a), ARCHIVE_OK);
	assert_int_equal(archive_write_set_bytes_in_last_block(a, 1), ARCHIVE_OK);
	assert_int_equal(archive_write_open_memory(a, out, room, &used), ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_size(entry, (la_int64_t)len);
	assert_int_equal(archive_write_header(a, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(a, data, len), len);
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_entry_free(entry);
	archive_write_free(a);
	return used;
}

void each_entry(const char *image,
		void (*entry)(struct archive_entry *, const char *data, void *arg), void *arg)
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
