// SPDX-License-Identifier: GPL-2.0-only
// Cache the dev_pagemap within one PMD or PUD callback, put it at its end, as v5.3 did; looked up late at a PTE.
// Files: mm/hmm.c
// After: part/batch part/late
