// SPDX-License-Identifier: GPL-2.0-only
/* The tables of symbols that an image of a kernel has. */
#include "kernels/kallsyms.h"

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"

#define NR_TOKENS   256
#define MIN_SYMBOLS 1000
#define MAX_SYMBOLS 2000000
#define PER_MARKER  256

/* How an address is told by 32 bits: from a base, of which kind it tried; or from where they are. */
enum form {
	FORM_ABSOLUTE, /* not negative: a place in each CPU's area; else from the base, downwards */
	FORM_BASE,
	FORM_HERE,
	NR_FORMS,
};

/* A segment of an ELF file, and the tables found in it. Offsets are from its start. */
struct image {
	const unsigned char *data;
	size_t len;
	uint64_t vaddr;
	size_t tokens, index;	/* token_table and token_index */
	size_t num_syms, names; /* the count, the first name */
	uint32_t nr;
	size_t offsets, base; /* addresses: 32 bits each, and what they may be from */
	uint64_t start;	      /* what is at @base */
	enum form form;
};

static uint64_t get(const struct image *im, size_t at, unsigned int bytes)
{
	uint64_t v = 0;

	if (at > im->len || bytes > im->len - at)
		return 0;
	while (bytes--)
		v = v << 8 | im->data[at + bytes];
	return v;
}

static size_t align(size_t at, size_t to)
{
	return (at + to - 1) & ~(to - 1);
}

/* The index behind a table tells where each token begins: does it all hold together? */
static bool check_tokens(struct image *im, size_t table, size_t index)
{
	size_t at = table;

	for (int i = 0; i < NR_TOKENS; i++) {
		const void *end = at < im->len ? memchr(im->data + at, '\0', im->len - at) : NULL;

		if (!end || get(im, index + 2 * (size_t)i, 2) != at - table)
			return false;
		at = (size_t)((const unsigned char *)end - im->data) + 1;
	}
	im->tokens = table;
	im->index = index;
	return true;
}

/* Digits are in names, and so each stands for itself among the tokens. */
static int find_tokens(struct image *im)
{
	static const char digits[] = "0\0001\0002\0003\0004\0005\0006\0007\0008\0009";
	const unsigned char *hit = im->data, *end = im->data + im->len;

	for (; (hit = memmem(hit, (size_t)(end - hit), digits, sizeof(digits))); hit++) {
		const unsigned char *at = hit;

		for (int i = '0'; i < NR_TOKENS && at; i++) {
			at = memchr(at, '\0', (size_t)(end - at));
			at = at ? at + 1 : NULL;
		}
		for (size_t to = 2; at && to <= 8; to *= 2) {
			size_t index = align((size_t)(at - im->data), to);
			size_t back = get(im, index + 2 * (size_t)'0', 2);

			if (back && back <= (size_t)(hit - im->data) &&
			    check_tokens(im, (size_t)(hit - im->data) - back, index))
				return 0;
		}
	}
	return -ENOEXEC;
}

/* The name that begins at @at: where the next one does, and its length; 0 where there is none. */
static size_t next_name(const struct image *im, size_t at, size_t *first, size_t *len)
{
	if (at + 2 >= im->len)
		return 0;
	*len = im->data[at++];
	if (*len & 0x80)
		*len = (*len & 0x7f) | (size_t)im->data[at++] << 7;
	*first = at;
	return *len && *len < KALLSYMS_NAME && at + *len < im->len ? at + *len : 0;
}

/* Marks behind the last name tell where each 256th is. */
static bool check_marks(const struct image *im, size_t at, const size_t *marks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (get(im, at + 4 * i, 4) != marks[i])
			return false;
	return true;
}

/* Are there as many names as a count in front of them says? */
static bool check_names(struct image *im, size_t count, size_t names, uint32_t nr)
{
	size_t here = names, first, len, marks[4] = { 0 };

	for (uint32_t i = 0; i < nr; i++) {
		if (!(i % PER_MARKER) && i / PER_MARKER < ARRAY_SIZE(marks))
			marks[i / PER_MARKER] = here - names;
		here = next_name(im, here, &first, &len);
		if (!here || here > im->tokens)
			return false;
	}
	if (!check_marks(im, align(here, 4), marks, ARRAY_SIZE(marks)) &&
	    !check_marks(im, align(here, 8), marks, ARRAY_SIZE(marks)))
		return false;
	im->num_syms = count;
	im->names = names;
	im->nr = nr;
	return true;
}

static int find_names(struct image *im)
{
	for (size_t at = im->tokens & ~(size_t)3; at >= 4; at -= 4) {
		uint64_t nr = get(im, at - 4, 4);

		if (nr < MIN_SYMBOLS || nr >= MAX_SYMBOLS)
			continue;
		if (check_names(im, at - 4, at, (uint32_t)nr) ||
		    check_names(im, at - 4, at + 4, (uint32_t)nr))
			return 0;
	}
	return -ENOEXEC;
}

static uint64_t address(const struct image *im, uint32_t i)
{
	size_t at = im->offsets + 4 * (size_t)i;
	int64_t offset = (int32_t)get(im, at, 4);
	uint64_t base = im->start;

	switch (im->form) {
	case FORM_ABSOLUTE:
		return offset < 0 ? base - 1 - (uint64_t)offset : (uint64_t)offset;
	case FORM_BASE:
		return base + (uint32_t)offset;
	default:
		return im->vaddr + at + (uint64_t)offset;
	}
}

/* Expand the @i-th name, its type left out, into @out of KALLSYMS_NAME. */
static void expand(const struct image *im, size_t first, size_t len, char *out)
{
	size_t done = 0;

	for (size_t i = 0; i < len; i++) {
		size_t token = im->tokens + get(im, im->index + 2 * (size_t)im->data[first + i], 2);

		for (; im->data[token] && done < KALLSYMS_NAME; token++)
			out[done++] = (char)im->data[token];
	}
	out[done < KALLSYMS_NAME ? done : KALLSYMS_NAME - 1] = '\0';
	memmove(out, out + 1, strlen(out));
}

/*
 * The address at @at. A kernel that moves itself has it in a relocation, of where it is, and in
 * memory that begins with the kernel: the address of @at less @at.
 */
static uint64_t start_at(const struct image *im, size_t at)
{
	const uint64_t there = get(im, at, 8);
	Elf64_Rela rela;

	if (there || im->vaddr)
		return there;
	for (size_t i = 0; i + sizeof(rela) <= im->len; i += 8) {
		memcpy(&rela, im->data + i, sizeof(rela));
		if (rela.r_offset == (uint64_t)rela.r_addend + at && rela.r_offset >= KERNEL_HALF)
			return (uint64_t)rela.r_addend;
	}
	return 0;
}

/* Where the addresses are: before the names, or since 6.4 behind all else. */
static void find_offsets(struct image *im)
{
	size_t len = align(4 * (size_t)im->nr, 8);

	im->base = im->num_syms - 8;
	im->offsets = im->base - len;
	im->start = im->num_syms >= len + 8 ? start_at(im, im->base) : 0;
	if (im->start >= KERNEL_HALF)
		return;
	im->offsets = im->index + 2 * (size_t)NR_TOKENS;
	im->base = align(im->offsets + 4 * (size_t)im->nr, 8);
	im->start = start_at(im, im->base);
}

static void read_all(const struct image *im, struct kallsyms *syms)
{
	size_t at = im->names, first = 0, len = 0;
	char name[KALLSYMS_NAME];

	for (uint32_t i = 0; i < im->nr; i++) {
		at = next_name(im, at, &first, &len);
		if (!at)
			break;
		expand(im, first, len, name);
		kallsyms_add(syms, address(im, i), name);
	}
	kallsyms_sort(syms);
}

/* They are read right where the first byte of the kernel's text is called _text. */
static int read_as(const struct image *im, struct kallsyms *syms, uint64_t text)
{
	uint64_t addr = 0;

	read_all(im, syms);
	if (!kallsyms_find(syms, "_text", &addr, NULL) && addr == text)
		return 0;
	kallsyms_release(syms);
	return -ENOEXEC;
}

static int read_segment(struct kallsyms *syms, struct image *im, uint64_t text)
{
	int ret = find_tokens(im);

	if (!ret)
		ret = find_names(im);
	if (ret)
		return ret;
	find_offsets(im);
	ret = -ENOEXEC;
	for (im->form = 0; ret && im->form < NR_FORMS; im->form++)
		ret = read_as(im, syms, text);
	return ret;
}

/* Which segment has them is told by trying: 5.10 has one of text and tables, others two. */
static int read_elf(struct kallsyms *syms, const unsigned char *data, size_t len)
{
	const Elf64_Ehdr *head = (const void *)data;
	const Elf64_Phdr *segment = (const void *)(data + head->e_phoff);
	uint64_t text = 0;

	if (len < sizeof(*head) || memcmp(data, ELFMAG, SELFMAG) || data[EI_CLASS] != ELFCLASS64 ||
	    head->e_phoff > len || head->e_phnum > (len - head->e_phoff) / sizeof(*segment))
		return -ENOEXEC;
	for (unsigned int i = 0; i < head->e_phnum; i++, segment++) {
		struct image im = { .data = data + segment->p_offset,
				    .len = segment->p_filesz,
				    .vaddr = segment->p_vaddr };

		if (segment->p_type != PT_LOAD || segment->p_offset > len ||
		    segment->p_filesz > len - segment->p_offset)
			continue;
		text = text ? text : segment->p_vaddr;
		if (!read_segment(syms, &im, text))
			return 0;
	}
	return -ENOEXEC;
}

int kallsyms_of_elf(struct kallsyms *syms, const char *vmlinux, struct err *err)
{
	size_t len;
	_cleanup_free_ char *data = fs_read(vmlinux, &len, err);
	int ret;

	*syms = (struct kallsyms){ 0 };
	if (!data)
		return -ENOENT;
	ret = read_elf(syms, (const unsigned char *)data, len);
	if (ret)
		err_set(err, ret, "%s has no table of symbols that can be read", vmlinux);
	return ret;
}

/* From where they are, behind all else, in a kernel whose first byte is _text. */
static int read_here(struct kallsyms *syms, struct image *im)
{
	uint64_t base;
	int ret;

	im->offsets = im->index + 2 * (size_t)NR_TOKENS;
	im->form = FORM_HERE;
	ret = read_as(im, syms, 0);
	if (ret)
		return ret;
	base = kallsyms_base(syms, im->data, im->len);
	for (size_t i = 0; i < syms->n; i++)
		syms->v[i].addr += base;
	if (base)
		return 0;
	kallsyms_release(syms);
	return -ENOEXEC;
}

int kallsyms_of_image(struct kallsyms *syms, const char *path, struct err *err)
{
	struct image im = { 0 };
	_cleanup_free_ char *data = fs_read(path, &im.len, err);
	int ret;

	*syms = (struct kallsyms){ 0 };
	if (!data)
		return -ENOENT;
	im.data = (const unsigned char *)data;
	ret = find_tokens(&im);
	if (!ret)
		ret = find_names(&im);
	if (!ret) {
		find_offsets(&im);
		im.form = FORM_BASE;
		ret = im.start ? read_as(&im, syms, im.start) : -ENOEXEC;
		if (ret)
			ret = read_here(syms, &im);
	}
	if (ret)
		err_set(err, ret, "%s has no table of symbols that can be read", path);
	return ret;
}
