/* SPDX-License-Identifier: GPL-2.0-only */
/* QEMU: where it is, what it can do, and its command line. */
#ifndef PTWALK_VM_QEMU_H
#define PTWALK_VM_QEMU_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"
#include "vm/layout.h"
#include "vm/vm.h"

/* The descriptor of a QEMU whose CPUs are bound that its monitor is on. */
#define QEMU_MONITOR_FD 3

struct vm_pins;

/* What one machine says differently from another. */
struct qemu_machine {
	const char *const *args;  /* QEMU's, but for the CPU; NULL-terminated */
	const char *cpu;	  /* NULL: the config's, or its arch's */
	const char *const *words; /* the guest kernel's; NULL-terminated */
	/*
	 * What CPUs and memory are bound to: QEMU starts with its CPUs stopped, and
	 * they run once each is bound. NULL: nothing is.
	 */
	const struct vm_pins *pins;
	const char *note;	    /* for binding.txt in the run's folder; NULL: none */
	unsigned int early_seconds; /* without a byte, until the program runs; 0: as later */
	const char *early_hint;	    /* what one that is silent then means */
	/*
	 * Its guest never waits for the host's clock: how long it may say nothing is then told in
	 * QEMU's CPU time, which is the same on a host that is busy.
	 */
	bool never_waits;
	/*
	 * QEMU 7.2 translates for one CPU text that another is patching, so that an int3 is met
	 * which the kernel has taken back: a boot that dies of it is begun anew.
	 */
	bool stale_text;
};

/* QEMU's path, owned by the caller, or NULL with the reason in @err. */
char *qemu_find(const struct vm_config *, struct err *err);

/* "7.2.22 (Debian ...)", or "" where it does not say. Owned by the caller. */
char *qemu_version(const struct vm_config *);

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

/* What KVM on this host is good for; that a device is there says nothing. */

/* Overrides the device's path; "-" leaves it to QEMU to find out. */
#define KVM_DEVICE_VARIABLE "PTWALK_KVM"

/**
 * kvm_probe - does KVM make a virtual machine?
 * @device:	"/dev/kvm"
 * @seconds:	that each of its answers may take
 *
 * A process of its own asks, since opening the device can hang for good. One
 * that hangs is killed; where it cannot be, inside the kernel, it is left behind.
 *
 * Returns: 0, or a negative errno with what to do: -ENOENT, -EACCES, -ETIMEDOUT,
 * -EOPNOTSUPP (no KVM, or of another version), -EINTR, and what KVM said.
 */
int kvm_probe(const char *device, unsigned int seconds, struct err *err);

/* What the host can pass through to a guest. */
struct kvm_offer {
	bool invariant_tsc, pmu;
};

/* From the files of /proc and /sys below @root ("" is this host). */
struct kvm_offer kvm_offer(const char *root);

/* QEMU's machine protocol (QMP), as far as a run needs it: who its CPUs are, and go. */

struct qmp {
	int fd;
	double until; /* host_seconds() past which no answer is waited for */
	char *text;   /* read, and not yet a whole line */
	size_t len;
};

/*
 * Errors of all: -EPIPE where QEMU closed its end (it died: its own words say
 * why), -ETIMEDOUT where it does not answer in time, -EPROTO where it says
 * something else or refuses, -EINTR.
 */

/**
 * qmp_init - greet QEMU and leave negotiation
 * @fd:		a stream socket to QEMU's monitor, the caller's
 * @until:	host_seconds() by which all that is asked is to be answered
 *
 * To be ended with qmp_release(), whatever it returns.
 */
int qmp_init(struct qmp *, int fd, double until, struct err *err);
void qmp_release(struct qmp *);

/* The host's thread of each CPU of the guest, by its index: @n of them, no more and no fewer. */
int qmp_cpu_threads(struct qmp *, pid_t *threads, size_t n, struct err *err);

/* Let the CPUs of a guest run that were stopped at its start. */
int qmp_cont(struct qmp *, struct err *err);

#endif
