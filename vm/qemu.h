/* SPDX-License-Identifier: GPL-2.0-only */
/* QEMU: where it is, what it can do, and its command line. */
#ifndef PTWALK_VM_QEMU_H
#define PTWALK_VM_QEMU_H

#include "base/err.h"
#include "base/str.h"
#include "vm/layout.h"
#include "vm/vm.h"

/* The descriptor of a QEMU whose CPUs are bound that its monitor is on. */
#define QEMU_MONITOR_FD 3

struct vm_pins;

/* What one machine says differently from another. */
struct qemu_machine {
	const char *const *args;  /* QEMU's; NULL-terminated */
	const char *const *words; /* the guest kernel's; NULL-terminated */
	/*
	 * What CPUs and memory are bound to: QEMU starts with its CPUs stopped, and
	 * they run once each is bound. NULL: nothing is.
	 */
	const struct vm_pins *pins;
	const char *note;	    /* for binding.txt in the run's folder; NULL: none */
	unsigned int early_seconds; /* without a byte, until the program runs; 0: as later */
	const char *early_hint;	    /* what one that is silent then means */
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
 * Returns: 0; -E2BIG where the kernel's words are more than it takes; -EFBIG where
 * a CPU that is the host's has to address what only a model can.
 */
int qemu_command(const struct qemu_machine *, const struct vm_config *config,
		 const struct vm_layout *, const char *qemu, const char *image, struct strv *argv,
		 struct err *err);

/* @argv as a line for a shell, newline included. Owned by the caller. */
char *qemu_command_line(const struct strv *argv);

/* One boot under QEMU, whatever the machine: start, watch, judge, clean up. */

#define BOOT_DEFAULT_LIMIT  600 /* seconds, whole run */
#define BOOT_DEFAULT_SILENT 120 /* seconds without a byte */

/* As struct machine's run(). */
int boot_run(const struct qemu_machine *, const struct vm_config *, const struct vm_events *,
	     void *arg, struct vm_result *, struct err *err);

#endif
