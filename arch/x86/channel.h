/* SPDX-License-Identifier: GPL-2.0-only */
/* The channel's ports, which QEMU's devices and the guest's init agree on. */
#ifndef PTWALK_ARCH_X86_CHANNEL_H
#define PTWALK_ARCH_X86_CHANNEL_H

#define CHANNEL_PORT	     0xe9 /* isa-debugcon: reads as itself where the device is there */
#define CHANNEL_POWER_PORT   0xf4 /* isa-debug-exit: QEMU ends at once */
#define CHANNEL_POWER_STATUS 0x21 /* what QEMU then exits with */

#endif
