// SPDX-License-Identifier: GPL-2.0-only
// Got and put for every entry.
// Files: mm/hmm.c
// After: lookup
// Makes: hmm_meet_pgmap*3 put_dev_pagemap*1

// Entries of device memory are marked up to 6.16.
@marked@
expression E;
@@
 pte_devmap(E)

@depends on marked@
@@
 struct hmm_vma_walk {
 	...
 };
+
+static inline int hmm_meet_pgmap(struct hmm_vma_walk *hmm_vma_walk, unsigned long pfn)
+{
+	struct dev_pagemap *pgmap = get_dev_pagemap(pfn, NULL);
+
+	if (unlikely(!pgmap))
+		return -EAGAIN;
+	put_dev_pagemap(pgmap);
+	return 0;
+}

@depends on !marked@
@@
 struct hmm_vma_walk {
 	...
 };
+
+static inline int hmm_meet_pgmap(struct hmm_vma_walk *hmm_vma_walk, unsigned long pfn)
+{
+	struct dev_pagemap *pgmap = get_dev_pagemap(pfn);
+
+	if (unlikely(!pgmap))
+		return -EAGAIN;
+	put_dev_pagemap(pgmap);
+	return 0;
+}
