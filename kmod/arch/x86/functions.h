/* SPDX-License-Identifier: GPL-2.0-only */
/* Of compat/symbols.h: what x86 has beside the rest. */
#ifndef PTWALK_ARCH_SYMBOLS_H
#define PTWALK_ARCH_SYMBOLS_H

#define ARCH_FUNCTIONS(X)								\
	X(arch_irq_stat_cpu, arch_irq_stat_cpu, u64, (unsigned int cpu))

#endif
