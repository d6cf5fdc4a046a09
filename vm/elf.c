// SPDX-License-Identifier: GPL-2.0-only
#include "vm/elf.h"

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/proc.h"

/* The PT_INTERP path, owned by the caller, or NULL where there is none; -ENOEXEC in *@ret. */
static char *interpreter(const char *path, FILE *f, const Elf64_Ehdr *e, int *ret, struct err *err)
{
	char name[4096] = "";
	Elf64_Phdr p;

	for (unsigned int i = 0; i < e->e_phnum; i++) {
		if (fseek(f, (long)(e->e_phoff + i * sizeof(p)), SEEK_SET) ||
		    fread(&p, sizeof(p), 1, f) != 1)
			goto damaged;
		if (p.p_type != PT_INTERP)
			continue;
		if (!p.p_filesz || p.p_filesz >= sizeof(name) ||
		    fseek(f, (long)p.p_offset, SEEK_SET) || fread(name, p.p_filesz, 1, f) != 1)
			goto damaged;
		return xstrdup(name);
	}
	return NULL;
damaged:
	*ret = err_set(err, ENOEXEC, "%s is a damaged ELF file", path);
	return NULL;
}

/* One line of `ld.so --list`: "libc.so.6 => /lib/libc.so.6 (0x...)", "/lib64/ld.so (0x...)". */
static int add_line(const char *path, char *line, struct strv *needs, struct err *err)
{
	char *arrow = strstr(line, " => "), *at = arrow ? arrow + 4 : line, *end;

	at += strspn(at, " \t");
	if (!strncmp(at, "not found", 9)) {
		*arrow = '\0';
		line += strspn(line, " \t");
		return err_set(err, ENOENT, "%s needs %s, which is not there", path, line);
	}
	end = strstr(at, " (0x");
	if (*at != '/' || !end) /* linux-vdso.so.1 (0x...) */
		return 0;
	*end = '\0';
	if (!strv_has(needs, at))
		strv_add(needs, at);
	return 0;
}

static int ask_loader(const char *loader, const char *path, struct strv *needs, struct err *err)
{
	static const char *const env[] = { "LD_LIBRARY_PATH=", "LD_PRELOAD=", "LC_ALL=C", NULL };
	const char *argv[] = { loader, "--list", path, NULL };
	char *full = strchr(path, '/') ? NULL : xasprintf("./%s", path);
	struct strv lines = { 0 };
	char *text = NULL;
	int ret;

	if (full)
		argv[2] = full;
	ret = proc_run(argv,
		       &(struct proc_options){ .output = &text, .env = env, .timeout_seconds = 20 },
		       err);
	if (!ret)
		strv_split(&lines, text, '\n');
	for (size_t i = 0; !ret && i < lines.n; i++)
		ret = add_line(path, lines.v[i], needs, err);
	strv_release(&lines);
	free(text);
	free(full);
	return ret;
}

int elf_needs(const char *path, struct strv *needs, struct err *err)
{
	FILE *f = fopen(path, "re");
	char *loader = NULL;
	int ret = 0;
	Elf64_Ehdr e;

	if (!f)
		return err_set(err, errno, "cannot read %s: %s", path, strerror(errno));
	if (fread(&e, sizeof(e), 1, f) != 1 || memcmp(e.e_ident, ELFMAG, SELFMAG))
		goto out;
	if (e.e_ident[EI_CLASS] != ELFCLASS64 || e.e_machine != EM_X86_64) {
		ret = err_set(err, ENOEXEC, "%s is not for x86-64", path);
		goto out;
	}
	loader = interpreter(path, f, &e, &ret, err);
	if (!loader)
		goto out;
	if (!fs_exists(loader)) {
		ret = err_set(err, ENOENT, "%s needs %s, which is not there", path, loader);
		goto out;
	}
	if (!strv_has(needs, loader))
		strv_add(needs, loader);
	ret = ask_loader(loader, path, needs, err);
out:
	free(loader);
	fclose(f);
	return ret;
}
