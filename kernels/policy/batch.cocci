// SPDX-License-Identifier: GPL-2.0-only
// Cache the dev_pagemap within one PMD or PUD callback, put it at its end: as v5.3 did.
// Files: mm/hmm.c
// After: range
// Makes: hmm_put_pgmap*6

@@
@@
 static int hmm_vma_handle_pmd(...)
 {
 ...
 for (...; addr < end; ...) { ... }
+	hmm_put_pgmap(hmm_vma_walk);
 return 0;
 }

@@
expression E;
@@
 static int hmm_vma_walk_pmd(...)
 {
 <...
+	hmm_put_pgmap(hmm_vma_walk);
 pte_unmap(E);
 ...>
 }

@@
@@
 static int hmm_vma_walk_pud(...)
 {
 <...
 for (i = 0; i < npages; ...) { ... }
+	hmm_put_pgmap(hmm_vma_walk);
 ...>
 }
