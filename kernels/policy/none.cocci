// SPDX-License-Identifier: GPL-2.0-only
// No lookup of the dev_pagemap: kernels since v5.8 as they are.
// Files: mm/hmm.c
// Not with: get_dev_pagemap
