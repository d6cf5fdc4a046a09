// SPDX-License-Identifier: GPL-2.0-only
/*
 * References to all pages of the range, taken in one call of the kernel's or dropped,
 * each without the other in its window.
 */
#include "compat/gup.h"
#include "op.h"
#include "pages.h"
#include "references.h"

/* It marks pages as accessed, which moves them towards the hot end of the LRU step by step. */
#define GUP_WARM_UPS 8

DEFINE_WINDOW(window_gup,
	      (window->got = compat_call_gup(get_user_pages, window->range.start,
					     window->nr_pages, window->gup_flags,
					     pages_array(window)), 0))

const struct op op_gup = {
	OP(GUP),
	.needs = REFERENCES_NEEDS,
	.lacks = PAGES_LACKS,
	.warm_ups = GUP_WARM_UPS,
	.prepare = pages_look,
	.check = pages_check_get,
	.finish = pages_finish_get,
	.windows = { window_gup },
};

DEFINE_WINDOW(window_gup_fast,
	      (window->got = get_user_pages_fast(window->range.start, window->nr_pages,
						 window->gup_flags, pages_array(window)), 0))

const struct op op_gup_fast = {
	OP(GUP_FAST),
	.needs = REFERENCES_NEEDS,
	.lacks = PAGES_LACKS,
	.unlocked = true,
	.prepare = pages_look,
	.check = pages_check_get,
	.finish = pages_finish_get,
	.windows = { window_gup_fast },
};

DEFINE_WINDOW(window_pin_fast,
	      (window->got = pin_user_pages_fast(window->range.start, window->nr_pages,
						 window->gup_flags, pages_array(window)), 0))

const struct op op_pin_fast = {
	OP(PIN_FAST),
	.needs = REFERENCES_NEEDS | PAGES_NEEDS_FOLD,
	.lacks = PAGES_LACKS,
	.unlocked = true,
	.warm_ups = 1, /* the first pin of an mm marks it */
	.prepare = pages_look,
	.check = pages_check_pin,
	.finish = pages_finish_pin,
	.windows = { window_pin_fast },
};

DEFINE_WINDOW(window_pin,
	      (window->got = compat_call_gup(pin_user_pages, window->range.start,
					     window->nr_pages, window->gup_flags,
					     pages_array(window)), 0))

DEFINE_WINDOW(window_pin_longterm,
	      (window->got = compat_call_gup(pin_user_pages, window->range.start,
					     window->nr_pages,
					     window->gup_flags | FOLL_LONGTERM,
					     pages_array(window)), 0))

#define SLOW_PIN(name_, constant_, ...)							\
const struct op op_##name_ = {								\
	OP(constant_),									\
	.needs = REFERENCES_NEEDS | PAGES_NEEDS_FOLD,					\
	.lacks = PAGES_LACKS,								\
	.warm_ups = GUP_WARM_UPS,							\
	.prepare = pages_look,								\
	.check = pages_check_pin,							\
	.finish = pages_finish_pin,							\
	__VA_ARGS__									\
	.windows = { window_##name_ },							\
}

SLOW_PIN(pin, PIN);
SLOW_PIN(pin_longterm, PIN_LONGTERM, .allocates = COMPAT_LONGTERM_ALLOCATES, );

/* The pages were got before the window. */
static noinline int put_all(struct window *window)
{
	struct page **page = pages_array(window), **end = page + window->nr_pages;

	while (page < end)
		put_page(*page++);
	window->got = 0;
	return 0;
}

DEFINE_WINDOW(window_put, put_all(window))

const struct op op_put = {
	OP(PUT),
	.needs = REFERENCES_NEEDS,
	.lacks = PAGES_LACKS,
	.unlocked = true,
	.prepare = pages_get,
	.finish = pages_finish_put,
	.windows = { window_put },
};

DEFINE_WINDOW(window_unpin,
	      (unpin_user_pages(pages_array(window), window->nr_pages), window->got = 0, 0))

const struct op op_unpin = {
	OP(UNPIN),
	.needs = REFERENCES_NEEDS | PAGES_NEEDS_FOLD,
	.lacks = PAGES_LACKS,
	.unlocked = true,
	.prepare = pages_pin,
	.check = pages_check_unpin,
	.finish = pages_finish_unpin,
	.windows = { window_unpin },
};
