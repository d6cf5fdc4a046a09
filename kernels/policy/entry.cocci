// SPDX-License-Identifier: GPL-2.0-only
// Get and put the dev_pagemap for every entry.
// Files: mm/hmm.c
// After: part/lookup
// Makes: hmm_meet_pgmap*4 put_dev_pagemap*1

@@
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
