/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cycles of a window's steady loop, as llvm-mca models them: a bracket, and no fact. Between two
 * loads and stores whose addresses it cannot tell apart it assumes nothing (low), or that each
 * waits for the store (high).
 */
#ifndef PTWALK_FACTS_MODEL_H
#define PTWALK_FACTS_MODEL_H

#include "base/err.h"
#include "facts/profile.h"

/* Rounds of a loop that follow each other, the last that the window ran. */
struct model_loop {
	const uint64_t *at; /* addresses of instructions, the profile's */
	size_t n;
	unsigned int rounds;
};

struct model_cycles {
	double low, high; /* a round */
};

/* The loop that most of the window's last instructions are of; false: there is none. */
bool model_find_loop(const struct facts_profile *, struct model_loop *);

/**
 * model_ask - have llvm-mca model a loop
 * @target:	of the instructions, as LLVM names it: arch->target
 * @cpu:	as its -mcpu takes it: "skylake", "znver3"
 *
 * Returns: 0; -ENOENT where there is no llvm-mca (package llvm); -EINVAL where it does not know
 * the CPU; -EBADMSG.
 */
int model_ask(const struct facts_profile *, const struct model_loop *, const char *target,
	      const char *cpu, struct model_cycles *cycles, struct err *err);

#endif
