// SPDX-License-Identifier: GPL-2.0-only
#include "diff/object.h"

#include <errno.h>
#include <fcntl.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

/* In one function. */
#define MAX_LABELS 64

static int damaged(const char *path, struct err *err)
{
	return err_set(err, ENOEXEC, "%s is a damaged ELF file: %s", path, elf_errmsg(-1));
}

static int check_header(struct object *o, const char *path, Elf *elf, struct err *err)
{
	const Elf64_Ehdr *head;

	if (elf_kind(elf) != ELF_K_ELF)
		return err_set(err, ENOEXEC, "%s is not an ELF file", path);
	head = elf64_getehdr(elf);
	o->arch = head ? arch_of_elf(head->e_machine) : NULL;
	if (!o->arch || head->e_type != ET_REL)
		return err_set(err, ENOEXEC, "%s is not a relocatable ELF file of a kernel", path);
	return 0;
}

static int by_offset(const void *a, const void *b)
{
	const Elf64_Rela *x = a, *y = b;

	return x->r_offset < y->r_offset ? -1 : x->r_offset > y->r_offset;
}

/* Relocations of a section that has been read already, or will be: its number is in sh_info. */
static void take_relocs(struct object *o, const Elf64_Shdr *head, const Elf_Data *data)
{
	struct object_section *section = &o->sections[head->sh_info];

	if (section->relocs)
		return;
	section->nr_relocs = data->d_size / sizeof(Elf64_Rela);
	section->relocs = xcalloc(section->nr_relocs + 1, sizeof(Elf64_Rela));
	memcpy(section->relocs, data->d_buf, section->nr_relocs * sizeof(Elf64_Rela));
	qsort(section->relocs, section->nr_relocs, sizeof(Elf64_Rela), by_offset);
}

static int take_symbols(struct object *o, const Elf64_Shdr *head, const Elf_Data *data)
{
	Elf_Scn *strings = elf_getscn(o->elf, head->sh_link);
	const Elf_Data *names = strings ? elf_getdata(strings, NULL) : NULL;

	/* The last byte ends the last name: a table that lacks it could be read past. */
	if (!names || !names->d_size || ((const char *)names->d_buf)[names->d_size - 1])
		return -ENOEXEC;
	o->table = data->d_buf;
	o->nr_table = data->d_size / sizeof(Elf64_Sym);
	o->names = names->d_buf;
	o->names_size = names->d_size;
	return 0;
}

static int read_section(struct object *o, Elf_Scn *scn, size_t strings)
{
	const Elf64_Shdr *head = elf64_getshdr(scn);
	struct object_section *section = &o->sections[elf_ndxscn(scn)];
	const Elf_Data *data;

	if (!head)
		return -ENOEXEC;
	section->name = elf_strptr(o->elf, strings, head->sh_name);
	if (!section->name)
		return -ENOEXEC;
	section->flags = head->sh_flags;
	section->entry = head->sh_entsize;
	if (head->sh_type == SHT_NOBITS ||
	    (!(head->sh_flags & SHF_ALLOC) && head->sh_type != SHT_RELA &&
	     head->sh_type != SHT_SYMTAB))
		return 0;
	data = elf_getdata(scn, NULL);
	if (!data)
		return -ENOEXEC;
	if (head->sh_type == SHT_SYMTAB)
		return take_symbols(o, head, data);
	if (head->sh_type == SHT_RELA && head->sh_info < o->nr_sections)
		take_relocs(o, head, data);
	if (head->sh_type != SHT_RELA && data->d_buf) {
		section->data = data->d_buf;
		section->size = data->d_size;
	}
	return 0;
}

static int read_sections(struct object *o)
{
	Elf_Scn *scn = NULL;
	size_t strings;

	if (elf_getshdrnum(o->elf, &o->nr_sections) || elf_getshdrstrndx(o->elf, &strings))
		return -ENOEXEC;
	o->sections = xcalloc(o->nr_sections + 1, sizeof(*o->sections));
	while ((scn = elf_nextscn(o->elf, scn)))
		if (read_section(o, scn, strings))
			return -ENOEXEC;
	return 0;
}

static const char *symbol_name(const struct object *o, const Elf64_Sym *sym)
{
	return sym->st_name < o->names_size ? o->names + sym->st_name : "";
}

static bool has_place(const struct object *o, const Elf64_Sym *sym)
{
	return sym->st_shndx != SHN_UNDEF && sym->st_shndx < SHN_LORESERVE &&
	       sym->st_shndx < o->nr_sections;
}

/* Aliases stand together, the one that gives its name first. */
static int by_place(const void *a, const void *b)
{
	const struct object_symbol *x = a, *y = b;

	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	if (!x->size != !y->size)
		return x->size ? -1 : 1;
	if (x->global != y->global)
		return x->global ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void drop_aliases(struct object *o)
{
	size_t kept = 0;

	for (size_t i = 0; i < o->nr_symbols; i++)
		if (!kept || o->symbols[kept - 1].section != o->symbols[i].section ||
		    o->symbols[kept - 1].offset != o->symbols[i].offset)
			o->symbols[kept++] = o->symbols[i];
	o->nr_symbols = kept;
}

static void read_symbols(struct object *o)
{
	const char *file = "";

	o->symbols = xcalloc(o->nr_table + 1, sizeof(*o->symbols));
	for (size_t i = 0; i < o->nr_table; i++) {
		const Elf64_Sym *sym = &o->table[i];
		int type = ELF64_ST_TYPE(sym->st_info);
		bool global = ELF64_ST_BIND(sym->st_info) != STB_LOCAL;

		if (type == STT_FILE)
			file = symbol_name(o, sym);
		/* Of the assembler's own labels (.LC3) the place counts, not the name. */
		if (type == STT_FILE || type == STT_SECTION || !has_place(o, sym) ||
		    str_starts(symbol_name(o, sym), ".L") || !*symbol_name(o, sym))
			continue;
		o->symbols[o->nr_symbols++] = (struct object_symbol){
			.name = symbol_name(o, sym),
			.file = global ? "" : file,
			.section = sym->st_shndx,
			.offset = sym->st_value,
			.size = sym->st_size,
			.function = type == STT_FUNC,
			.global = global,
		};
	}
	qsort(o->symbols, o->nr_symbols, sizeof(*o->symbols), by_place);
	drop_aliases(o);
}

int object_open(struct object *o, const char *path, struct err *err)
{
	int ret;

	*o = (struct object){ .fd = open(path, O_RDONLY | O_CLOEXEC) };
	if (o->fd < 0)
		return err_errno(err, "cannot read %s", path);
	elf_version(EV_CURRENT);
	o->elf = elf_begin(o->fd, ELF_C_READ_MMAP, NULL);
	ret = o->elf ? check_header(o, path, o->elf, err) : damaged(path, err);
	if (!ret && read_sections(o))
		ret = damaged(path, err);
	if (!ret && !o->nr_table)
		ret = err_set(err, ENOEXEC, "%s has no symbols", path);
	if (ret)
		object_close(o);
	else
		read_symbols(o);
	return ret;
}

void object_close(struct object *o)
{
	for (size_t i = 0; i < o->nr_sections && o->sections; i++)
		free(o->sections[i].relocs);
	free(o->sections);
	free(o->symbols);
	elf_end(o->elf);
	close(o->fd);
	*o = (struct object){ .fd = -1 };
}

/* How many symbols begin at this place or before it, in all sections. */
static size_t symbols_before(const struct object *o, uint32_t section, uint64_t offset)
{
	size_t low = 0, high = o->nr_symbols;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct object_symbol *s = &o->symbols[middle];

		if (s->section < section || (s->section == section && s->offset <= offset))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct object_symbol *object_symbol_before(const struct object *o, uint32_t section,
						 uint64_t offset)
{
	size_t n = symbols_before(o, section, offset);

	return n && o->symbols[n - 1].section == section ? &o->symbols[n - 1] : NULL;
}

const struct object_symbol *object_symbol_at(const struct object *o, uint32_t section,
					     uint64_t offset)
{
	size_t n = symbols_before(o, section, offset);

	/* Labels inside a function cover nothing after themselves: what is around them does. */
	for (size_t i = 0; i < MAX_LABELS && i < n; i++) {
		const struct object_symbol *s = &o->symbols[n - 1 - i];

		if (s->section != section)
			return NULL;
		if (offset - s->offset < (s->size ? s->size : 1))
			return s;
	}
	return NULL;
}

size_t object_reloc_from(const struct object_section *section, uint64_t offset)
{
	size_t low = 0, high = section->nr_relocs;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (section->relocs[middle].r_offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct object_target object_target(const struct object *o, const Elf64_Rela *reloc)
{
	struct object_target target = { .undefined = "", .offset = reloc->r_addend };
	size_t i = ELF64_R_SYM(reloc->r_info);

	if (i >= o->nr_table)
		return target;
	if (!has_place(o, &o->table[i])) {
		target.undefined = symbol_name(o, &o->table[i]);
		return target;
	}
	target.undefined = NULL;
	target.section = o->table[i].st_shndx;
	target.offset += (int64_t)o->table[i].st_value;
	return target;
}
