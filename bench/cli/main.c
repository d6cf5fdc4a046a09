// SPDX-License-Identifier: GPL-2.0-only
/* The registry of commands, and what finds the one that was typed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/host.h"
#include "bench/cli/command.h"

#define ENTRY(group, name) &command_##name,
static const struct command *const commands[] = { COMMAND_LIST(ENTRY) NULL };
#undef ENTRY

enum group {
#define ENTRY(group, heading) GROUP_##group,
	COMMAND_GROUPS(ENTRY)
#undef ENTRY
};

static const char *const headings[] = {
#define ENTRY(group, heading) heading,
	COMMAND_GROUPS(ENTRY)
#undef ENTRY
};

/* Of each command. */
static const enum group groups[] = {
#define ENTRY(group, name) GROUP_##group,
	COMMAND_LIST(ENTRY)
#undef ENTRY
};

/* What commands were called once, and what does it now. */
static const struct {
	const char *word, *now;
} renamed[] = {
	{ "aa", "compare --self" },    { "ack", "store ack" },
	{ "bench", "doctor --speed" }, { "export", "store export" },
	{ "import", "store import" },  { "plot", "show --plot" },
	{ "prune", "store prune" },    { "selfcheck", "doctor --hardware" },
};

static void help(FILE *out)
{
	fputs("Usage: ptwalk COMMAND [OPTION...]\n"
	      "What the dev_pagemap lookup costs the kernel's page walk, per entry and level.\n",
	      out);
	for (size_t g = 0; g < ARRAY_SIZE(headings); g++) {
		fprintf(out, "\n%s:\n", headings[g]);
		for (size_t i = 0; commands[i]; i++)
			if (groups[i] == (enum group)g)
				fprintf(out, "  %-12s %s\n", commands[i]->name,
					commands[i]->summary);
	}
	fputs("\n`ptwalk help COMMAND` tells a command's options; `man ptwalk` the rest.\n"
	      "Exit status: 0 clean, 1 a regression is confirmed, 2 usage or internal error,\n"
	      "3 inconclusive or a series is missing, 4 not comparable,\n"
	      "5 an exact count was not repeatable.\n",
	      out);
}

static void help_verbs(const struct command *command)
{
	printf("Usage: ptwalk %s VERB [OPTION...]\n%s\n\nVerbs:\n", command->name,
	       command->summary);
	for (const struct command *const *verb = command->verbs; *verb; verb++)
		printf("  %-12s %s\n", (*verb)->name, (*verb)->summary);
	printf("\n`ptwalk %s VERB --help` tells a verb's options.\n", command->name);
}

static bool is_help(const char *word)
{
	return !strcmp(word, "help") || !strcmp(word, "--help") || !strcmp(word, "-h") ||
	       !strcmp(word, "-?");
}

static const struct command *find(const struct command *const *list, const char *name)
{
	for (; *list; list++)
		if (!strcmp((*list)->name, name))
			return *list;
	return NULL;
}

static int unknown(const char *what, const struct command *const *list, const char *name)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	const bool top = list == commands;
	const char *meant;
	_cleanup_free_ char *all = NULL;

	for (; *list; list++)
		strv_add(&names, (*list)->name);
	if (top)
		strv_add(&names, "help");
	meant = strv_meant(&names, name);
	all = strv_join(&names, ", ");
	if (meant)
		fprintf(stderr, "%s '%s'; did you mean %s?\n", what, name, meant);
	else
		fprintf(stderr, "%s '%s'; there are: %s\n", what, name, all);
	return STATUS_ERROR;
}

static int run(const struct command *command, char *program, int argc, char **argv)
{
	int status;

	argv[0] = program;
	status = command->run(argc, argv);
	free(program);
	return status;
}

/* argv[0] is the command, argv[1] the verb. */
static int run_verb(const struct command *command, int argc, char **argv)
{
	const struct command *verb;

	if (argc > 1 && is_help(argv[1])) {
		help_verbs(command);
		return STATUS_CLEAN;
	}
	if (argc < 2) {
		fprintf(stderr, "ptwalk %s: what is to be done? `ptwalk help %s` lists it\n",
			command->name, command->name);
		return STATUS_ERROR;
	}
	verb = find(command->verbs, argv[1]);
	if (verb)
		return run(verb, xasprintf("ptwalk %s %s", command->name, verb->name), argc - 1,
			   argv + 1);
	fprintf(stderr, "ptwalk %s: ", command->name);
	return unknown("unknown verb", command->verbs, argv[1]);
}

/* argv[0] is the command. */
static int dispatch(int argc, char **argv)
{
	const struct command *command = find(commands, argv[0]);

	if (command && command->verbs)
		return run_verb(command, argc, argv);
	if (command)
		return run(command, xasprintf("ptwalk %s", command->name), argc, argv);
	for (size_t i = 0; i < ARRAY_SIZE(renamed); i++)
		if (!strcmp(renamed[i].word, argv[0])) {
			fprintf(stderr, "ptwalk %s: is `ptwalk %s` now\n", argv[0], renamed[i].now);
			return STATUS_ERROR;
		}
	fputs("ptwalk: ", stderr);
	return unknown("unknown command", commands, argv[0]);
}

/* `ptwalk help COMMAND [VERB]` is `ptwalk COMMAND [VERB] --help`. */
static int help_of(int argc, char **argv)
{
	static char word[] = "--help";
	char *words[4] = { argv[0], argc > 1 ? argv[1] : word, argc > 1 ? word : NULL };

	return dispatch(argc > 1 ? 3 : 2, words);
}

/* For completion, and for the check of the man pages; docs/man/ptwalk.1 says what is in a line. */
static void tell_option(void *arg, const struct opt *o)
{
	const char letter[] = { '-', (char)o->letter, '\0' };
	_cleanup_free_ char *choices = opt_choices(o);

	printf("%s\t%s\t--%s\t%s%s%s\t%s\n", (const char *)arg, o->letter ? letter : "", o->name,
	       o->may_lack ? "[" : "", o->argument ? o->argument : "", o->may_lack ? "]" : "",
	       choices ? choices : "");
}

static int tell_options(void)
{
	struct err err;

	for (const struct command *const *c = commands; *c; c++) {
		if ((*c)->options)
			opts_each((*c)->options, tell_option, (void *)(*c)->name);
		for (const struct command *const *v = (*c)->verbs; v && *v; v++) {
			_cleanup_free_ char *name = xasprintf("%s %s", (*c)->name, (*v)->name);

			opts_each((*v)->options, tell_option, name);
		}
	}
	return command_flush(&err) ? command_fail("help", &err) : STATUS_CLEAN;
}

static int give_help(int argc, char **argv)
{
	if (argc < 2)
		help(stdout);
	else if (!strcmp(argv[1], "--options"))
		return tell_options();
	else if (!strcmp(argv[1], "--complete"))
		complete(commands, (size_t)argc - 2, argv + 2);
	else
		return help_of(argc - 1, argv + 1);
	return STATUS_CLEAN;
}

/* What a command printed and did not flush itself; @status, where that is told already. */
static int flushed(const char *name, int status)
{
	struct err err = { 0 };

	return status != STATUS_ERROR && command_flush(&err) ? command_fail(name, &err) : status;
}

int main(int argc, char **argv)
{
	const char *name = argv[1]; /* a command has its own there while it runs */
	int status;

	if (argc < 2) {
		help(stderr);
		return STATUS_ERROR;
	}
	if (is_help(argv[1]))
		return flushed("help", give_help(argc - 1, argv + 1));
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts("ptwalk " PTWALK_VERSION);
		return flushed(argv[1], STATUS_CLEAN);
	}
	interrupt_install();
	status = dispatch(argc - 1, argv + 1);
	interrupt_reraise();
	return flushed(name, status);
}
