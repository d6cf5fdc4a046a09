// SPDX-License-Identifier: GPL-2.0-only
// Of a PTE: once it is known what page that is, right before the entry is written.
// Files: mm/hmm.c
// Makes: hmm_meet_pgmap*4

// Entries of device memory are marked up to 6.16.
@marked@
expression E;
@@
 pte_devmap(E)

@depends on marked@
@@
 static int hmm_vma_handle_pte(...)
 {
 ...
+	if (pte_devmap(pte) && hmm_meet_pgmap(hmm_vma_walk, pte_pfn(pte))) {
+		pte_unmap(ptep);
+		return -EAGAIN;
+	}
 *hmm_pfn = pte_pfn(pte) | cpu_flags;
 return 0;
 ...
 }

@depends on !marked@
@@
 static int hmm_vma_handle_pte(...)
 {
 ...
+	if (vma_is_dax(walk->vma) && hmm_meet_pgmap(hmm_vma_walk, pte_pfn(pte))) {
+		pte_unmap(ptep);
+		return -EAGAIN;
+	}
 new_pfn_flags = pte_pfn(pte) | cpu_flags;
 ...
 }
