// SPDX-License-Identifier: GPL-2.0-only
#include <linux/delay.h>
#include <linux/mm.h>

#include "compat/gup.h"
#include "pages.h"
#include "references.h"

/* Who else holds a page for a moment (reclaim, migration) is waited for. */
#define REFERENCES_TRIES 10

static u64 references_of(struct page *page)
{
	/* All tasks share the zero page. */
	if (compat_is_zero_page(page))
		return 0;
	return compat_ref_count(page) + ((u64)compat_pin_count(page) << 32);
}

/* A page whose count is 0 gives no reference: get_user_pages() would warn of it. */
static int references_can(struct window *window)
{
	unsigned long asked = window->range.default_flags, i;
	int ret;

	window->range.default_flags = 0;
	ret = pages_find(window);
	window->range.default_flags = asked;
	for (i = 0; i < window->nr_pages && !ret; i++)
		if (!compat_ref_count(hmm_pfn_to_page(window->range.hmm_pfns[i])))
			ret = -EUCLEAN;
	return ret;
}

/* With one reference of our own to each page, which is the same each time. */
static int references_sum(struct window *window, u64 *sum)
{
	unsigned int gup_flags = window->gup_flags;
	unsigned long i;
	int ret;

	/* Pages wait in batches for their list, and are held by those. */
	compat_call(lru_add_drain_all)();
	window->gup_flags |= COMPAT_FOLL_NOFAULT;
	ret = pages_get(window);
	window->gup_flags = gup_flags;
	if (ret)
		return ret;
	*sum = 0;
	for (i = 0; i < window->nr_pages; i++)
		*sum += references_of(pages_array(window)[i]) * (2 * i + 1);
	pages_put(window);
	return 0;
}

int references_begin(struct references *references, struct window *window)
{
	int ret;

	if (references->known)
		return 0;
	ret = references_can(window);
	if (!ret)
		ret = references_sum(window, &references->sum);
	references->known = !ret;
	return ret;
}

int references_end(const struct references *references, struct window *window)
{
	unsigned int tries;
	u64 sum;
	int ret;

	if (!references->known)
		return 0;
	for (tries = 0; tries < REFERENCES_TRIES; tries++) {
		if (tries)
			usleep_range(1000, 2000);
		ret = references_sum(window, &sum);
		if (ret)
			return ret;
		if (sum == references->sum)
			return 0;
	}
	return -EIO;
}
