/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The guest's end of the channel, and how its machine is switched off: static, for its init.
 *
 * int arch_channel_open(void): 0, or a negative errno where the kernel lets no program write to
 * it or there is no device. Before anything is mounted.
 * void arch_channel_write(const void *data, size_t len): whole, and gone when it returns.
 * void arch_power_off(void): at once, if it returns not at all; only with the channel open.
 */
#ifndef PTWALK_ARCH_GUEST_H
#define PTWALK_ARCH_GUEST_H

#if defined(__x86_64__)
#include "arch/x86/guest.h"
#elif defined(__aarch64__)
#include "arch/arm64/guest.h"
#else
#error "there is no folder of arch/ for this architecture"
#endif

#endif
