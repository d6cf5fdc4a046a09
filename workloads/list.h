/* SPDX-License-Identifier: GPL-2.0-only */
/* Every workload, in the order they are shown and run. A struct in its family's file, and a line here. */
#ifndef PTWALK_WORKLOADS_LIST_H
#define PTWALK_WORKLOADS_LIST_H

#define WORKLOAD_LIST(X)          \
	X(devdax_pte)             \
	X(devdax_pmd)             \
	X(devdax_pud)             \
	X(anon_pte)               \
	X(anon_thp)               \
	X(anon_mthp_16k)          \
	X(anon_mthp_32k)          \
	X(anon_mthp_64k)          \
	X(anon_mthp_128k)         \
	X(anon_mthp_1m)           \
	X(anon_mthp_2m)           \
	X(anon_mthp_64k_broken)   \
	X(anon_mthp_2m_broken)    \
	X(shmem_mthp_64k)         \
	X(shmem_mthp_2m)          \
	X(file_mthp_64k)          \
	X(file_mthp_2m)           \
	X(hugetlb_64k)            \
	X(hugetlb_2m)             \
	X(hugetlb_32m)            \
	X(hugetlb_1g)             \
	X(shmem_pte)              \
	X(shmem_thp)              \
	X(file_pte)               \
	X(file_private_ro)        \
	X(file_private_rw)        \
	X(file_private_cow)       \
	X(fsdax_pte)              \
	X(fsdax_pmd)              \
	X(holes_50)               \
	X(holes_99)               \
	X(vmas_64k)               \
	X(vmas_1m)                \
	X(vmas_gaps)              \
	X(pfnmap)                 \
	X(mixedmap)               \
	X(readonly)               \
	X(readonly_pmd)           \
	X(readonly_pud)           \
	X(uffd_wp)                \
	X(uffd_wp_thp)            \
	X(zero_page)              \
	X(mixed)                  \
	X(swapped)                \
	X(devdax_multi_2_pmd)     \
	X(devdax_multi_16_pmd)    \
	X(devdax_multi_256_pmd)   \
	X(devdax_multi_2_pte)     \
	X(devdax_multi_16_pte)    \
	X(devdax_multi_256_pte)   \
	X(devdax_multi_2_page)    \
	X(devdax_multi_16_page)   \
	X(devdax_multi_256_page)  \
	X(pgmaps_1_low)           \
	X(pgmaps_16_low)          \
	X(pgmaps_256_low)         \
	X(pgmaps_1_high)          \
	X(pgmaps_16_high)         \
	X(pgmaps_256_high)        \
	X(devdax_huge)            \
	X(device_private_own)     \
	X(device_private_foreign) \
	X(device_coherent)        \
	X(p2pdma)

#endif
