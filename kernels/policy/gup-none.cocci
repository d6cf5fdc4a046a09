// SPDX-License-Identifier: GPL-2.0-only
// GUP without its lookups of the dev_pagemap: the question of 2021, answered by v6.18.
// Files: mm/gup.c
//
// What mm/huge_memory.c does for get_user_pages() up to 6.9 (follow_devmap_pmd()) stays.

@@
expression P, A;
statement S;
@@
-P = get_dev_pagemap(A, P);
-if (unlikely(!P)) S

@@
expression P, A;
statement S;
@@
-P = get_dev_pagemap(A, P);
-if (!P) S

@@
expression P, A;
statement S, T;
@@
-P = get_dev_pagemap(A, P);
-if (P)
 S
-else T
