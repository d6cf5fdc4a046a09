/* SPDX-License-Identifier: GPL-2.0-only */
/* What `--events help` prints. */
#ifndef PTWALK_CLI_EVENTS_H
#define PTWALK_CLI_EVENTS_H

#include <stdio.h>

/* Every event that can be named on this machine, by where its name comes from. */
void events_list(FILE *);

#endif
