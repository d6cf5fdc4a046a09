/* SPDX-License-Identifier: GPL-2.0-only */
/* What a shell may complete a command line with: docs/completion asks for it. */
#ifndef PTWALK_CLI_COMPLETE_H
#define PTWALK_CLI_COMPLETE_H

#include "bench/cli/command.h"

/*
 * Print what the last of @words may become, a line each, from the tables of options and the
 * registries: nothing where that is a file's name. @words begins with the command.
 */
void complete(const struct command *const *commands, size_t nr_words, char **words);

#endif
