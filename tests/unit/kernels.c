// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/kernels.h"

#include <archive.h>
#include <archive_entry.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"

#define SECTORS	  4
#define PAYLOAD	  32 /* after the setup sectors */
#define NAME_AT	  0x600
#define ELF_BYTES 20000

static char *folder, *path;
static struct strv texts;

int made_up_setup(void **state)
{
	char template[] = "/tmp/ptwalk-kernels.XXXXXX", *bin;

	(void)state;
	if (!mkdtemp(template))
		return -1;
	folder = xstrdup(template);
	path = xstrdup(getenv("PATH"));
	bin = xasprintf("%s/bin:%s", folder, path);
	setenv("T", folder, 1);
	setenv("PATH", bin, 1);
	setenv("PTWALK_CACHE", made_up("cache"), 1);
	unsetenv("PTWALK_REFRESH");
	unsetenv("PTWALK_DEBIAN_MIRROR");
	unsetenv("PTWALK_DEBIAN_SECURITY");
	made_up_program("depmod", "touch \"$2/lib/modules/$3/modules.dep.bin\"");
	free(bin);
	return 0;
}

int made_up_teardown(void **state)
{
	(void)state;
	setenv("PATH", path, 1);
	fs_remove(folder, NULL);
	strv_release(&texts);
	free(folder);
	free(path);
	return 0;
}

const char *made_up(const char *fmt, ...)
{
	va_list ap;
	char *name;

	va_start(ap, fmt);
	assert_true(vasprintf(&name, fmt, ap) >= 0);
	va_end(ap);
	strv_addf(&texts, "%s/%s", folder, name);
	free(name);
	return texts.v[texts.n - 1];
}

static void make(const char *name, const void *data, size_t len, mode_t mode)
{
	char *above = xstrdup(made_up("%s", name));

	*strrchr(above, '/') = '\0';
	assert_int_equal(fs_mkdir_p(above, NULL), 0);
	assert_int_equal(fs_write_file(made_up("%s", name), data, len, mode, NULL), 0);
	free(above);
}

void made_up_file(const char *name, const char *text)
{
	make(name, text, strlen(text), 0644);
}

void made_up_program(const char *name, const char *body)
{
	char *script = xasprintf("#!/bin/sh\necho \"%s $*\" >>\"$T/calls\"\n%s\n", name, body);
	char *file = xasprintf("bin/%s", name);

	make(file, script, strlen(script), 0755);
	free(file);
	free(script);
}

int made_up_calls(const char *text)
{
	char *calls = fs_read(made_up("calls"), NULL, NULL);
	struct strv lines = { 0 };
	int n = 0;

	strv_split(&lines, calls ? calls : "", '\n');
	for (size_t i = 0; i < lines.n; i++)
		n += !!strstr(lines.v[i], text);
	strv_release(&lines);
	free(calls);
	return n;
}

const char *made_up_read(const char *name)
{
	char *text = fs_read(made_up("%s", name), NULL, NULL);

	assert_non_null(text);
	strv_add(&texts, text);
	free(text);
	return texts.v[texts.n - 1];
}

static size_t compress(const char *filter, const void *data, size_t len, unsigned char *out,
		       size_t room)
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

static void put(unsigned char *p, size_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		p[i] = (unsigned char)(value >> (8 * i));
}

void made_up_image(const char *name, const char *release, const char *filter)
{
	static unsigned char image[4 * ELF_BYTES], elf[ELF_BYTES];
	size_t start = (SECTORS + 1) * 512 + PAYLOAD, len;
	Elf64_Ehdr head = { .e_ident = ELFMAG, .e_machine = EM_X86_64 };

	head.e_ident[EI_CLASS] = ELFCLASS64;
	for (size_t i = 0; i < sizeof(elf); i++)
		elf[i] = (unsigned char)(i * i >> 3);
	memcpy(elf, &head, sizeof(head));
	memset(image, 0, sizeof(image));
	image[0x1f1] = SECTORS;
	memcpy(image + 0x202, "HdrS", 4);
	put(image + 0x206, 0x20f, 2);
	put(image + 0x20e, NAME_AT - 0x200, 2);
	sprintf((char *)image + NAME_AT, "%s (me@home) #1 SMP", release);
	len = compress(filter, elf, sizeof(elf), image + start, sizeof(image) - start - 4);
	if (!filter || strcmp(filter, "gzip")) {
		put(image + start + len, sizeof(elf), 4);
		len += 4;
	}
	put(image + 0x248, PAYLOAD, 4);
	put(image + 0x24c, len, 4);
	/* What follows the payload in a real image is the decompressor. */
	make(name, image, start + len + 100, 0644);
}

int made_up_find(const char *name, struct kernel *kernel, struct err *err)
{
	return kernel_find(made_up("%s", name), NULL, kernel, NULL, err);
}

void made_up_refused(const char *name, const char *reason)
{
	struct kernel kernel;
	struct err err = { 0 };

	assert_true(made_up_find(name, &kernel, &err) < 0);
	if (!strstr(err.text, reason))
		fail_msg("\"%s\" does not say \"%s\"", err.text, reason);
}
