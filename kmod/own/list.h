/* SPDX-License-Identifier: GPL-2.0-only */
/* Own code of the kernel that this is built for: X(identifier, name). Without its sources, none. */
#define OWN_hmm(X)
#define OWN_gup(X)
#define OWN_pagewalk(X)
