/* SPDX-License-Identifier: GPL-2.0-only */
/* The timed windows of kmod/window.h, as the plugin counts them, and the file they go into. */
#ifndef PTWALK_FACTS_WINDOW_H
#define PTWALK_FACTS_WINDOW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "facts/plugin/code.h"
#include "facts/plugin/qemu_plugin.h"

/*
 * Where windows are written to. @total: of all instructions, which QEMU itself adds to, before it runs
 * what may fault and at the end of a block: it is there once the guest has said a word.
 */
void window_init(FILE *out, uint64_t *const *total);

extern bool window_is_open;

/* Called when the marks are executed, before the instruction that bears them. */
void window_open(void);
void window_close(void);

/* @block begins: the last one's flow ended here. */
void window_arrive(struct block *block);

void window_access(struct insn *insn, uint64_t address, qemu_plugin_meminfo_t info);

/* A line from the guest, as in tell.h. */
void window_told(char *line);

/* The plugin ends: what is wrong so far is in the file, and that it is whole. */
void window_end(void);

#endif
