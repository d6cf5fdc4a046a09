/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's own code: files of its mm/, as they are or under a policy, compiled
 * into this module and called directly, beside the built-in ones.
 */
#ifndef PTWALK_OWN_H
#define PTWALK_OWN_H

#include "window.h"

/**
 * struct own - one op with a function of own code in the place of the built-in one
 * @name:	its policy: "range"; "own" is the file as it is
 * @op:		PTWALK_OP_*
 * @window:	its timed window, in all else the op's own
 */
struct own {
	const char *name;
	u32 op;
	int (*window)(struct window *window);
};

/* NULL where there are no more. */
const struct own *own_at(u32 index);

/**
 * own_check - is this the kernel that the module was bound to?
 *
 * Returns: 0, or -ENOEXEC, having said which symbol is elsewhere.
 */
int own_check(void);

#endif
