/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PTWALK_ARCH_X86_GUEST_H
#define PTWALK_ARCH_X86_GUEST_H

#include <errno.h>
#include <stddef.h>
#include <sys/io.h>

#include "arch/x86/channel.h"

static inline int arch_channel_open(void)
{
	if (ioperm(CHANNEL_PORT, 1, 1) || ioperm(CHANNEL_POWER_PORT, 4, 1))
		return -errno;
	return inb(CHANNEL_PORT) == CHANNEL_PORT ? 0 : -ENODEV;
}

static inline void arch_channel_write(const void *data, size_t len)
{
	/* outsb() does not tell the compiler that it reads memory. */
	__asm__ volatile("" : : "r"(data) : "memory");
	outsb(CHANNEL_PORT, data, len);
}

static inline void arch_power_off(void)
{
	outl(CHANNEL_POWER_STATUS >> 1, CHANNEL_POWER_PORT);
}

#endif
