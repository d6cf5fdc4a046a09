/* SPDX-License-Identifier: GPL-2.0-only */
/* How fast the stamp's clock runs, in kHz; 0: nothing says. */
#ifndef PTWALK_CLOCK_H
#define PTWALK_CLOCK_H

#include <linux/types.h>

/* As the kernel has it. */
u64 clock_khz(void);

/* As the CPU says. */
u64 clock_cpu_khz(void);

/* As the hypervisor says. */
u64 clock_hypervisor_khz(void);

#endif
