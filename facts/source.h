/* SPDX-License-Identifier: GPL-2.0-only */
/* What is written where an instruction comes from. */
#ifndef PTWALK_FACTS_SOURCE_H
#define PTWALK_FACTS_SOURCE_H

#include "base/cleanup.h"
#include "facts/profile.h"

struct sources;

/**
 * sources_new - where sources are looked for, in this order
 * @kept:	a folder with own code as it was compiled, UNIT_POLICY.c each, or NULL
 * @asked:	a folder that the user names, which is believed, or NULL
 * @built:	the file with the lines: what was written to since then, where it was compiled, is no source of it
 *
 * Returns: to be ended with sources_free().
 */
struct sources *sources_new(const char *kept, const char *asked, const char *built);
void sources_free(struct sources *);
DEFINE_CLEANUP(struct sources *, sources_free);

/* That line as it is written, but for its indent; NULL where it is not at hand. Owned by the caller. */
char *sources_text(struct sources *, const struct profile_line *);

#endif
