// SPDX-License-Identifier: GPL-2.0-only
// Cache one dev_pagemap reference over the whole call, put it at its end.
// Files: mm/hmm.c
// After: part/range part/early
