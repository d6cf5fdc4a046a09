/* SPDX-License-Identifier: GPL-2.0-only */
/* References to pages: how they are taken, and where they are counted. */
#ifndef PTWALK_COMPAT_GUP_H
#define PTWALK_COMPAT_GUP_H

#include <linux/mm.h>
#include <linux/page-flags.h>
#include <linux/pgtable.h>

#include "compat/version.h"

/* Fault nothing in; 0 where it cannot be asked for, and callers look before. */
#if COMPAT_HAS_FOLL_NOFAULT
#define COMPAT_FOLL_NOFAULT FOLL_NOFAULT
#else
#define COMPAT_FOLL_NOFAULT 0
#endif

/* get_user_pages(), or a function like it. */
#if COMPAT_HAS_GUP_VMAS
#define compat_call_gup(fn, ...) fn(__VA_ARGS__, NULL)
#else
#define compat_call_gup(fn, ...) fn(__VA_ARGS__)
#endif

/* References to the folio, or compound page, that a page is of. */
static inline int compat_ref_count(struct page *page)
{
#if COMPAT_HAS_FOLIOS
	return folio_ref_count(page_folio(page));
#else
	return page_count(page);
#endif
}

/* Pins of it, where they are counted apart from references. */
static inline int compat_pin_count(struct page *page)
{
#if COMPAT_HAS_FOLIOS
	struct folio *folio = page_folio(page);

	return folio_test_large(folio) ? atomic_read(&folio->_pincount) : 0;
#else
	page = compound_head(page);
	return hpage_pincount_available(page) ? compound_pincount(page) : 0;
#endif
}

static inline bool compat_is_zero_page(struct page *page)
{
	return is_zero_pfn(page_to_pfn(page));
}

/* Pages from this one to the end of the compound one, or folio, that it is of: 1 where it is of none. */
static inline unsigned long compat_pages_until_end(struct page *page)
{
#if COMPAT_HAS_FOLIOS
	struct folio *folio = page_folio(page);

	return folio_nr_pages(folio) - folio_page_idx(folio, page);
#else
	struct page *head = compound_head(page);

	return compound_nr(head) - (page - head);
#endif
}

/* Would a pin that only reads have to take an anonymous page out of a share first? */
static inline bool compat_pin_unshares(struct page *page)
{
#if COMPAT_HAS_ANON_EXCLUSIVE
	struct folio *folio = page_folio(page);

	/* Of one huge leaf its first page says so for all. */
	if (folio_test_large(folio) && folio_entire_mapcount(folio))
		page = &folio->page;
	return PageAnon(page) && !PageAnonExclusive(page);
#else
	return false;
#endif
}

#endif
