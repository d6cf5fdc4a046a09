// SPDX-License-Identifier: GPL-2.0-only
/* References to all pages of the range in one call of get_user_pages(), under the mmap lock. */
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
