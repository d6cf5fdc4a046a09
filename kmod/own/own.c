// SPDX-License-Identifier: GPL-2.0-only
#include <linux/hmm.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/pagewalk.h>
#include <linux/string.h>

#include "compat/gup.h"
#include "compat/symbols.h"
#include "own/bound.h"
#include "own/list.h"
#include "op.h"
#include "own/own.h"
#include "pages.h"

#define OWN_CALL(unit, policy, fn) own_##unit##_##policy##_##fn

/* Declared as the built-in one is. */
#define OWN_DECLARE(unit, policy, fn) extern typeof(fn) OWN_CALL(unit, policy, fn);

#define X(policy, name)									\
	OWN_DECLARE(hmm, policy, hmm_range_fault)					\
	DEFINE_WINDOW(window_hmm_##policy,						\
		      OWN_CALL(hmm, policy, hmm_range_fault)(&window->range))
OWN_hmm(X)
#undef X

#define OWN_FAST(fn, policy)								\
	OWN_DECLARE(gup, policy, fn)							\
	DEFINE_WINDOW(window_##fn##_##policy,						\
		      (window->got = OWN_CALL(gup, policy, fn)(window->range.start,	\
			       window->nr_pages, window->gup_flags,			\
			       pages_array(window)), 0))
#define X(policy, name)									\
	OWN_FAST(get_user_pages_fast, policy)						\
	OWN_FAST(pin_user_pages_fast, policy)						\
	OWN_DECLARE(gup, policy, get_user_pages)					\
	DEFINE_WINDOW(window_get_user_pages_##policy,					\
		      (window->got = compat_call_gup(OWN_CALL(gup, policy, get_user_pages), \
			       window->range.start, window->nr_pages,			\
			       window->gup_flags, pages_array(window)), 0))
OWN_gup(X)
#undef X

#define X(policy, name)									\
	OWN_DECLARE(pagewalk, policy, walk_page_range)					\
	DEFINE_WINDOW(window_bare_##policy,						\
		      OWN_CALL(pagewalk, policy, walk_page_range)(window->mm,		\
			       window->range.start, window->range.end, &bare_ops, NULL))
OWN_pagewalk(X)
#undef X

static const struct own owns[] = {
#define X(policy, name_) { name_, PTWALK_OP_HMM, window_hmm_##policy },
	OWN_hmm(X)
#undef X
#define X(policy, name_)								\
	{ name_, PTWALK_OP_GUP_FAST, window_get_user_pages_fast_##policy },		\
	{ name_, PTWALK_OP_PIN_FAST, window_pin_user_pages_fast_##policy },		\
	{ name_, PTWALK_OP_GUP, window_get_user_pages_##policy },
	OWN_gup(X)
#undef X
#define X(policy, name_) { name_, PTWALK_OP_BARE, window_bare_##policy },
	OWN_pagewalk(X)
#undef X
};

const struct own *own_at(u32 index)
{
	return index < ARRAY_SIZE(owns) ? &owns[index] : NULL;
}

/* Zero until the module is bound. */
extern const struct own_bound own_bound[OWN_MAX_BOUND];

asm(".pushsection " OWN_BOUND_SECTION ", \"a\", @progbits\n\t"
    ".balign 8\n"
    "own_bound:\n\t"
    ".zero " __stringify(OWN_MAX_BOUND) " * 64\n\t"
    ".popsection");

static_assert(sizeof(struct own_bound) == 64);

/* What the kernel calls an address is found fast; of two names it tells one. */
static bool own_is_at(const struct own_bound *bound)
{
	char found[KSYM_SYMBOL_LEN], *plus;

	sprint_symbol(found, bound->addr);
	plus = strstr(found, "+0x0/");
	if (plus) {
		*plus = '\0';
		if (!strcmp(found, bound->name))
			return true;
	}
	return compat_symbol_at(bound->name) == bound->addr;
}

int own_check(void)
{
	size_t i;

	for (i = 0; i < OWN_MAX_BOUND && own_bound[i].name[0]; i++) {
		if (own_is_at(&own_bound[i]))
			continue;
		pr_err("ptwalk: bound to another kernel: %s of this one is not at %#llx\n",
		       own_bound[i].name, own_bound[i].addr);
		return -ENOEXEC;
	}
	return 0;
}
