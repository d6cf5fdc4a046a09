/* SPDX-License-Identifier: GPL-2.0-only */
/* The text of a night: to standard output, and into the mail's file, whole or not at all. */
#ifndef PTWALK_CLI_NIGHT_SAY_H
#define PTWALK_CLI_NIGHT_SAY_H

#include "bench/cli/night_tree.h"
#include "bench/store/store.h"
#include "bench/track/track.h"

/* What was judged. @mail may be NULL. */
int night_say(struct store *, const char *mail, const struct track_night *, struct err *err);

/* That the tree is what it was in the night of @before. */
int night_say_nothing_new(const struct night_tree *, const char *mail, int64_t before,
			  struct err *err);

#endif
