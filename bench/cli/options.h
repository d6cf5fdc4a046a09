/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Options that most commands have, each in a few lines of its own parser: the same letters,
 * keys and words everywhere. What takes more than that is an argp of its own (plan.h,
 * plan_here.h, sampling.h, events.h, tree.h, verdict.h), as a child.
 */
#ifndef PTWALK_CLI_OPTIONS_H
#define PTWALK_CLI_OPTIONS_H

#define KEY_STORE 5000

/* @group: of the command's own, as in struct argp_option. */
#define OPTION_STORE(group)                                                         \
	{                                                                           \
		"store", KEY_STORE, "FILE", 0,                                      \
			"The store (default: $XDG_DATA_HOME/ptwalk/store.db, else " \
			"~/.local/share)",                                          \
			group                                                       \
	}
#define OPTION_RESULTS(group)                                                                 \
	{                                                                                     \
		"results", 'r', "FOLDER", 0, "The folder of runs (default: $PTWALK_RESULTS)", \
			group                                                                 \
	}
#define OPTION_QUIET(group)                                 \
	{                                                   \
		"quiet", 'q', NULL, 0, "No progress", group \
	}

#endif
