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

#endif
