/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where ptwalk's files are. Paths that are returned are owned by the caller.
 *
 * What it keeps has one rule, docs/man/ptwalk.1 (FILES):
 *	cache	$PTWALK_CACHE, $PTWALK_HOME/cache, $XDG_CACHE_HOME/ptwalk, ~/.cache/ptwalk
 *	runs	$PTWALK_RESULTS, $PTWALK_HOME/runs, results/local of the checkout it is run from,
 *		$XDG_DATA_HOME/ptwalk/runs, ~/.local/share/ptwalk/runs
 *	store	store.db of: $PTWALK_RESULTS, $PTWALK_HOME, $XDG_DATA_HOME/ptwalk,
 *		~/.local/share/ptwalk
 */
#ifndef PTWALK_BASE_PLACE_H
#define PTWALK_BASE_PLACE_H

#include "base/err.h"

/* -ENOENT: nothing says where they are to be; without this the functions below end the program. */
int place_check(struct err *err);

char *place_cache(void);
char *place_runs(void);
/* Of the runs in @runs, NULL: place_runs(). Another folder than that has a store of its own. */
char *place_store(const char *runs);
/* The same, but NULL where it is the usual one, which commands need not name. */
char *place_own_store(const char *runs);

/*
 * What comes with ptwalk: "kmod", "kernels/policy", "plot". Of $PTWALK_SOURCE, else as installed
 * (share/ptwalk beside the folder of this program), else of the checkout it was built from.
 */
char *place_suite(const char *below);

/*
 * A program that comes with it: what the environment's @variable says, else beside this program,
 * else in lib/ptwalk beside its folder. It need not be there.
 */
char *place_beside(const char *name, const char *variable);

#endif
