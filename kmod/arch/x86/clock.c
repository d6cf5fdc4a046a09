// SPDX-License-Identifier: GPL-2.0-only
#include <linux/math64.h>
#include <asm/cpufeature.h>
#include <asm/tsc.h>

#include "clock.h"
#include "compat/cpuid.h"

#define TSC_LEAF	0x15
#define TSC_HYPERVISOR	0x40000000
#define TSC_TIMING	0x40000010

u64 clock_khz(void)
{
	return tsc_khz;
}

/* The crystal's frequency times a ratio. */
u64 clock_cpu_khz(void)
{
	u32 denominator, numerator, crystal_hz, unused;

	if (cpuid_eax(0) < TSC_LEAF)
		return 0;
	cpuid(TSC_LEAF, &denominator, &numerator, &crystal_hz, &unused);
	if (!denominator || !numerator || !crystal_hz)
		return 0;
	return div_u64(div_u64((u64)crystal_hz * numerator, denominator), 1000);
}

/* The leaf that VMware began, and that KVM's guests may be given. */
u64 clock_hypervisor_khz(void)
{
	u32 largest;

	if (!boot_cpu_has(X86_FEATURE_HYPERVISOR))
		return 0;
	largest = cpuid_eax(TSC_HYPERVISOR);
	/* One that has no such leaves answers with anything. */
	if (largest < TSC_TIMING || largest > TSC_HYPERVISOR + 0xffff)
		return 0;
	return cpuid_eax(TSC_TIMING);
}
