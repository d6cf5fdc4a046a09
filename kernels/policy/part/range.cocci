// SPDX-License-Identifier: GPL-2.0-only
// One reference cached over the whole call, put at its end.
// Files: mm/hmm.c
// After: lookup
// Makes: hmm_meet_pgmap*3 hmm_put_pgmap*4

// Entries of device memory are marked up to 6.16.
@marked@
expression E;
@@
 pte_devmap(E)

@depends on marked@
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

// Who asks keeps what get_dev_pagemap() does no more: it looks at the one that it holds.
@depends on !marked@
@@
 struct hmm_vma_walk {
 	...
+	struct dev_pagemap *pgmap;
 };
+
+static inline void hmm_put_pgmap(struct hmm_vma_walk *hmm_vma_walk)
+{
+	if (hmm_vma_walk->pgmap) {
+		put_dev_pagemap(hmm_vma_walk->pgmap);
+		hmm_vma_walk->pgmap = NULL;
+	}
+}
+
+static inline int hmm_meet_pgmap(struct hmm_vma_walk *hmm_vma_walk, unsigned long pfn)
+{
+	struct dev_pagemap *pgmap = hmm_vma_walk->pgmap;
+
+	if (pgmap) {
+		if (pfn >= PHYS_PFN(pgmap->range.start) && pfn <= PHYS_PFN(pgmap->range.end))
+			return 0;
+		put_dev_pagemap(pgmap);
+	}
+	hmm_vma_walk->pgmap = get_dev_pagemap(pfn);
+	return likely(hmm_vma_walk->pgmap) ? 0 : -EAGAIN;
+}

// Not kept while a fault waits, as v5.3: who tears the pagemap down may be what it waits for.
@@
@@
 static int hmm_vma_fault(...)
 {
 ...
+	hmm_put_pgmap(hmm_vma_walk);
 hmm_vma_walk->last = addr;
 ...
 }

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
