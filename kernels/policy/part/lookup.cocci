// SPDX-License-Identifier: GPL-2.0-only
// Meet every zone-device entry with hmm_meet_pgmap(), which a policy defines.
// Files: mm/hmm.c
// Not with: get_dev_pagemap
// Makes: hmm_meet_pgmap*3

@@
@@
 static int hmm_vma_handle_pmd(...)
 {
 ...
 for (...; addr < end; ...)
+{
+	if (pmd_devmap(pmd) && hmm_meet_pgmap(hmm_vma_walk, pfn))
+		return -EAGAIN;
 	hmm_pfns[i] = pfn | cpu_flags;
+}
 ...
 }

@@
expression vma, addr;
statement S;
@@
 static int hmm_vma_handle_pte(...)
 {
 ...
+	if (pte_devmap(pte) && hmm_meet_pgmap(hmm_vma_walk, pte_pfn(pte))) {
+		pte_unmap(ptep);
+		return -EAGAIN;
+	}
 if (!vm_normal_page(vma, addr, pte) && ...) S
 ...
 }

@@
@@
 static int hmm_vma_walk_pud(...)
 {
 <...
 for (i = 0; i < npages; ...)
+{
+	if (hmm_meet_pgmap(hmm_vma_walk, pfn)) {
+		spin_unlock(ptl);
+		return -EAGAIN;
+	}
 	hmm_pfns[i] = pfn | cpu_flags;
+}
 ...>
 }

// A dev_pagemap on its way out: the caller begins again, as after a collision.
@@
@@
 int hmm_range_fault(struct hmm_range *range)
 {
 ...
-	return ret;
+	return ret == -EAGAIN ? -EBUSY : ret;
 }
