/* SPDX-License-Identifier: GPL-2.0-only */
/* Private hugetlb pages of the workload's granule, reserved for as long as they are laid out. */
#ifndef PTWALK_WORKLOADS_HUGETLB_H
#define PTWALK_WORKLOADS_HUGETLB_H

#include "workloads/workload.h"

extern const char *const hugetlb_needs[];

int hugetlb_supported(const struct workload *, const struct workload_site *, uint64_t size,
		      struct err *err);
int hugetlb_lay_out(const struct workload_site *, struct layout *, struct err *err);

#endif
