/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is all that the windows took put back: references to the pages, and to their dev_pagemaps?
 * Both are read before the first window and after the last, outside of them.
 */
#ifndef PTWALK_REFERENCES_H
#define PTWALK_REFERENCES_H

#include "compat/symbols.h"
#include "window.h"

#define REFERENCES_NEEDS COMPAT_NEEDS(lru_add_drain_all)

/**
 * struct references - the pages' counts before the windows
 * @known:	they were read
 * @sum:	of hashes of each page's references and pins
 */
struct references {
	bool known;
	u64 sum;
};

/*
 * Read them, where that is still to be done: 0, -EFAULT where not all pages are
 * there, -EUCLEAN where one cannot be referred to. Both use the array, and sleep.
 */
int references_begin(struct references *references, struct window *window);

/* Read them again: 0, or -EIO where they are others. */
int references_end(const struct references *references, struct window *window);

/*
 * Whoever takes references to pagemaps and puts them is counted as long as it may hold some, so
 * that no run takes them for its own. Returns: what tells whether others came since.
 */
u64 pagemap_takers_enter(void);
void pagemap_takers_leave(void);

/**
 * struct pagemap_references - of the dev_pagemaps of a range, and of its pages
 * @held:	each that is met, and its references before the windows; NULL: none is looked at
 * @nr:		how many
 * @next:	where the one that is met next is thought to be
 * @entered:	what tells whether other takers came since
 * @pages:	the pages' own are looked at, too: where an op fills an array
 * @frames:	sum of hashes of the pages that are there, a compound one's parts being one
 * @counts:	and of the references to each
 * @seq:	of the range's notifier
 */
struct pagemap_references {
	struct pagemap_held {
		struct dev_pagemap *pagemap; /* it may be gone: see @pfn */
		unsigned long pfn; /* its first */
		u64 refs;
	} *held;
	unsigned int nr;
	unsigned int next;
	u64 entered;
	bool pages;
	u64 frames;
	u64 counts;
	unsigned long seq;
};

/*
 * @entered by the caller before, who leaves after the end. 0, -ENOMEM, or what the walk answers.
 * To be ended after 0. Sleeps.
 */
int pagemap_references_begin(struct pagemap_references *references, const struct window *window,
			     u64 entered);

/*
 * What is lost is -EIO; where own code lost it, or it is of a pagemap of the module's own, it is
 * put back, so that nobody waits for it for ever. Of pages nothing is put back. 0 as well where
 * another taker was under way meanwhile, whose references none can tell from these, and of
 * pages where others have come.
 */
int pagemap_references_end(struct pagemap_references *references, struct window *window);

#endif
