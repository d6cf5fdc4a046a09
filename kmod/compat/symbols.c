// SPDX-License-Identifier: GPL-2.0-only
#include <linux/kprobes.h>

#include "compat/symbols.h"

#define X(name, kernel_name, type, args)						\
	DEFINE_STATIC_CALL_NULL(compat_call_##name, compat_##name);
COMPAT_FUNCTIONS(X)
#undef X

#define X(name, kernel_name, type) type *compat_##name;
COMPAT_DATA(X)
#undef X

unsigned long compat_lookup(const char *name);
DEFINE_STATIC_CALL_NULL(compat_call_lookup, compat_lookup);

static const char *const symbol_names[] = {
#define X(name, kernel_name, ...) [COMPAT_SYMBOL_##name] = #kernel_name,
	COMPAT_FUNCTIONS(X)
	COMPAT_DATA(X)
#undef X
};

static unsigned long symbols_missing = ~0UL;
static int lookup_error;

/*
 * With IBT a probe sits behind the landing pad of the function, where only a
 * direct call may go: so this one is a static call as well.
 */
static int lookup_find(void)
{
	struct kprobe probe = { .symbol_name = "kallsyms_lookup_name" };
	int ret;

	ret = register_kprobe(&probe);
	if (ret)
		return ret;
	static_call_update(compat_call_lookup, (typeof(&compat_lookup))probe.addr);
	unregister_kprobe(&probe);
	return 0;
}

static unsigned long symbol_find(enum compat_symbol symbol)
{
	unsigned long addr = compat_call(lookup)(symbol_names[symbol]);

	if (addr)
		symbols_missing &= ~(1UL << symbol);
	return addr;
}

void compat_symbols_find(void)
{
	unsigned long addr;

	lookup_error = lookup_find();
	if (lookup_error)
		return;
#define X(name, kernel_name, type, args)						\
	addr = symbol_find(COMPAT_SYMBOL_##name);					\
	if (addr)									\
		static_call_update(compat_call_##name, (typeof(&compat_##name))addr);
	COMPAT_FUNCTIONS(X)
#undef X
#define X(name, kernel_name, type) compat_##name = (type *)symbol_find(COMPAT_SYMBOL_##name);
	COMPAT_DATA(X)
#undef X
}

bool compat_symbols_missing(unsigned long needs, char *reason, size_t size)
{
	unsigned int i;

	needs &= symbols_missing & ((1UL << COMPAT_NR_SYMBOLS) - 1);
	if (!needs)
		return false;
	if (!reason)
		return true;
	i = __ffs(needs);
	if (lookup_error)
		snprintf(reason, size, "cannot look up %s: kprobe refused (error %d)",
			 symbol_names[i], -lookup_error);
	else
		snprintf(reason, size, "this kernel has no %s", symbol_names[i]);
	return true;
}

unsigned long compat_symbol_at(const char *name)
{
	return lookup_error ? 0 : compat_call(lookup)(name);
}
