/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's symbols that own code was bound to. Whoever binds the module writes
 * them into this section of it; an entry without a name ends them.
 */
#ifndef PTWALK_OWN_BOUND_H
#define PTWALK_OWN_BOUND_H

#include <linux/types.h>

#define OWN_BOUND_SECTION ".ptwalk_bound"
#define OWN_MAX_BOUND	  128

struct own_bound {
	__u64 addr;
	char name[56];
};

#endif
