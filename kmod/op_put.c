// SPDX-License-Identifier: GPL-2.0-only
/* put_page() of every page of the range, which were got before the window. */
#include "op.h"
#include "pages.h"
#include "references.h"

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
