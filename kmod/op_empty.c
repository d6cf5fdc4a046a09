// SPDX-License-Identifier: GPL-2.0-only
/* Nothing: what the window itself costs. */
#include "op.h"

DEFINE_WINDOW(window_empty, 0)

const struct op op_empty = {
	OP(EMPTY),
	.windows = { window_empty },
};
