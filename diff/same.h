/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Are two functions the same code? Their bytes must be equal but where they
 * name a place: there, the places must be the same thing, wherever it is in
 * its file. So a function that merely moved, or whose callees did, is the same.
 *
 * Places are told apart by symbol and offset; strings, constants and jump
 * tables, which have no symbol, by what they hold. Numbers that the compiler
 * gives to names (__func__.12) are left out. Calls within a section have no
 * relocation: capstone tells which bytes of an instruction are its operand.
 */
#ifndef PTWALK_DIFF_SAME_H
#define PTWALK_DIFF_SAME_H

#include "diff/object.h"

bool same_code(const struct object *a, const struct object_symbol *in_a, const struct object *b,
	       const struct object_symbol *in_b);

#endif
