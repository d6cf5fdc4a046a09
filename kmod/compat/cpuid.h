/* SPDX-License-Identifier: GPL-2.0-only */
/* cpuid() and cpuid_eax(), wherever the kernel keeps them. */
#ifndef PTWALK_COMPAT_CPUID_H
#define PTWALK_COMPAT_CPUID_H

#include "version.h"

#if COMPAT_HAS_CPUID_API
#include <asm/cpuid/api.h>
#else
#include <asm/processor.h>
#endif

#endif
