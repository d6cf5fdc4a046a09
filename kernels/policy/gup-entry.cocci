// SPDX-License-Identifier: GPL-2.0-only
// GUP with a dev_pagemap got and put for every entry of device memory, where it has none.
// Files: mm/gup.c
// Not with: get_dev_pagemap
// Makes: gup_meets_pgmap*5

@@
@@
+static inline int gup_meets_pgmap(struct page *page)
+{
+	struct dev_pagemap *pgmap;
+
+	if (!is_zone_device_page(page))
+		return 1;
+	pgmap = get_dev_pagemap(page_to_pfn(page));
+	if (unlikely(!pgmap))
+		return 0;
+	put_dev_pagemap(pgmap);
+	return 1;
+}
+
 static void gup_put_folio(...)
 {
 ...
 }

// Before a reference is taken to the page, as up to 6.17.
@@
expression F;
@@
 static int gup_fast_pte_range(...)
 {
 <...
+	if (!gup_meets_pgmap(page))
+		goto pte_unmap;
 folio = try_grab_folio_fast(page, 1, F);
 ...>
 }

@@
expression R, F;
@@
 static int gup_fast_pmd_leaf(...)
 {
 <...
+	if (!gup_meets_pgmap(page))
+		return 0;
 folio = try_grab_folio_fast(page, R, F);
 ...>
 }

@@
expression R, F;
@@
 static int gup_fast_pud_leaf(...)
 {
 <...
+	if (!gup_meets_pgmap(page))
+		return 0;
 folio = try_grab_folio_fast(page, R, F);
 ...>
 }

@@
@@
 static struct page *follow_page_pte(...)
 {
 <...
+	if (!gup_meets_pgmap(page)) {
+		page = NULL;
+		goto out;
+	}
 folio = page_folio(page);
 ...>
 }
