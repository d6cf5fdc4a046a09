/* SPDX-License-Identifier: GPL-2.0-only */
/* `--events`, of every command that measures. */
#ifndef PTWALK_CLI_EVENTS_H
#define PTWALK_CLI_EVENTS_H

#include <argp.h>

/*
 * To be a child of a command's argp; its input is a struct plan. `--events help` prints every
 * event that can be named on this machine, by where its name comes from, and exits.
 */
extern const struct argp events_argp;

#endif
