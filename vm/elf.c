// SPDX-License-Identifier: GPL-2.0-only
#include "vm/image.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
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
static void add_line(char *line, struct strv *needs)
{
	char *arrow = strstr(line, " => "), *at = arrow ? arrow + 4 : line, *end;

	at += strspn(at, " \t");
	end = strstr(at, " (0x");
	if (*at != '/' || !end) /* linux-vdso.so.1 (0x...) */
		return;
	*end = '\0';
	if (!strv_has(needs, at))
		strv_add(needs, at);
}

/* What the loader said on its stderr becomes the error, if it names a library. */
static int explain(const char *path, const char *log, struct err *err)
{
	static const char mark[] = "error while loading shared libraries: ";
	_cleanup_free_ char *line = fs_read_line(log);
	char *what = line ? strstr(line, mark) : NULL;
	int ret;

	if (what)
		ret = err_set(err, ENOENT, "%s lacks a library: %s", path, what + sizeof(mark) - 1);
	else
		ret = err_set(err, ENOEXEC, "%s: its libraries cannot be listed: %s", path,
			      line ? line : "the file is damaged");
	return ret;
}

static int ask_loader(const char *loader, const char *path, struct strv *needs, struct err *err)
{
	static const char *const env[] = { "LD_LIBRARY_PATH=", "LD_PRELOAD=", "LC_ALL=C", NULL };
	_cleanup_free_ char *text = NULL,
			    *full = strchr(path, '/') ? xstrdup(path) : xasprintf("./%s", path);
	const char *argv[] = { loader, "--list", full, NULL };
	int said = memfd_create("loader", MFD_CLOEXEC), ret;
	_cleanup_free_ char *log = xasprintf("/proc/self/fd/%d", said);
	struct proc_options options = { .output = &text, .env = env, .timeout_seconds = 20 };
	struct strv lines = { 0 };

	options.log = log;
	ret = proc_run(argv, &options, err);
	if (ret == -ECHILD)
		ret = explain(path, log, err);
	else if (!ret)
		strv_split(&lines, text, '\n');
	for (size_t i = 0; !ret && i < lines.n; i++)
		add_line(lines.v[i], needs);
	strv_release(&lines);
	if (said >= 0)
		close(said);
	return ret;
}

int elf_needs(const char *path, struct strv *needs, struct err *err)
{
	_cleanup_fclose_ FILE *f = fopen(path, "re");
	_cleanup_free_ char *loader = NULL;
	int ret = 0;
	Elf64_Ehdr e;

	if (!f)
		return err_errno(err, "cannot read %s", path);
	if (fread(&e, sizeof(e), 1, f) != 1 || memcmp(e.e_ident, ELFMAG, SELFMAG))
		return ret;
	if (e.e_ident[EI_CLASS] != ELFCLASS64 || e.e_machine != EM_X86_64) {
		ret = err_set(err, ENOEXEC, "%s is not for x86-64", path);
		return ret;
	}
	loader = interpreter(path, f, &e, &ret, err);
	if (!loader)
		return ret;
	if (!fs_exists(loader)) {
		ret = err_set(err, ENOENT, "%s needs %s, which is not there", path, loader);
		return ret;
	}
	if (!strv_has(needs, loader))
		strv_add(needs, loader);
	ret = ask_loader(loader, path, needs, err);
	return ret;
}
