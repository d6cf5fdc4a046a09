// SPDX-License-Identifier: GPL-2.0-only
/* References to all pages of the range in one call of get_user_pages_fast(). */
#include "op.h"
#include "pages.h"
#include "references.h"

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
