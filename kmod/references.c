// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/percpu-refcount.h>

#include "compat/compat.h"
#include "compat/device.h"
#include "compat/gup.h"
#include "inspect.h"
#include "memory.h"
#include "pagemaps.h"
#include "pages.h"
#include "references.h"
#include "uapi/memory.h"

/* Who else holds a page for a moment (reclaim, migration) is waited for. */
#define REFERENCES_TRIES 10

static void references_wait(unsigned int tries)
{
	if (tries)
		usleep_range(1000, 2000);
}

static u64 references_of(struct page *page)
{
	/* All tasks share the zero page. */
	if (compat_is_zero_page(page))
		return 0;
	return compat_ref_count(page) + ((u64)compat_pin_count(page) << 32);
}

/* A page whose count is 0 gives no reference: get_user_pages() would warn of it. */
static int references_to(struct window *window, struct page *page)
{
	return compat_ref_count(page) ? 0 :
					window_fails(window, PTWALK_AT_COUNTS, 0, -EUCLEAN);
}

static int references_can(struct window *window)
{
	unsigned long asked = window->range.default_flags;
	unsigned int tries;
	int ret = -EBUSY;

	window->range.default_flags = 0;
	for (tries = 0; tries < REFERENCES_TRIES && ret == -EBUSY; tries++) {
		references_wait(tries);
		ret = pages_find(window);
		if (!ret)
			ret = pages_each(window, references_to);
	}
	window->range.default_flags = asked;
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
		*sum += ptwalk_hash(references_of(pages_array(window)[i]), i);
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
		references_wait(tries);
		ret = references_sum(window, &sum);
		if (ret)
			return ret;
		if (sum == references->sum)
			return 0;
	}
	return window_fails(window, PTWALK_AT_PAGES, 0, -EIO);
}

/* Takers that are under way, in the low half, and that ever began, in the high one. */
static atomic64_t references_takers = ATOMIC64_INIT(0);

#define REFERENCES_TAKER ((1ULL << 32) + 1)

u64 pagemap_takers_enter(void)
{
	return atomic64_add_return(REFERENCES_TAKER, &references_takers);
}

void pagemap_takers_leave(void)
{
	/* Fully ordered: what is put is seen by whoever begins alone after this. */
	(void)atomic64_dec_return(&references_takers);
}

/* Is whoever entered then the only one that was there since? */
static bool references_alone(u64 entered)
{
	/* What was read before this was read before the next taker came. */
	smp_mb();
	return lower_32_bits(entered) == 1 &&
	       upper_32_bits(entered) == upper_32_bits(atomic64_read(&references_takers));
}

/* No room is made here: page tables may be mapped. There cannot be more in any range of ours. */
static void references_met(void *arg, struct dev_pagemap *pagemap)
{
	struct pagemap_references *references = arg;
	unsigned int i, at;

	for (i = 0; i < references->nr; i++) {
		at = (references->next + i) % references->nr;
		if (references->held[at].pagemap != pagemap)
			continue;
		references->next = at + 1;
		return;
	}
	if (references->nr == PTWALK_MAX_PAGEMAPS)
		return;
	references->held[references->nr++] = (struct pagemap_held){
		.pagemap = pagemap,
		.pfn = PHYS_PFN(pagemap->range.start),
		.refs = pagemap_refs_of(pagemap),
	};
	references->next = references->nr;
}

/* A compound page has one count, which is every part's. */
static void references_met_pages(void *arg, struct page *first, u64 n)
{
	struct pagemap_references *references = arg;
	const unsigned long pfn = page_to_pfn(first);
	u64 i;

	for (i = 0; i < n; i += compat_pages_until_end(first + i)) {
		references->frames += ptwalk_hash(pfn + i, 0);
		references->counts += ptwalk_hash(references_of(first + i), pfn + i);
	}
}

/* With other CPUs someone may hold a page for a moment: until it is read twice alike. */
static int references_meet(struct pagemap_references *references, const struct window *window,
			   const struct inspect_meets *meets)
{
	const u64 start = window->range.start, len = window->range.end - start;
	unsigned int tries;
	u64 last;
	int ret = 0;

	for (tries = 0; !ret && tries < REFERENCES_TRIES; tries++) {
		last = references->counts;
		references->frames = 0;
		references->counts = 0;
		ret = inspect_meet(start, len, meets);
		if (num_online_cpus() == 1 || (tries && references->counts == last))
			break;
	}
	return ret;
}

/* Does nobody change the range beside the windows? Where there is one CPU, nobody can. */
static bool references_stayed(const struct pagemap_references *references,
			      const struct window *window)
{
	return num_online_cpus() == 1 ||
	       !mmu_interval_read_retry(window->range.notifier, references->seq);
}

/* -EIO: the pages are those that there were, and other references are held to them. */
static int references_pages_end(const struct pagemap_references *before,
				const struct window *window)
{
	struct pagemap_references now;
	const struct inspect_meets meets = { .pages = references_met_pages, .arg = &now };
	unsigned int tries;

	for (tries = 0; tries < REFERENCES_TRIES; tries++) {
		references_wait(tries);
		if (tries)
			compat_call(lru_add_drain_all)();
		now = (struct pagemap_references){ 0 };
		if (inspect_meet(window->range.start, window->range.end - window->range.start,
				 &meets) ||
		    now.frames != before->frames || now.counts == before->counts)
			return 0;
	}
	return references_stayed(before, window) ? -EIO : 0;
}

int pagemap_references_begin(struct pagemap_references *references, const struct window *window,
			     u64 entered)
{
	struct inspect_meets meets = { .pagemap = references_met, .arg = references };
	int ret;

	references->held = memory_array(PTWALK_MAX_PAGEMAPS, sizeof(*references->held));
	if (!references->held)
		return -ENOMEM;
	references->entered = entered;
	references->pages =
		window->range.hmm_pfns && !compat_symbols_missing(REFERENCES_NEEDS, NULL, 0);
	if (references->pages) {
		/* Pages wait in batches for their list, and are held by those. */
		compat_call(lru_add_drain_all)();
		references->seq = mmu_interval_read_begin(window->range.notifier);
		meets.pages = references_met_pages;
	}
	ret = references_meet(references, window, &meets);
	/* Where nobody can look, nothing is found. */
	if (ret && ret != -EOPNOTSUPP) {
		kvfree(references->held);
		references->held = NULL;
		return ret;
	}
	return 0;
}

/* References that came since (or went, below 0), but for one of our own. */
static s64 references_since(const struct pagemap_held *held)
{
	unsigned int tries;
	s64 since = 0;

	for (tries = 0; tries < REFERENCES_TRIES; tries++) {
		references_wait(tries);
		since = pagemap_refs_of(held->pagemap) - held->refs - 1;
		if (!since)
			break;
	}
	return since;
}

static void references_restore(struct dev_pagemap *pagemap, s64 since)
{
	struct percpu_ref *ref = compat_pagemap_ref(pagemap);

	if (since > 0)
		percpu_ref_put_many(ref, since);
	else if (since < 0)
		percpu_ref_get_many(ref, -since);
}

/* Of one that was unbound meanwhile nothing is lost. */
static u64 references_lost(const struct pagemap_references *references,
			   const struct pagemap_held *held, bool restore)
{
	struct dev_pagemap *pagemap = compat_get_dev_pagemap(held->pfn, NULL);
	s64 since = 0;

	if (pagemap == held->pagemap)
		since = references_since(held);
	/* They may be another's, who came meanwhile. */
	if (!references_alone(references->entered))
		since = 0;
	if (since && restore)
		references_restore(pagemap, since);
	put_dev_pagemap(pagemap);
	return abs(since);
}

/* Is it memory that the module registered, which nobody else refers to? */
static bool references_ours(const struct window *window)
{
	unsigned long at;
	struct file *file =
		pagemaps_file_find(window->mm, window->range.start, window->range.end, &at);

	if (IS_ERR(file))
		return false;
	fput(file);
	return true;
}

int pagemap_references_end(struct pagemap_references *references, struct window *window)
{
	const bool restore = window->asked->own || references_ours(window);
	int ret = references->pages ? references_pages_end(references, window) : 0;
	u64 lost = 0;
	unsigned int i;

	if (ret && !references_alone(references->entered))
		ret = 0;
	for (i = 0; references_alone(references->entered) && i < references->nr; i++)
		lost += references_lost(references, &references->held[i], restore);
	kvfree(references->held);
	if (lost)
		return window_fails(window, PTWALK_AT_PAGEMAPS, lost, -EIO);
	return ret ? window_fails(window, PTWALK_AT_PAGES, 0, ret) : 0;
}
