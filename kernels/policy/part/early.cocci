// SPDX-License-Identifier: GPL-2.0-only
// Of a PTE: where v5.3 had it, once it is known that nothing has to be faulted in, and
// before it is asked what page that is (vm_normal_page(); v5.3: pte_special()).
// Files: mm/hmm.c
// Makes: hmm_meet_pgmap*4

// Entries of device memory are marked up to 6.16.
@marked@
expression E;
@@
 pte_devmap(E)

@depends on marked@
expression V, A;
statement S;
@@
 static int hmm_vma_handle_pte(...)
 {
 ...
+	if (pte_devmap(pte) && hmm_meet_pgmap(hmm_vma_walk, pte_pfn(pte))) {
+		pte_unmap(ptep);
+		return -EAGAIN;
+	}
 if (!vm_normal_page(V, A, pte) && ...) S
 ...
 }

@depends on !marked@
expression V, A;
statement S;
@@
 static int hmm_vma_handle_pte(...)
 {
 ...
+	if (vma_is_dax(walk->vma) && hmm_meet_pgmap(hmm_vma_walk, pte_pfn(pte))) {
+		pte_unmap(ptep);
+		return -EAGAIN;
+	}
 if (!vm_normal_page(V, A, pte) && ...) S
 ...
 }
