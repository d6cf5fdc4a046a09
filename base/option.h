/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Options as tables. An entry says an option's name, letter, argument and help, and what it
 * sets in a struct of the caller's, of which type and between which bounds:
 *
 *	struct prune { const char *store, *older; unsigned int rounds; bool dry_run; };
 *
 *	static const struct opt options[] = {
 *		{ "dry-run", 0, NULL, "Drop nothing", OPT_FLAG(struct prune, dry_run) },
 *		{ "rounds", 'R', "N", "Rounds (default: 3)", OPT_UINT(struct prune, rounds, 1, 100) },
 *		OPT_HEADER("Where it is:"),
 *		OPT_PART(struct prune, where, where_options),
 *		OPT_ARG("RUN", "which run?", OPT_TEXT(struct prune, run)),
 *		{ 0 }
 *	};
 *
 * What was not given stays as the caller set it. Help is made from the table (argp formats
 * it), and so is whatever else wants to know what options there are: opts_each().
 */
#ifndef PTWALK_BASE_OPTION_H
#define PTWALK_BASE_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/str.h"

enum opt_type {
	OPT_TYPE_NONE, /* the table's end; or a header, where there is help */
	OPT_TYPE_PART,
	OPT_TYPE_FLAG,
	OPT_TYPE_TEXT,
	OPT_TYPE_COPY,
	OPT_TYPE_TEXTS,
	OPT_TYPE_LIST,
	OPT_TYPE_UINT,
	OPT_TYPE_SECONDS,
	OPT_TYPE_SIZE,
	OPT_TYPE_PERCENT,
	OPT_TYPE_SHARE,
	OPT_TYPE_WORD,
	OPT_TYPE_ENTRY,
	OPT_TYPE_CALL,
	OPT_TYPE_REST,
};

/* Returns: 0, or a negative errno with what is wrong in @err. */
typedef int opt_call(void *config, const char *arg, struct err *err);

struct opt {
	const char *name; /* NULL: an argument of the command line, in this order; or a header */
	int letter;	  /* 0: none */
	const char *argument; /* "SIZE"; NULL: it takes none */
	const char *help;     /* of an argument: what is asked where it is missing */
	enum opt_type type;
	size_t offset;		  /* in the caller's struct, of what it sets */
	double min, max;	  /* of numbers; of OPT_TYPE_TEXTS as an argument: how many */
	bool needed;		  /* of an argument */
	bool may_lack;		  /* its argument may be left out: --perf-stat[=ARGS] */
	const struct opt *part;	  /* another table, for a struct inside this one */
	const char *const *words; /* NULL-terminated */
	/* Pointers to structs that begin with their name. */
	const void *const *entries;
	const size_t *nr_entries;
	bool (*fits)(const void *entry); /* those that do; NULL: all */
	opt_call *call;
};

/* The offset of a field that must be of this type. */
#define OPT_AT(s, field, wanted)                                                               \
	(offsetof(s, field) +                                                                  \
	 0 * sizeof(char[__builtin_types_compatible_p(__typeof__(((s *)0)->field), wanted) ? 1 \
											   : -1]))

/* bool: true */
#define OPT_FLAG(s, field)  .type = OPT_TYPE_FLAG, .offset = OPT_AT(s, field, bool)
/* const char *: as given */
#define OPT_TEXT(s, field)  .type = OPT_TYPE_TEXT, .offset = OPT_AT(s, field, const char *)
/* char *, owned by the struct: a copy, in place of the one before */
#define OPT_COPY(s, field)  .type = OPT_TYPE_COPY, .offset = OPT_AT(s, field, char *)
/* struct strv: one more; it may be given again */
#define OPT_TEXTS(s, field) .type = OPT_TYPE_TEXTS, .offset = OPT_AT(s, field, struct strv)
/* struct strv: more, with commas between them */
#define OPT_LIST(s, field)  .type = OPT_TYPE_LIST, .offset = OPT_AT(s, field, struct strv)
/* unsigned int, from @least to @most */
#define OPT_UINT(s, field, least, most)                                                  \
	.type = OPT_TYPE_UINT, .offset = OPT_AT(s, field, unsigned int), .min = (least), \
	.max = (most)
#define OPT_SECONDS(s, field, most) \
	.type = OPT_TYPE_SECONDS, .offset = OPT_AT(s, field, unsigned int), .min = 1, .max = (most)
/* uint64_t: bytes, given as 64K, 2M, 1G */
#define OPT_SIZE(s, field, least, most) \
	.type = OPT_TYPE_SIZE, .offset = OPT_AT(s, field, uint64_t), .min = (least), .max = (most)
/* double: per cent, from @least to @most */
#define OPT_PERCENT(s, field, least, most) \
	.type = OPT_TYPE_PERCENT, .offset = OPT_AT(s, field, double), .min = (least), .max = (most)
/* double: given in per cent above @least and below @most, kept as a share: 1 is 0.01 */
#define OPT_SHARE(s, field, least, most) \
	.type = OPT_TYPE_SHARE, .offset = OPT_AT(s, field, double), .min = (least), .max = (most)
/* unsigned int: which of the words it is */
#define OPT_WORD(s, field, list) \
	.type = OPT_TYPE_WORD, .offset = OPT_AT(s, field, unsigned int), .words = (list)
/* const struct ENTRY *: the one of that name in a list like `formats`, `nr_formats` */
#define OPT_ENTRY(s, field, entry, list)                                   \
	.type = OPT_TYPE_ENTRY,                                            \
	.offset = OPT_AT(s, field, const struct entry *) +                 \
		  0 * sizeof(char[offsetof(struct entry, name) ? -1 : 1]), \
	.entries = (const void *const *)(list), .nr_entries = &nr_##list
/* The same of those for which @fn(entry) is true */
#define OPT_ENTRY_THAT(s, field, entry, list, fn) OPT_ENTRY(s, field, entry, list), .fits = (fn)
/* Whatever else: @fn(@s *, argument, err) */
#define OPT_CALL(fn)				  .type = OPT_TYPE_CALL, .call = (fn)
/* char **: this word and all that follow, whatever they look like */
#define OPT_REST(s, field)			  .type = OPT_TYPE_REST, .offset = OPT_AT(s, field, char **)

#define OPT_HEADER(text)       \
	{                      \
		.help = (text) \
	}
#define OPT_PART(s, field, table)                                                    \
	{                                                                            \
		.type = OPT_TYPE_PART, .offset = offsetof(s, field), .part = (table) \
	}
/* More options of the same struct. */
#define OPT_MORE(table)                                \
	{                                              \
		.type = OPT_TYPE_PART, .part = (table) \
	}
#define OPT_ARG(what, question, ...)                                                \
	{                                                                           \
		.argument = (what), .help = (question), .needed = true, __VA_ARGS__ \
	}
#define OPT_MAYBE_ARG(what, ...)                \
	{                                       \
		.argument = (what), __VA_ARGS__ \
	}

/* What help says beside the options. */
struct opt_about {
	const char *program;  /* "ptwalk run" */
	const char *args;     /* "BASE NEW..."; lines of several ways; NULL: none */
	const char *doc;      /* what it does, and behind a \v what comes after the options */
	const char *version;  /* "ptwalk 1.0" */
	const char *examples; /* whole lines, indented; NULL: none */
};

/**
 * opts_parse - set what a command line says
 * @config:	the struct that @opts speak of; what they add to it is the caller's to release,
 *		whatever is returned
 *
 * --help, --usage and --version print, and end the program.
 * Returns: 0, or -EINVAL with what is wrong, and what would be right, in @err.
 */
int opts_parse(const struct opt *opts, const struct opt_about *, int argc, char **argv,
	       void *config, struct err *err);

/* Tell each option of a table and its parts, and no arguments or headers. */
void opts_each(const struct opt *opts, void (*tell)(void *arg, const struct opt *), void *arg);

/* One option of a struct, as opts_parse() does it. */
int opt_set(const struct opt *, void *config, char *arg, struct err *err);

/* "--limit"; of an argument "RUN". Until the next call. */
const char *opt_shown(const struct opt *);

/* "csv, json or text": what it takes, where that is a list; else NULL. Owned by the caller. */
char *opt_choices(const struct opt *);

#endif
