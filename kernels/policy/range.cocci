// SPDX-License-Identifier: GPL-2.0-only
// Cache one dev_pagemap reference over the whole call, put it at its end.
// Files: mm/hmm.c
// After: part/lookup
// Makes: hmm_meet_pgmap*4 hmm_put_pgmap*3

@@
@@
 struct hmm_vma_walk {
 	...
+	struct dev_pagemap *pgmap;
 };
+
+static inline int hmm_meet_pgmap(struct hmm_vma_walk *hmm_vma_walk, unsigned long pfn)
+{
+	hmm_vma_walk->pgmap = get_dev_pagemap(pfn, hmm_vma_walk->pgmap);
+	return likely(hmm_vma_walk->pgmap) ? 0 : -EAGAIN;
+}
+
+static inline void hmm_put_pgmap(struct hmm_vma_walk *hmm_vma_walk)
+{
+	if (hmm_vma_walk->pgmap) {
+		put_dev_pagemap(hmm_vma_walk->pgmap);
+		hmm_vma_walk->pgmap = NULL;
+	}
+}

@@
@@
 int hmm_range_fault(struct hmm_range *range)
 {
 <...
(
+	hmm_put_pgmap(&hmm_vma_walk);
 return -EBUSY;
|
+	hmm_put_pgmap(&hmm_vma_walk);
 return ret == -EAGAIN ? -EBUSY : ret;
)
 ...>
 }
