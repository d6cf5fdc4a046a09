/* SPDX-License-Identifier: GPL-2.0-only */
/* QEMU's machine protocol (QMP), as far as a run needs it: who its CPUs are, and go. */
#ifndef PTWALK_VM_QMP_H
#define PTWALK_VM_QMP_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

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
