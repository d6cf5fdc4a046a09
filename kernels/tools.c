// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/tools.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"

#define LOADER "ld-linux-x86-64.so.2"

/* %s: as many "/.." as lead from the program's folder to the kernel's. */
static const char script[] = "#!/bin/sh\n"
			     "self=$(readlink -f \"$0\")\n"
			     "tools=${self%%/*}%s/" TOOLS_FOLDER "\n"
			     "exec \"$tools/usr/lib64/" LOADER "\" \\\n"
			     "\t--library-path \"$tools/usr/lib/x86_64-linux-gnu\" \\\n"
			     "\t--argv0 \"$self\" \"$self.elf\" \"$@\"\n";

/* Is it a program that asks for a loader? Libraries do not, but for a few that are programs too. */
static bool is_dynamic(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool dynamic = false;
	Elf64_Ehdr head;
	Elf64_Phdr part;

	if (fd < 0)
		return false;
	if (pread(fd, &head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
	    !memcmp(head.e_ident, ELFMAG, SELFMAG) && head.e_ident[EI_CLASS] == ELFCLASS64)
		for (int i = 0; i < head.e_phnum && !dynamic; i++)
			dynamic = pread(fd, &part, sizeof(part),
					(off_t)(head.e_phoff + (size_t)i * sizeof(part))) ==
					  (ssize_t)sizeof(part) &&
				  part.p_type == PT_INTERP;
	close(fd);
	return dynamic;
}

static int wrap_one(const char *path, const char *up, struct err *err)
{
	char *elf = xasprintf("%s.elf", path), *text = xasprintf(script, up);
	int ret = 0;

	if (rename(path, elf))
		ret = err_set(err, errno, "cannot rename %s: %s", path, strerror(errno));
	if (!ret)
		ret = fs_write_file(path, text, strlen(text), 0755, err);
	free(text);
	free(elf);
	return ret;
}

static int wrap_folder(const char *folder, const char *up, struct err *err)
{
	struct dirent **names;
	int n = scandir(folder, &names, NULL, NULL), ret = 0;

	if (n < 0)
		return err_set(err, errno, "cannot list %s: %s", folder, strerror(errno));
	for (int i = 0; i < n; i++) {
		char *path = xasprintf("%s/%s", folder, names[i]->d_name);
		char *above = xasprintf("%s/..", up);
		struct stat st;

		if (ret || !strcmp(names[i]->d_name, ".") || !strcmp(names[i]->d_name, ".."))
			;
		else if (lstat(path, &st))
			ret = err_set(err, errno, "%s: %s", path, strerror(errno));
		else if (S_ISDIR(st.st_mode))
			ret = wrap_folder(path, above, err);
		else if (S_ISREG(st.st_mode) && st.st_mode & 0111 && !strstr(path, ".so") &&
			 is_dynamic(path))
			ret = wrap_one(path, up, err);
		free(above);
		free(path);
		free(names[i]);
	}
	free(names);
	return ret;
}

int tools_wrap(const char *root, const char *below, struct err *err)
{
	char *folder = xasprintf("%s/%s", root, below);
	struct strv up = { 0 };
	char *ups;
	int ret;

	strv_add(&up, "/..");
	for (const char *p = below; *p; p++)
		if (*p == '/')
			strv_add(&up, "/..");
	ups = strv_join(&up, "");
	ret = wrap_folder(folder, ups, err);
	strv_release(&up);
	free(ups);
	free(folder);
	return ret;
}
