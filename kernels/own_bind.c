// SPDX-License-Identifier: GPL-2.0-only
/* ELF modules and objects: symbols that own code takes from the kernel, and those it must not have. */
#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "kernels/kallsyms.h"
#include "kernels/own.h"
#include "kmod/own/bound.h"

struct elf {
	char *data;
	size_t len;
	const Elf64_Shdr *sections;
	unsigned int nr;
	const char *names; /* of sections */
	Elf64_Sym *symbols;
	size_t nr_symbols;
	const char *strings; /* of symbols */
};

static bool within(const struct elf *elf, uint64_t at, uint64_t len)
{
	return at <= elf->len && len <= elf->len - at;
}

static const Elf64_Shdr *section_at(const struct elf *elf, unsigned int i)
{
	return i < elf->nr && within(elf, elf->sections[i].sh_offset, elf->sections[i].sh_size)
		       ? &elf->sections[i]
		       : NULL;
}

static bool read_sections(struct elf *elf)
{
	const Elf64_Ehdr *head = (const void *)elf->data;
	const Elf64_Shdr *names;

	if (elf->len < sizeof(*head) || memcmp(head->e_ident, ELFMAG, SELFMAG) ||
	    head->e_type != ET_REL || head->e_ident[EI_CLASS] != ELFCLASS64 ||
	    !within(elf, head->e_shoff, (uint64_t)head->e_shnum * sizeof(*names)))
		return false;
	elf->sections = (const void *)(elf->data + head->e_shoff);
	elf->nr = head->e_shnum;
	names = section_at(elf, head->e_shstrndx);
	elf->names = names ? elf->data + names->sh_offset : NULL;
	return names;
}

static bool read_symbols(struct elf *elf)
{
	for (unsigned int i = 0; i < elf->nr; i++) {
		const Elf64_Shdr *s = section_at(elf, i), *strings;

		if (!s || s->sh_type != SHT_SYMTAB)
			continue;
		strings = section_at(elf, s->sh_link);
		elf->symbols = (void *)(elf->data + s->sh_offset);
		elf->nr_symbols = s->sh_size / sizeof(*elf->symbols);
		elf->strings = strings ? elf->data + strings->sh_offset : NULL;
		return strings;
	}
	return false;
}

static int elf_open(struct elf *elf, const char *path, struct err *err)
{
	*elf = (struct elf){ 0 };
	elf->data = fs_read(path, &elf->len, err);
	if (!elf->data)
		return -ENOENT;
	if (read_sections(elf) && read_symbols(elf) && elf->names && elf->symbols)
		return 0;
	free(elf->data);
	elf->data = NULL;
	return err_set(err, ENOEXEC, "%s is no object file that can be read", path);
}

static const Elf64_Shdr *section_find(const struct elf *elf, const char *name)
{
	for (unsigned int i = 0; i < elf->nr; i++)
		if (!strcmp(elf->names + elf->sections[i].sh_name, name))
			return section_at(elf, i);
	return NULL;
}

static const char *symbol_name(const struct elf *elf, const Elf64_Sym *symbol)
{
	return elf->strings + symbol->st_name;
}

/* Second column of Module.symvers, of the kernel itself or of a module. */
static bool exported(const char *symvers, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = symvers; (at = strstr(at, name)); at += len)
		if (at > symvers && at[-1] == '\t' && at[len] == '\t' && at - 2 > symvers &&
		    (at - symvers == 11 || at[-12] == '\n'))
			return true;
	return false;
}

static int put(const struct elf *elf, const Elf64_Shdr *room, size_t i, const char *name,
	       uint64_t addr, struct err *err)
{
	struct own_bound *bound = (void *)(elf->data + room->sh_offset);

	if ((i + 1) * sizeof(*bound) > room->sh_size || strlen(name) >= sizeof(bound->name))
		return err_set(err, E2BIG,
			       "own code needs more symbols than there is room for, "
			       "or one with a longer name: %s",
			       name);
	bound[i].addr = addr;
	strcpy(bound[i].name, name);
	return 0;
}

static int bind_all(struct elf *elf, const Elf64_Shdr *room, const char *symvers,
		    const struct kallsyms *syms, struct err *err)
{
	size_t n = 0;
	int ret = 0;

	/* The first is none. */
	for (size_t i = 1; !ret && i < elf->nr_symbols; i++) {
		Elf64_Sym *symbol = &elf->symbols[i];
		const char *name = symbol_name(elf, symbol);
		uint64_t addr;

		/* What is weak may be nowhere. */
		if (symbol->st_shndx != SHN_UNDEF || !*name || exported(symvers, name) ||
		    ELF64_ST_BIND(symbol->st_info) == STB_WEAK)
			continue;
		ret = kallsyms_find(syms, name, &addr, err);
		if (!ret)
			ret = put(elf, room, n++, name, addr, err);
		if (ret)
			break;
		symbol->st_shndx = SHN_ABS;
		symbol->st_value = addr;
	}
	return ret;
}

int own_bind(const char *from, const char *to, const char *build, const struct kallsyms *syms,
	     struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/Module.symvers", build),
			    *symvers = fs_read(path, NULL, err);
	const Elf64_Shdr *room;
	struct elf elf = { 0 };
	int ret = symvers ? elf_open(&elf, from, err) : -ENOENT;

	if (!ret) {
		room = section_find(&elf, OWN_BOUND_SECTION);
		ret = room ? bind_all(&elf, room, symvers, syms, err)
			   : err_set(err, ENOEXEC, "%s has no own code", from);
	}
	if (!ret)
		ret = fs_write_file(to, elf.data, elf.len, 0644, err);
	free(elf.data);
	return ret;
}

/* Warnings that are given once remember that they were: nothing is counted by it. */
static bool holds_state(const struct elf *elf, const Elf64_Sym *symbol)
{
	const Elf64_Shdr *s = section_at(elf, symbol->st_shndx);
	const char *name;

	if (symbol->st_shndx == SHN_COMMON)
		return true;
	if (symbol->st_shndx >= SHN_LORESERVE || !s || ELF64_ST_TYPE(symbol->st_info) != STT_OBJECT)
		return false;
	name = elf->names + s->sh_name;
	if ((s->sh_flags & (SHF_WRITE | SHF_ALLOC)) != (SHF_WRITE | SHF_ALLOC))
		return false;
	return (str_starts(name, ".data") || str_starts(name, ".bss")) && !strstr(name, "once") &&
	       !str_starts(name, ".data.rel.ro");
}

static int check_object(const struct own_variant *v, const char *kmod, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/own/%s_%s.o", kmod, v->unit, v->ident);
	struct elf elf;
	int ret = elf_open(&elf, path, err);

	for (size_t i = 0; !ret && i < elf.nr_symbols; i++)
		if (holds_state(&elf, &elf.symbols[i]))
			ret = err_set(err, ENOTUNIQ,
				      "mm/%s.c cannot be own code: its %s would be a second one "
				      "beside the kernel's",
				      v->unit, symbol_name(&elf, &elf.symbols[i]));
	free(elf.data);
	return ret;
}

int own_check_objects(const struct own *own, const char *kmod, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < own->n; i++)
		if (own->v[i].file)
			ret = check_object(&own->v[i], kmod, err);
	return ret;
}

char *own_object(const struct own *own, const char *unit, const char *policy)
{
	for (size_t i = 0; own->objects && i < own->n; i++)
		if (own->v[i].file && !strcmp(own->v[i].unit, unit) &&
		    !strcmp(own->v[i].policy, policy))
			return xasprintf("%s/%s_%s.o", own->objects, unit, own->v[i].ident);
	return NULL;
}

/* Names of functions and files have both words: "own_hmm_new_", "mm/hmm-new.c". */
static void rename_policy(char *data, size_t len, const char *unit, const char *from,
			  const char *to)
{
	for (const char *between = "_-"; *between; between++) {
		_cleanup_free_ char *word = xasprintf("%s%c%s", unit, *between, from);
		size_t n = strlen(word), skip = n - strlen(from);
		char *at = data;

		while ((at = memmem(at, len - (size_t)(at - data), word, n))) {
			memcpy(at + skip, to, strlen(to));
			at += n;
		}
	}
}

/* The object of policy @policy as if it were called @as; both names are of one length. */
static char *read_as(const struct own *own, const char *unit, const char *policy, const char *as,
		     size_t *len, struct err *err)
{
	_cleanup_free_ char *path = own_object(own, unit, policy);
	char *data = path ? fs_read(path, len, err) : NULL;

	for (size_t i = 0; data && i < OWN_NR_UNITS; i++)
		rename_policy(data, *len, own_units[i], policy, as);
	return data;
}

char *own_object_as(const struct own *own, const char *unit, const char *policy, const char *as,
		    struct err *err)
{
	size_t len;
	_cleanup_free_ char *data = read_as(own, unit, policy, as, &len, err);
	_cleanup_free_ char *path = xasprintf("%s/%s_%s-as-%s.o", own->objects, unit, policy, as);

	return data && !fs_write_file(path, data, len, 0644, err) ? TAKE_PTR(path) : NULL;
}

bool own_same(const struct own *own, const char *unit, const char *a, const char *b)
{
	size_t len = 0, other_len = 0;
	_cleanup_free_ char *data = read_as(own, unit, a, b, &len, NULL);
	_cleanup_free_ char *other = read_as(own, unit, b, b, &other_len, NULL);

	return data && other && len == other_len && !memcmp(data, other, len);
}
