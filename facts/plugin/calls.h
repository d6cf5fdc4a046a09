/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who calls whom in a window, and what that costs with all that it calls. @now: of each event how
 * many there were since the window began.
 */
#ifndef PTWALK_FACTS_CALLS_H
#define PTWALK_FACTS_CALLS_H

#include <stdint.h>
#include <stdio.h>

#include "facts/plugin/code.h"

/* A window begins. */
void calls_open(void);

/* @returns_to: 0 of a jump to a function: its caller's */
void calls_enter(struct insn *site, uint64_t callee, uint64_t returns_to, const uint64_t *now);

/* The one that returns there has returned, with all that it called. */
void calls_return(uint64_t to, const uint64_t *now);

/* The window ends: so does every call. */
void calls_close(const uint64_t *now);

/* A line for each, in the order of their addresses. */
void calls_put(FILE *out);

/* How many of each event, and the end of the line. */
void events_put(const uint64_t *events, FILE *out);

#endif
