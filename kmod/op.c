// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/string.h>

#include "compat/symbols.h"
#include "disturb.h"
#include "op.h"

static const struct op *const ops[] = {
#define X(name) &op_##name,
	PTWALK_OPS(X)
#undef X
};

static_assert(ARRAY_SIZE(ops) == PTWALK_NR_OPS);

const struct op *op_at(u32 index)
{
	return index < ARRAY_SIZE(ops) ? ops[index] : NULL;
}

const struct op *op_find(u32 id)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ops); i++)
		if (ops[i]->id == id)
			return ops[i];
	return NULL;
}

bool op_runnable(const struct op *op, char *reason, size_t size)
{
	if (op->lacks) {
		if (reason)
			strscpy(reason, op->lacks, size);
		return false;
	}
	return !compat_symbols_missing(op->needs | DISTURB_NEEDS, reason, size);
}
