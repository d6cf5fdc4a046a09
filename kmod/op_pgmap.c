// SPDX-License-Identifier: GPL-2.0-only
/*
 * get_dev_pagemap() and put_dev_pagemap() alone, once for every page of the
 * range: found anew each time, found in the reference that is held, not found.
 */
#include <linux/kconfig.h>

#include "compat/compat.h"
#include "op.h"
#include "pages.h"

#if IS_ENABLED(CONFIG_ZONE_DEVICE)
#define PGMAP_LACKS PAGES_LACKS
#define PGMAP_CACHED_LACKS (PAGES_LACKS ?: COMPAT_PGMAP_CACHED_LACKS)
#else
#define PGMAP_LACKS "needs a kernel with CONFIG_ZONE_DEVICE"
#define PGMAP_CACHED_LACKS PGMAP_LACKS
#endif

static noinline int hit_all(struct window *window)
{
	struct dev_pagemap *pgmap;
	unsigned long i;

	for (i = 0; i < window->nr_pages; i++) {
		pgmap = compat_get_dev_pagemap(window->range.hmm_pfns[i] & ~HMM_PFN_FLAGS, NULL);
		if (unlikely(!pgmap))
			return -ENXIO;
		put_dev_pagemap(pgmap);
	}
	return 0;
}

static noinline int cached_all(struct window *window)
{
	struct dev_pagemap *pgmap = NULL;
	unsigned long i;

	for (i = 0; i < window->nr_pages; i++) {
		pgmap = compat_get_dev_pagemap(window->range.hmm_pfns[i] & ~HMM_PFN_FLAGS, pgmap);
		if (unlikely(!pgmap))
			return -ENXIO;
	}
	put_dev_pagemap(pgmap);
	return 0;
}

/* Of a page of the kernel's own, which lies below all device memory. */
static noinline int miss_all(struct window *window)
{
	unsigned long i, pfn = page_to_pfn(ZERO_PAGE(0));
	struct dev_pagemap *pgmap;

	for (i = 0; i < window->nr_pages; i++) {
		pgmap = compat_get_dev_pagemap(pfn, NULL);
		if (unlikely(pgmap)) {
			put_dev_pagemap(pgmap);
			return -ENXIO;
		}
	}
	return 0;
}

DEFINE_WINDOW(window_hit, hit_all(window))
DEFINE_WINDOW(window_cached, cached_all(window))
DEFINE_WINDOW(window_miss, miss_all(window))

const struct op op_pgmap_hit = {
	OP(PGMAP_HIT),
	.lacks = PGMAP_LACKS,
	.unlocked = true,
	.prepare = pages_find,
	.windows = { window_hit },
};

const struct op op_pgmap_cached = {
	OP(PGMAP_CACHED),
	.lacks = PGMAP_CACHED_LACKS,
	.unlocked = true,
	.prepare = pages_find,
	.windows = { window_cached },
};

const struct op op_pgmap_miss = {
	OP(PGMAP_MISS),
	.lacks = PGMAP_LACKS,
	.unlocked = true,
	.windows = { window_miss },
};
