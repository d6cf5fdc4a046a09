/* SPDX-License-Identifier: GPL-2.0-only */
/* QEMU: where it is, what it can do, and its command line. */
#ifndef PTWALK_VM_QEMU_H
#define PTWALK_VM_QEMU_H

#include "base/err.h"
#include "base/str.h"
#include "vm/layout.h"
#include "vm/vm.h"

/* What one machine says differently from another. Both NULL-terminated. */
struct qemu_machine {
	const char *const *args;  /* QEMU's */
	const char *const *words; /* the guest kernel's */
};

/* QEMU's path, owned by the caller, or NULL with the reason in @err. */
char *qemu_find(const struct vm_config *, struct err *err);

/* 0, -ENOENT (no QEMU), or -EOPNOTSUPP (older than what ptwalk needs). */
int qemu_check(const struct vm_config *, struct err *err);

/**
 * qemu_command - the whole command line, argv[0] included
 * @image:	the initramfs
 * @argv:	(out) appended
 *
 * The channel is on stdout, the console in @config->folder/console.log. Paths
 * with a comma are escaped for QEMU.
 *
 * Returns: 0, or -E2BIG where the kernel's words are more than it takes.
 */
int qemu_command(const struct qemu_machine *, const struct vm_config *config,
		 const struct vm_layout *, const char *qemu, const char *image, struct strv *argv,
		 struct err *err);

/* @argv as a line for a shell, newline included. Owned by the caller. */
char *qemu_command_line(const struct strv *argv);

#endif
