/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the replica treats the dev_pagemap of an entry. The policy is a constant
 * wherever these are inlined, so each leaves its own case alone.
 */
#ifndef PTWALK_POLICY_H
#define PTWALK_POLICY_H

#include <linux/memremap.h>

#include "compat/compat.h"
#include "uapi/ptwalk.h"

/* Meet a zone-device entry. -EAGAIN where its dev_pagemap is on its way out. */
static __always_inline int policy_meet(struct dev_pagemap **held, unsigned long pfn,
				       const unsigned int policy)
{
	struct dev_pagemap *pgmap;

	switch (policy) {
	case PTWALK_POLICY_RANGE:
	case PTWALK_POLICY_BATCH:
		*held = compat_get_dev_pagemap(pfn, *held);
		return likely(*held) ? 0 : -EAGAIN;
	case PTWALK_POLICY_ENTRY:
		pgmap = compat_get_dev_pagemap(pfn, NULL);
		if (unlikely(!pgmap))
			return -EAGAIN;
		put_dev_pagemap(pgmap);
		return 0;
	default:
		return 0;
	}
}

static __always_inline void policy_put(struct dev_pagemap **held)
{
	if (*held) {
		put_dev_pagemap(*held);
		*held = NULL;
	}
}

/* One PMD or PUD callback is done with its entries. */
static __always_inline void policy_end_batch(struct dev_pagemap **held, const unsigned int policy)
{
	if (policy == PTWALK_POLICY_BATCH)
		policy_put(held);
}

/* The call is over, well or not. */
static __always_inline void policy_end_call(struct dev_pagemap **held, const unsigned int policy)
{
	if (policy == PTWALK_POLICY_RANGE || policy == PTWALK_POLICY_BATCH)
		policy_put(held);
}

#endif
