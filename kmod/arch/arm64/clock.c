// SPDX-License-Identifier: GPL-2.0-only
#include <linux/math64.h>
#include <asm/sysreg.h>

#include "clock.h"

u64 clock_khz(void)
{
	return div_u64(read_sysreg(cntfrq_el0), 1000);
}

/* What the kernel has is the CPU's word. */
u64 clock_cpu_khz(void)
{
	return 0;
}

u64 clock_hypervisor_khz(void)
{
	return 0;
}
