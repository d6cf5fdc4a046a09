/* SPDX-License-Identifier: GPL-2.0-only */
/* One boot under QEMU, whatever the machine: start, watch, judge, clean up. */
#ifndef PTWALK_VM_BOOT_H
#define PTWALK_VM_BOOT_H

#include "vm/qemu.h"
#include "vm/vm.h"

#define BOOT_DEFAULT_LIMIT  600 /* seconds, whole run */
#define BOOT_DEFAULT_SILENT 120 /* seconds without a byte */

/* As struct machine's run(). */
int boot_run(const struct qemu_machine *, const struct vm_config *, const struct vm_events *,
	     void *arg, struct vm_result *, struct err *err);

#endif
