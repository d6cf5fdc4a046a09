/* SPDX-License-Identifier: GPL-2.0-only */
/* Files that are both looked at and set. */
#ifndef PTWALK_NOISE_PATHS_H
#define PTWALK_NOISE_PATHS_H

#define NOISE_GOVERNOR	   "/sys/devices/system/cpu/cpu%u/cpufreq/scaling_governor"
#define NOISE_NO_TURBO	   "/sys/devices/system/cpu/intel_pstate/no_turbo"
#define NOISE_BOOST	   "/sys/devices/system/cpu/cpufreq/boost"
#define NOISE_NMI_WATCHDOG "/proc/sys/kernel/nmi_watchdog"
#define NOISE_WATCHDOG	   "/proc/sys/kernel/watchdog"
#define NOISE_IRQS	   "/proc/irq"
#define NOISE_IRQ	   "/proc/irq/%u/smp_affinity_list"

#endif
