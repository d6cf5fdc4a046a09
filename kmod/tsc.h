/* SPDX-License-Identifier: GPL-2.0-only */
/* What the CPU and the hypervisor say of the TSC's frequency, in kHz; 0: nothing. */
#ifndef PTWALK_TSC_H
#define PTWALK_TSC_H

#include <linux/types.h>

/* CPUID leaf 0x15: the crystal's frequency times a ratio. */
u64 tsc_cpuid_khz(void);

/* The leaf that VMware began, 0x40000010, and that KVM's guests may be given. */
u64 tsc_hypervisor_khz(void);

#endif
