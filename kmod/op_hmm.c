// SPDX-License-Identifier: GPL-2.0-only
/* The kernel's own hmm_range_fault(). */
#include <linux/kconfig.h>

#include "op.h"

#if IS_ENABLED(CONFIG_HMM_MIRROR)
DEFINE_WINDOW(window_hmm, hmm_range_fault(&window->range))
#define HMM_LACKS NULL
#else
DEFINE_WINDOW(window_hmm, -EOPNOTSUPP)
#define HMM_LACKS "needs a kernel with CONFIG_HMM_MIRROR"
#endif

const struct op op_hmm = {
	OP(HMM),
	.lacks = HMM_LACKS,
	.windows = { window_hmm },
};
