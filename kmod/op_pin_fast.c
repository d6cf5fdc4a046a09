// SPDX-License-Identifier: GPL-2.0-only
/* Pins of all pages of the range in one call of pin_user_pages_fast(). */
#include "op.h"
#include "pages.h"
#include "references.h"

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
