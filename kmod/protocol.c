// SPDX-License-Identifier: GPL-2.0-only
#include "protocol.h"
#include "result.h"

static int protocol_snapshot(struct window *window)
{
#if IS_ENABLED(CONFIG_HMM_MIRROR)
	return hmm_range_fault(&window->range);
#else
	return -EOPNOTSUPP;
#endif
}

int protocol_check(struct window *window)
{
	int ret;

	if (!mmap_read_trylock(window->mm))
		return -EBUSY;
	ret = window->range.default_flags ? result_check_present(window, protocol_snapshot) : 0;
	mmap_read_unlock(window->mm);
	return ret;
}
