/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands of `ptwalk`: one file each, one const struct at its end, one line in
 * COMMAND_LIST. Help is made from the table.
 */
#ifndef PTWALK_CLI_COMMAND_H
#define PTWALK_CLI_COMMAND_H

#include "base/option.h"

struct command {
	const char *name;
	const char *summary;
	const char *args;	   /* "BASE NEW..."; NULL: options alone */
	const char *doc;	   /* what it does; behind a \v, how it exits */
	const char *examples;	   /* of help: lines of "  ptwalk NAME ..." */
	const struct opt *options; /* of a struct of its own */
	/* argv[0] is "ptwalk NAME". Returns an exit status. */
	int (*run)(int argc, char **argv);
	/* Instead of all these but name and summary: "ptwalk NAME VERB"; NULL-terminated. */
	const struct command *const *verbs;
};

/* What help shows under one heading: X(group, heading). */
#define COMMAND_GROUPS(X)     \
	X(MEASURE, "Measure") \
	X(READ, "Read")       \
	X(TRACK, "Track")     \
	X(HOST, "Machines and kernels")

/* X(group, command) */
#define COMMAND_LIST(X)     \
	X(MEASURE, run)     \
	X(MEASURE, ab)      \
	X(MEASURE, bisect)  \
	X(MEASURE, profile) \
	X(MEASURE, race)    \
	X(MEASURE, join)    \
	X(READ, show)       \
	X(READ, compare)    \
	X(READ, list)       \
	X(TRACK, nightly)   \
	X(TRACK, history)   \
	X(TRACK, dashboard) \
	X(TRACK, store)     \
	X(HOST, doctor)     \
	X(HOST, kernel)     \
	X(HOST, guest)

#define COMMAND_DECLARE(group, name) extern const struct command command_##name;
COMMAND_LIST(COMMAND_DECLARE)
#undef COMMAND_DECLARE

/* What commands exit with; DESIGN's list. Never a count of anything. */
enum status {
	STATUS_CLEAN = 0,
	STATUS_REGRESSION = 1,
	STATUS_ERROR = 2,	   /* usage or internal */
	STATUS_MISSING = 3,	   /* inconclusive, or a series is missing */
	STATUS_NOT_COMPARABLE = 4, /* environments or versions differ */
	STATUS_NOT_REPEATABLE = 5, /* an exact count was not repeatable */
};

/* As opts_parse() with the command's table; what is wrong is printed, as by command_fail(). */
int command_parse(const struct command *, int argc, char **argv, void *options);

/* What was typed, for the record: words with a space between. Owned by the caller. */
char *command_line(int argc, char **argv);

/* Print "ptwalk NAME: TEXT" and return STATUS_ERROR. */
int command_fail(const char *name, const struct err *err);

/* A line of a list: @at, and @text behind it, which goes on below itself where the terminal ends. */
void command_entry(FILE *, const char *at, const char *text);

/* 0, or what is wrong with what was written to stdout. */
int command_flush(struct err *err);

/* What a shell may complete a command line with: docs/completion asks for it. */

/*
 * Print what the last of @words may become, a line each, from the tables of options and the
 * registries: nothing where that is a file's name. @words begins with the command.
 */
void complete(const struct command *const *commands, size_t nr_words, char **words);

#endif
