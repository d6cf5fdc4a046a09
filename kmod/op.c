// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kernel.h>
#include <linux/string.h>

#include "compat/symbols.h"
#include "counts.h"
#include "op.h"

static const struct {
	const struct op *op;
	const char *name;
} ops[] = {
#define X(number, constant, name, ...) { &op_##name, #name },
	PTWALK_OPS(X)
#undef X
};

const struct op *op_at(u32 index, const char **name)
{
	if (index >= ARRAY_SIZE(ops))
		return NULL;
	*name = ops[index].name;
	return ops[index].op;
}

const struct op *op_find(u32 id)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ops); i++)
		if (ops[i].op->id == id)
			return ops[i].op;
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
