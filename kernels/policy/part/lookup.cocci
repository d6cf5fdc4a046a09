// SPDX-License-Identifier: GPL-2.0-only
// Meet each zone-device entry of a PMD or PUD with hmm_meet_pgmap(), which a policy defines;
// where v5.3 did: right before the entry is written.
// Files: mm/hmm.c
// Not with: get_dev_pagemap
// Makes: hmm_meet_pgmap*2

// Entries of device memory are marked up to 6.16.
@marked@
expression E;
@@
 pte_devmap(E)

@depends on marked@
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

// Since then their VMA tells; and flags of the array are kept.
@depends on !marked@
@@
 static int hmm_vma_handle_pmd(...)
 {
 <...
+	if (vma_is_dax(walk->vma) && hmm_meet_pgmap(hmm_vma_walk, pfn))
+		return -EAGAIN;
 	hmm_pfns[i] &= HMM_PFN_INOUT_FLAGS;
 ...>
 }

@depends on marked@
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

@depends on !marked@
@@
 static int hmm_vma_walk_pud(...)
 {
 <...
+	if (vma_is_dax(walk->vma) && hmm_meet_pgmap(hmm_vma_walk, pfn)) {
+		spin_unlock(ptl);
+		return -EAGAIN;
+	}
 	hmm_pfns[i] &= HMM_PFN_INOUT_FLAGS;
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
