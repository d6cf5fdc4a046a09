// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/proc.h"
#include "vm/image.h"

DEFINE_CLEANUP_AS(Elf *, elf_end, elf_endp);

/* @loader: (out) the PT_INTERP path, owned by the caller; NULL: @path is no ELF program, or a static one. */
static int find_loader(const char *path, const struct arch *arch, Elf *elf, char **loader,
		       struct err *err)
{
	const Elf64_Ehdr *head = elf64_getehdr(elf);
	const Elf64_Phdr *parts = elf64_getphdr(elf);
	size_t size, n = 0;
	const char *file = elf_rawfile(elf, &size);

	if (!head || head->e_machine != arch->elf_machine)
		return err_set(err, ENOEXEC, "%s is not for %s", path, arch->name);
	if (elf_getphdrnum(elf, &n) || (n && !parts))
		return err_set(err, ENOEXEC, "%s is a damaged ELF file", path);
	for (size_t i = 0; i < n; i++) {
		uint64_t at = parts[i].p_offset, len = parts[i].p_filesz;

		if (parts[i].p_type != PT_INTERP)
			continue;
		if (!len || at > size || len > size - at || file[at + len - 1])
			return err_set(err, ENOEXEC, "%s is a damaged ELF file", path);
		*loader = xstrdup(file + at);
		break;
	}
	return 0;
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
	const char *what = line ? strstr(line, mark) : NULL;

	if (what)
		return err_set(err, ENOENT, "%s lacks a library: %s", path, what + strlen(mark));
	return err_set(err, ENOEXEC, "%s: its libraries cannot be listed: %s", path,
		       line ? line : "the file is damaged");
}

static int ask_loader(const char *loader, const char *path, struct strv *needs, struct err *err)
{
	static const char *const env[] = { "LD_LIBRARY_PATH=", "LD_PRELOAD=", "LC_ALL=C", NULL };
	_cleanup_free_ char *text = NULL,
			    *full = strchr(path, '/') ? xstrdup(path) : xasprintf("./%s", path);
	const char *argv[] = { loader, "--list", full, NULL };
	_cleanup_close_ int said = memfd_create("loader", MFD_CLOEXEC);
	_cleanup_free_ char *log = xasprintf("/proc/self/fd/%d", said);
	const struct proc_options options = {
		.output = &text,
		.log = log,
		.env = env,
		.timeout_seconds = 20,
	};
	_cleanup_(strv_release) struct strv lines = { 0 };
	int ret = proc_run(argv, &options, err);

	if (ret)
		return ret == -ECHILD ? explain(path, log, err) : ret;
	strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.n; i++)
		add_line(lines.v[i], needs);
	return 0;
}

/* "libc.so.6" where Debian has it below @root, without @root; owned by the caller, or NULL. */
static char *find_library(const struct arch *arch, const char *root, const char *name)
{
	static const char *const folders[] = { "/lib", "/usr/lib" };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s/%s", folders[i], arch->triplet, name),
				    *host = xasprintf("%s%s", root, path);

		if (fs_exists(host))
			return TAKE_PTR(path);
	}
	return NULL;
}

/* The names of libraries that an ELF file is linked with, but for its loader's, which it asks for. */
static void read_names(const struct arch *arch, Elf *elf, struct strv *names)
{
	Elf_Scn *scn = NULL;

	while ((scn = elf_nextscn(elf, scn))) {
		const Elf64_Shdr *head = elf64_getshdr(scn);
		const Elf_Data *data =
			head && head->sh_type == SHT_DYNAMIC ? elf_getdata(scn, NULL) : NULL;
		const Elf64_Dyn *dyn = data ? data->d_buf : NULL;

		for (size_t i = 0; dyn && i < data->d_size / sizeof(*dyn); i++) {
			const char *name =
				dyn[i].d_tag == DT_NEEDED
					? elf_strptr(elf, head->sh_link, dyn[i].d_un.d_val)
					: NULL;

			if (name && strcmp(name, arch->loader) != 0)
				strv_add(names, name);
		}
	}
}

static int look_below(const struct arch *arch, const char *root, const char *path, Elf *elf,
		      struct strv *needs, struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	int ret = 0;

	read_names(arch, elf, &names);
	for (size_t i = 0; !ret && i < names.n; i++) {
		_cleanup_free_ char *found = find_library(arch, root, names.v[i]), *host = NULL;

		if (!found)
			return err_set(err, ENOENT, "%s lacks a library: %s is not in %s", path,
				       names.v[i], root);
		if (strv_has(needs, found))
			continue;
		strv_add(needs, found);
		host = xasprintf("%s%s", root, found);
		ret = elf_needs(host, arch, root, needs, err);
	}
	return ret;
}

int elf_needs(const char *path, const struct arch *arch, const char *root, struct strv *needs,
	      struct err *err)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_(elf_endp) Elf *elf = NULL;
	_cleanup_free_ char *loader = NULL, *host = NULL;
	int ret;

	if (fd < 0)
		return err_errno(err, "cannot read %s", path);
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (elf_kind(elf) != ELF_K_ELF)
		return 0;
	ret = find_loader(path, arch, elf, &loader, err);
	if (ret || (!loader && !root))
		return ret;
	host = xasprintf("%s%s", root ? root : "", loader ? loader : "");
	if (loader && !fs_exists(host))
		return err_set(err, ENOENT, "%s needs %s, which is not there", path, host);
	if (loader && !strv_has(needs, loader))
		strv_add(needs, loader);
	return root ? look_below(arch, root, path, elf, needs, err)
		    : ask_loader(loader, path, needs, err);
}
