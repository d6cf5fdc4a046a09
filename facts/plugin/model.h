/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is modelled of a window, and no fact: misses of caches (fact.h says which), and the last
 * instructions that it ran, for who models cycles. Where it is not asked for, nothing.
 */
#ifndef PTWALK_FACTS_MODEL_PLUGIN_H
#define PTWALK_FACTS_MODEL_PLUGIN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "facts/plugin/code.h"

extern bool model_is_on;

void model_init(void);

/* A series begins: caches are empty. Its windows find what the ones before left. */
void model_begin(void);

/* A window opens. */
void model_open(void);

/* An access to a line, by physical address / FACT_LINE. */
void model_line(uint64_t line);

/* @insn begins a block of code, or is the last of one. */
void model_block(const struct insn *insn, bool last);

/* "x L1D-MISSES L2-MISSES", and "l ADDRESS...", of the last window. */
void model_put(FILE *out);

#endif
