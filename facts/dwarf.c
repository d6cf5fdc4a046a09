// SPDX-License-Identifier: GPL-2.0-only
#include "facts/profile.h"

#include <elfutils/libdwfl.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

struct dwarf {
	Dwfl *dwfl;
	Dwfl_Module *file;
	const char *module;
	const struct facts_profile *profile;
	uint64_t shift; /* from an address of the guest to one of @file */
};

static const Dwfl_Callbacks callbacks = {
	.find_elf = dwfl_build_id_find_elf,
	.find_debuginfo = dwfl_standard_find_debuginfo,
	.section_address = dwfl_offline_section_address,
};

/* The place of the one function of that name, and its section; false where there are none, or several. */
static bool place_of(Dwfl_Module *file, const char *name, uint64_t *address, GElf_Word *section)
{
	int n = dwfl_module_getsymtab(file);
	bool found = false;

	for (int i = 1; i < n; i++) {
		GElf_Sym symbol;
		GElf_Addr at;
		GElf_Word in;
		const char *is = dwfl_module_getsym_info(file, i, &symbol, &at, &in, NULL, NULL);

		if (!is || GELF_ST_TYPE(symbol.st_info) != STT_FUNC || strcmp(is, name) != 0)
			continue;
		if (found)
			return false;
		found = true;
		*address = at;
		*section = in;
	}
	return found;
}

/* A section is loaded in one piece: one function's place tells all, and the others' must agree. */
static int find_shift(struct dwarf *s, const char *path, struct err *err)
{
	GElf_Word in, section = 0;
	bool found = false;
	uint64_t at;

	for (size_t i = 0; i < s->profile->nr_functions; i++) {
		const struct profile_function *f = &s->profile->functions[i];

		if (strcmp(f->module, s->module) != 0 || !place_of(s->file, f->name, &at, &in) ||
		    (found && in != section))
			continue;
		if (found && at - f->address != s->shift)
			return err_set(
				err, EBADE,
				"%s is of another build than what was measured: %s is not where %s met it",
				path, f->name, s->profile->series);
		s->shift = at - f->address;
		section = in;
		found = true;
	}
	return found ? 0
		     : err_set(err, ENOENT, "%s has none of the functions that %s met", path,
			       s->profile->series);
}

/* What is linked at last is the kernel. */
static bool is_kernel(Dwfl_Module *file)
{
	GElf_Addr bias;
	GElf_Ehdr header;
	Elf *elf = dwfl_module_getelf(file, &bias);

	return elf && gelf_getehdr(elf, &header) && header.e_type != ET_REL;
}

static int open_file(struct dwarf *s, const char *path, struct err *err)
{
	Dwarf_Addr bias;

	s->dwfl = dwfl_begin(&callbacks);
	if (s->dwfl)
		s->file = dwfl_report_offline(s->dwfl, s->module, path, -1);
	if (!s->file || dwfl_report_end(s->dwfl, NULL, NULL))
		return err_set(err, EBADMSG, "cannot read %s: %s", path, dwfl_errmsg(-1));
	if (is_kernel(s->file))
		s->module = "";
	if (!dwfl_module_getdwarf(s->file, &bias))
		return err_set(err, ENODATA, "%s has no line information: %s", path,
			       dwfl_errmsg(-1));
	return 0;
}

struct dwarf *dwarf_open(const char *path, const char *module, const struct facts_profile *profile,
			 struct err *err)
{
	struct dwarf *s = xcalloc(1, sizeof(*s));

	s->module = module;
	s->profile = profile;
	if (access(path, R_OK))
		err_set(err, errno, "cannot read %s: %s", path, strerror(errno));
	else if (!open_file(s, path, err) && !find_shift(s, path, err))
		return s;
	dwarf_close(s);
	return NULL;
}

void dwarf_close(struct dwarf *s)
{
	if (!s)
		return;
	if (s->dwfl)
		dwfl_end(s->dwfl);
	free(s);
}

static bool in_module(const struct dwarf *s, uint64_t address)
{
	const struct facts_profile *p = s->profile;
	size_t i = p->nr_functions;

	while (i && p->functions[i - 1].address > address)
		i--;
	return i && !strcmp(p->functions[i - 1].module, s->module);
}

static void find(void *arg, uint64_t address, struct profile_line *line)
{
	const struct dwarf *s = arg;
	Dwfl_Line *at =
		in_module(s, address) ? dwfl_module_getsrc(s->file, address + s->shift) : NULL;
	const char *file, *unit, *folder;
	int number;

	file = at ? dwfl_lineinfo(at, NULL, &number, NULL, NULL, NULL) : NULL;
	if (!file)
		return;
	unit = dwarf_diename(dwfl_linecu(at));
	folder = dwfl_line_comp_dir(at);
	*line = (struct profile_line){ file, (unsigned int)number, unit ? unit : "",
				       folder ? folder : "" };
}

struct profile_lines dwarf_lines(struct dwarf *s)
{
	return (struct profile_lines){ .find = find, .arg = s };
}
