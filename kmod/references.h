/* SPDX-License-Identifier: GPL-2.0-only */
/* Are the reference counts of a range's pages back where they were? */
#ifndef PTWALK_REFERENCES_H
#define PTWALK_REFERENCES_H

#include "compat/symbols.h"
#include "window.h"

#define REFERENCES_NEEDS COMPAT_NEEDS(lru_add_drain_all)

/**
 * struct references - the counts before the windows
 * @known:	they were read
 * @sum:	of references and pins, weighted by the page's place
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

#endif
