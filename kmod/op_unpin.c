// SPDX-License-Identifier: GPL-2.0-only
/* unpin_user_pages() of all pages of the range, which were pinned before the window. */
#include "op.h"
#include "pages.h"
#include "references.h"

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
