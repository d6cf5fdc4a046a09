// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/interrupt.h"
#include "base/str.h"
#include "bench/cli/command.h"

#define ENTRY(name) &command_##name,
static const struct command *const commands[] = { COMMAND_LIST(ENTRY) };
#undef ENTRY

/* Usage errors that argp finds exit with this. */
error_t argp_err_exit_status = STATUS_ERROR;
const char *argp_program_version = "ptwalk " PTWALK_VERSION;

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

static void help(FILE *out)
{
	fputs("Usage: ptwalk COMMAND [OPTION...]\n"
	      "What the dev_pagemap lookup costs the kernel's page walk, per entry and level.\n\n"
	      "Commands:\n",
	      out);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(out, "  %-12s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\n`ptwalk COMMAND --help` tells a command's options; `man ptwalk` the rest.\n"
	      "Exit status: 0 clean, 1 a regression is confirmed, 2 usage or internal error,\n"
	      "3 inconclusive or a series is missing, 4 not comparable,\n"
	      "5 an exact count was not repeatable.\n",
	      out);
}

static int dispatch(int argc, char **argv)
{
	const struct command *command = find_command(argv[1]);
	char *name;
	int status;

	if (!command) {
		fprintf(stderr, "ptwalk: unknown command '%s'; `ptwalk help` lists them\n",
			argv[1]);
		return STATUS_ERROR;
	}
	name = xasprintf("ptwalk %s", command->name);
	argv[1] = name;
	status = command->run(argc - 1, argv + 1);
	free(name);
	interrupt_reraise();
	return status;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		help(stderr);
		return STATUS_ERROR;
	}
	if (!strcmp(argv[1], "help") || !strcmp(argv[1], "--help") || !strcmp(argv[1], "-?")) {
		help(stdout);
		return STATUS_CLEAN;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts(argp_program_version);
		return STATUS_CLEAN;
	}
	interrupt_install();
	return dispatch(argc, argv);
}
