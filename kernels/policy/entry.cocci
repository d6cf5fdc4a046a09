// SPDX-License-Identifier: GPL-2.0-only
// Get and put the dev_pagemap for every entry.
// Files: mm/hmm.c
// After: part/entry part/early
