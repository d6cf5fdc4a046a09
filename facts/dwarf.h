/* SPDX-License-Identifier: GPL-2.0-only */
/* Where in the sources an address of the guest is: by the DWARF of a module, or of the kernel. */
#ifndef PTWALK_FACTS_DWARF_H
#define PTWALK_FACTS_DWARF_H

#include "base/cleanup.h"
#include "facts/profile.h"

struct dwarf;

/**
 * dwarf_open - for the addresses of @profile that are in module @module, or in the kernel
 * @path:	its .ko, or a vmlinux with debug information: its own type tells; may be packed (gzip, xz)
 *
 * Returns: to be ended with dwarf_close(); NULL with @err set where it has no line information,
 * none of its functions is in @profile, or they lie otherwise: it is of another build.
 */
struct dwarf *dwarf_open(const char *path, const char *module, const struct facts_profile *profile,
			 struct err *err);
void dwarf_close(struct dwarf *);
DEFINE_CLEANUP(struct dwarf *, dwarf_close);

/* For profile_callgrind() and the like. */
struct profile_lines dwarf_lines(struct dwarf *);

#endif
