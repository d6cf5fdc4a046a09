/* SPDX-License-Identifier: GPL-2.0-only */
/* Every workload, in the order they are shown and run. One line here, one file, one in CMake. */
#ifndef PTWALK_WORKLOADS_LIST_H
#define PTWALK_WORKLOADS_LIST_H

#define WORKLOAD_LIST(X)          \
	X(devdax_pte)             \
	X(devdax_pmd)             \
	X(devdax_pud)             \
	X(anon_pte)               \
	X(anon_thp)               \
	X(anon_mthp_64k)          \
	X(hugetlb_2m)             \
	X(hugetlb_1g)             \
	X(shmem_pte)              \
	X(shmem_thp)              \
	X(file_pte)               \
	X(fsdax_pte)              \
	X(fsdax_pmd)              \
	X(holes_50)               \
	X(holes_99)               \
	X(readonly)               \
	X(zero_page)              \
	X(mixed)                  \
	X(swapped)                \
	X(device_private_own)     \
	X(device_private_foreign) \
	X(device_coherent)

#endif
