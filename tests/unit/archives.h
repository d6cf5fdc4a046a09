/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PTWALK_TESTS_ARCHIVES_H
#define PTWALK_TESTS_ARCHIVES_H

#include <archive_entry.h>
#include <stddef.h>

/* @data by libarchive's @filter ("gzip", "xz", ...; NULL: as it is) into @out; returns how long. */
size_t compress(const char *filter, const void *data, size_t len, unsigned char *out, size_t room);

/* Call @entry for each of the cpio archive @image; @data is a file's bytes, NUL-terminated. */
void each_entry(const char *image,
		void (*entry)(struct archive_entry *, const char *data, void *arg), void *arg);

#endif
