/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The clock that windows are stamped with, as user space reads it: arch_ticks(), in order with
 * what stands before and after it as far as the architecture's own header says.
 */
#ifndef PTWALK_ARCH_TICKS_H
#define PTWALK_ARCH_TICKS_H

#if defined(__x86_64__)
#include "arch/x86/ticks.h"
#elif defined(__aarch64__)
#include "arch/arm64/ticks.h"
#else
#error "there is no folder of arch/ for this architecture"
#endif

#endif
