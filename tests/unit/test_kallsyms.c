// SPDX-License-Identifier: GPL-2.0-only
/* kernels/kallsyms: symbols of an image, and of the running kernel's text. */
#include "tests/unit/unit.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "kernels/kallsyms.h"
#include "tests/unit/folder.h"

#define TEXT	   0xffffffff81000000
#define NR_SYMBOLS 1500

/* An image under construction. */
struct bytes {
	unsigned char v[1 << 18];
	size_t n;
};

static void add(struct bytes *b, uint64_t value, unsigned int n)
{
	for (; n--; value >>= 8)
		b->v[b->n++] = (unsigned char)value;
}

static void align_to(struct bytes *b, size_t to)
{
	while (b->n % to)
		b->v[b->n++] = 0;
}

/* Symbol @i is symI, 16 bytes after the one before it; the first is _text. */
static void add_names(struct bytes *b, size_t to)
{
	size_t first, marks[NR_SYMBOLS / 256 + 1];

	align_to(b, to);
	add(b, NR_SYMBOLS, (unsigned int)to);
	first = b->n;
	for (size_t i = 0; i < NR_SYMBOLS; i++) {
		char name[32];

		snprintf(name, sizeof(name), i ? "Tsym%zu" : "T_text", i);
		if (!(i % 256))
			marks[i / 256] = b->n - first;
		add(b, strlen(name), 1);
		for (const char *c = name; *c; c++)
			add(b, (unsigned char)*c, 1);
	}
	align_to(b, to);
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		add(b, marks[i], 4);
	align_to(b, to);
}

/* Every character stands for itself; the others for two of them. */
static void add_tokens(struct bytes *b, size_t to)
{
	size_t first = b->n, starts[256];

	for (unsigned int i = 0; i < 256; i++) {
		starts[i] = b->n - first;
		add(b, i > ' ' && i < 127 ? i : 'x' | 'y' << 8, i > ' ' && i < 127 ? 1 : 2);
		add(b, 0, 1);
	}
	align_to(b, to);
	for (unsigned int i = 0; i < 256; i++)
		add(b, starts[i], 2);
	align_to(b, to);
}

static void begin(struct bytes *b)
{
	b->n = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr);
	align_to(b, 64);
}

static void write_elf(struct bytes *b, const char *name)
{
	Elf64_Ehdr head = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64 },
			    .e_phoff = sizeof(head),
			    .e_phnum = 1 };
	Elf64_Phdr segment = { .p_type = PT_LOAD, .p_vaddr = TEXT };

	segment.p_filesz = b->n;
	memcpy(b->v, &head, sizeof(head));
	memcpy(b->v + sizeof(head), &segment, sizeof(segment));
	folder_put(name, b->v, b->n);
}

/* As 5.10 and 6.1 have it: from a base downwards, in front of the names. */
static void write_old(struct bytes *b)
{
	begin(b);
	for (size_t i = 0; i < NR_SYMBOLS; i++)
		add(b, (uint64_t)(-1 - (int64_t)(16 * i)), 4);
	align_to(b, 8);
	add(b, TEXT, 8);
	add_names(b, 8);
	add_tokens(b, 8);
}

/* As 6.12: behind all else. */
static void write_behind(struct bytes *b)
{
	begin(b);
	add_names(b, 8);
	add_tokens(b, 8);
	for (size_t i = 0; i < NR_SYMBOLS; i++)
		add(b, (uint64_t)(-1 - (int64_t)(16 * i)), 4);
	align_to(b, 8);
	add(b, TEXT, 8);
}

/* As 7.2: from where they are, and nothing aligned to more than 4. */
static void write_here(struct bytes *b)
{
	begin(b);
	add_names(b, 4);
	add_tokens(b, 4);
	for (size_t i = 0; i < NR_SYMBOLS; i++)
		add(b, 16 * i - b->n, 4);
}

TEST(symbols_are_read_from_every_form_of_image)
{
	static void (*const forms[])(struct bytes *) = { write_old, write_behind, write_here };
	struct bytes *b = xcalloc(1, sizeof(*b));
	struct kallsyms syms;
	struct err err = { 0 };
	uint64_t addr;
	char *path = folder_at("vmlinux");

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		forms[i](b);
		write_elf(b, "vmlinux");
		if (kallsyms_of_elf(&syms, path, &err))
			fail_msg("form %zu: %s", i, err.text);
		assert_int_equal(syms.n, NR_SYMBOLS);
		assert_int_equal(kallsyms_find(&syms, "sym700", &addr, NULL), 0);
		assert_true(addr == TEXT + 16 * UINT64_C(700));
		assert_int_equal(kallsyms_find(&syms, "sym1500", &addr, &err), -ENOENT);
		kallsyms_release(&syms);
	}
	/* It counts one name more than there are: nothing is taken from it. */
	b->v[128] ^= 1;
	write_elf(b, "vmlinux");
	assert_int_equal(kallsyms_of_elf(&syms, path, &err), -ENOEXEC);
	free(path);
	free(b);
}

/* Of a kernel as it lies in memory: the base is there, or a relocation has it, or nothing is taken. */
static void of_image(uint64_t there, uint64_t told, int code)
{
	struct bytes *b = xcalloc(1, sizeof(*b));
	_cleanup_free_ char *path = folder_at("Image");
	struct kallsyms syms;
	struct err err = { 0 };
	uint64_t addr = 0;
	size_t base;

	add_names(b, 8);
	add_tokens(b, 8);
	for (size_t i = 0; i < NR_SYMBOLS; i++)
		add(b, 16 * i, 4);
	align_to(b, 8);
	base = b->n;
	add(b, there, 8);
	add(b, told + base, 8);
	add(b, R_AARCH64_RELATIVE, 8);
	add(b, told, 8);
	folder_put("Image", b->v, b->n);
	assert_int_equal(kallsyms_of_image(&syms, path, &err), code);
	if (!code) {
		assert_int_equal(kallsyms_find(&syms, "sym700", &addr, NULL), 0);
		assert_true(addr == TEXT + 16 * UINT64_C(700));
	}
	kallsyms_release(&syms);
	free(b);
}

TEST(symbols_are_read_from_a_kernel_as_it_lies_in_memory)
{
	of_image(TEXT, 0, 0);
	of_image(0, TEXT, 0);
	of_image(0, 0, -ENOEXEC);
}

/* And of one whose addresses are told from where they are: by what its pointers point at. */
static void of_pointers(uint64_t base, unsigned int off, int code)
{
	struct bytes *b = xcalloc(1, sizeof(*b));
	_cleanup_free_ char *path = folder_at("Image");
	struct kallsyms syms;
	struct err err = { 0 };
	uint64_t addr = 0;

	add_names(b, 4);
	add_tokens(b, 4);
	for (size_t i = 0; i < NR_SYMBOLS; i++)
		add(b, 16 * i - b->n, 4);
	align_to(b, 8);
	for (size_t i = 0; i < NR_SYMBOLS; i++)
		add(b, base + 16 * ((7 * i) % NR_SYMBOLS) + off, 8);
	/* Others of the kernel's half. */
	for (size_t i = 0; i < 100; i++)
		add(b, 0xffff888000000000 + 4096 * i, 8);
	folder_put("Image", b->v, b->n);
	assert_int_equal(kallsyms_of_image(&syms, path, &err), code);
	if (!code) {
		assert_int_equal(kallsyms_find(&syms, "sym700", &addr, NULL), 0);
		assert_true(addr == base + 16 * UINT64_C(700));
	}
	kallsyms_release(&syms);
	free(b);
}

TEST(a_base_is_found_by_pointers)
{
	of_pointers(0xffff800080000000, 0, 0);
	of_pointers(0xffff800080200000, 0, 0);
	/* They point at no symbols. */
	of_pointers(0xffff800080000000, 4, -ENOEXEC);
}

TEST(text_of_the_running_kernel_is_read_or_refused)
{
	struct kallsyms syms;
	struct err err = { 0 };
	uint64_t addr;

	assert_int_equal(kallsyms_of_text(&syms,
					  "ffffffff81000000 T one\nffffffff81000010 t two\n"
					  "ffffffff81000020 t two\nffffffffc0000000 t three [m]\n",
					  &err),
			 0);
	assert_int_equal(kallsyms_find(&syms, "one", &addr, NULL), 0);
	assert_true(addr == TEXT);
	assert_int_equal(kallsyms_find(&syms, "two", &addr, &err), -ENOTUNIQ);
	assert_non_null(strstr(err.text, "more than one symbol two"));
	assert_int_equal(kallsyms_find(&syms, "three", &addr, &err), -ENOENT);
	assert_non_null(strstr(err.text, "no symbol three"));
	kallsyms_release(&syms);
	assert_int_equal(kallsyms_of_text(&syms, "0000000000000000 T one\n", &err), -EPERM);
	assert_non_null(strstr(err.text, "kptr_restrict"));
}

UNIT_GROUP(folder_make, folder_remove);
