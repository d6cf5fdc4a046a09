/* SPDX-License-Identifier: GPL-2.0-only */
/* What an ELF program needs beside itself to run. */
#ifndef PTWALK_VM_ELF_H
#define PTWALK_VM_ELF_H

#include "base/err.h"
#include "base/str.h"

/**
 * elf_needs - the interpreter and the shared libraries of a program
 * @path:	any file; one that is no ELF program, or a static one, needs nothing
 * @needs:	(out) appended: paths, valid on the host and to be the same in the guest
 *
 * Asks the program's own dynamic loader, with the caller's LD_LIBRARY_PATH and
 * LD_PRELOAD left out.
 *
 * Returns: 0; -ENOENT where a library (or the interpreter) is not there, with
 * its name in @err; -ENOEXEC for a damaged ELF file.
 */
int elf_needs(const char *path, struct strv *needs, struct err *err);

#endif
