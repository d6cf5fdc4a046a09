// SPDX-License-Identifier: GPL-2.0-only
// The same, put at the end of each PMD or PUD callback.
// Files: mm/hmm.c
// After: range
// Makes: hmm_put_pgmap*7

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
