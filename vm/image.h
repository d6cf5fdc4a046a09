/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's initramfs: a newc archive, made in process, the same bytes for the same inputs. */
#ifndef PTWALK_VM_IMAGE_H
#define PTWALK_VM_IMAGE_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"
#include "vm/layout.h"
#include "vm/vm.h"

/**
 * image_write - make the image that runs @config
 * @layout:	where its dax devices lie
 * @path:	the file to write, whole or not at all
 *
 * Holds init, the plan, the modules, the files and the libraries of those that
 * are ELF programs. All belongs to root; times are 0; files that the caller
 * asked for keep their permission bits.
 *
 * Returns: 0, or a negative errno with what is missing or wrong in @err.
 */
int image_write(const struct vm_config *config, const struct vm_layout *layout, const char *path,
		struct err *err);

/* The guest's init: $PTWALK_INIT, else ptwalk-init beside this program. Owned by the caller. */
char *image_init_path(void);

/* What an ELF program needs beside itself to run. */

/**
 * elf_needs - the interpreter and the shared libraries of a program
 * @path:	any file; one that is no ELF program, or a static one, needs nothing
 * @arch:	that it has to be for
 * @root:	folder with the libraries of that, as they are in the guest below "/"; NULL: the host's
 * @needs:	(out) appended: paths, in the guest and below @root
 *
 * Of the host's, asks the program's own dynamic loader, with the caller's LD_LIBRARY_PATH and
 * LD_PRELOAD left out; below @root, looks where Debian has libraries.
 *
 * Returns: 0; -ENOENT where a library (or the interpreter) is not there, with
 * its name in @err; -ENOEXEC for a damaged ELF file, or one for another architecture.
 */
int elf_needs(const char *path, const struct arch *arch, const char *root, struct strv *needs,
	      struct err *err);

#endif
