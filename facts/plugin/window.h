/* SPDX-License-Identifier: GPL-2.0-only */
/* The timed windows of kmod/window.h, as the plugin counts them, and the file they go into. */
#ifndef PTWALK_FACTS_WINDOW_H
#define PTWALK_FACTS_WINDOW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "facts/plugin/code.h"

/* Counters that QEMU itself adds to, one an instruction: of CODE_MOST, and one of them all. */
struct counters {
	uint64_t *executed; /* by insn.index */
	uint64_t *total;
};

/* Where windows are written to; the counters are the caller's, and are there once the guest has said a word. */
void window_init(FILE *out, const struct counters *counters);

extern bool window_is_open;

/* Called when the marks are executed, before the instruction that bears them. */
void window_open(void);
void window_close(void);

/* @insn begins a block of code: the last one's flow ended here. */
void window_arrive(struct insn *insn);

/* @insn is about to leave its block. */
void window_leave(struct insn *insn);

void window_access(struct insn *insn, uint64_t address, uint64_t physical, unsigned int bytes,
		   bool write);

/* A line from the guest, as in tell.h. */
void window_told(char *line);

/* The plugin ends: what is wrong so far is in the file, and that it is whole. */
void window_end(void);

#endif
