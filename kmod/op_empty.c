// SPDX-License-Identifier: GPL-2.0-only
/* Nothing: what the window itself costs. */
#include "op.h"

DEFINE_WINDOW(window_empty, 0)

const struct op op_empty = {
	.name = "empty",
	.id = PTWALK_OP_EMPTY,
	.windows = { window_empty },
};
