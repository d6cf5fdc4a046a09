/* SPDX-License-Identifier: GPL-2.0-only */
/* Options that most commands have: the same letters and words everywhere. */
#ifndef PTWALK_CLI_OPTIONS_H
#define PTWALK_CLI_OPTIONS_H

#include "base/option.h"

/* const char *: NULL where none was given */
#define CLI_STORE(s, field)                                                         \
	{                                                                           \
		"store", 0, "FILE",                                                 \
			"The store (default: $XDG_DATA_HOME/ptwalk/store.db, else " \
			"~/.local/share)",                                          \
			OPT_TEXT(s, field)                                          \
	}
#define CLI_RESULTS(s, field)                                                              \
	{                                                                                  \
		"results", 'r', "FOLDER", "The folder of runs (default: $PTWALK_RESULTS)", \
			OPT_TEXT(s, field)                                                 \
	}
#define CLI_QUIET(s, field)                                           \
	{                                                             \
		"quiet", 'q', NULL, "No progress", OPT_FLAG(s, field) \
	}

/* The same for argp, which some commands still use. @group: as in struct argp_option. */
#define KEY_STORE 5000
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
