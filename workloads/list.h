/* SPDX-License-Identifier: GPL-2.0-only */
/* Every workload, in the order they are shown and run. One line here, one file, one in CMake. */
#ifndef PTWALK_WORKLOADS_LIST_H
#define PTWALK_WORKLOADS_LIST_H

#define WORKLOAD_LIST(X) \
	X(devdax_pte)    \
	X(devdax_pmd)    \
	X(devdax_pud)    \
	X(anon_pte)      \
	X(anon_thp)

#endif
