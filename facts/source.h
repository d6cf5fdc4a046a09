/* SPDX-License-Identifier: GPL-2.0-only */
/* Where in a module's sources an address of the guest is: by the module's DWARF. */
#ifndef PTWALK_FACTS_SOURCE_H
#define PTWALK_FACTS_SOURCE_H

#include "facts/profile.h"

struct source;

/**
 * source_open - for the addresses of @profile that are in module @module
 * @path:	its .ko, or what was kept of its debug information
 *
 * Returns: to be ended with source_close(); NULL with @err set where it has no line information,
 * or none of its functions is in @profile.
 */
struct source *source_open(const char *path, const char *module, const struct profile *profile,
			   struct err *err);
void source_close(struct source *);

/* For profile_callgrind() and the like. */
struct profile_lines source_lines(struct source *);

#endif
