/* SPDX-License-Identifier: GPL-2.0-only */
/* The machines, in the order they are listed. */
#ifndef PTWALK_VM_LIST_H
#define PTWALK_VM_LIST_H

#include "vm/vm.h"

#define MACHINES(X) X(exact) X(tcg) X(kvm) X(native)

#define X(name) extern const struct machine machine_##name;
MACHINES(X)
#undef X

#endif
