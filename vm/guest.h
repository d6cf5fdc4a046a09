/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's init: what its files know of each other. Static, no library but libc. */
#ifndef PTWALK_VM_GUEST_H
#define PTWALK_VM_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "vm/channel.h"

#define GUEST_MAX 64

struct guest_dax {
	uint64_t start, size, align; /* as in plan.h */
	char path[32];		     /* "/dev/dax0.0" or "/dev/pmem0" once it is made */
};

struct guest_plan {
	char *modules[GUEST_MAX], *env[2 * GUEST_MAX];
	char *argv[4 * GUEST_MAX]; /* --dax= words are added to it */
	struct guest_dax dax[GUEST_MAX];
	size_t nr_modules, nr_env, nr_args, nr_dax;
	int strict;  /* 1, or 2 with vm_config.races */
	int foreign; /* as in vm_config */
};

/* Channel. Opening fails where the kernel lets no program write to it. */
int guest_channel_open(void);
void guest_send(enum channel_type type, const void *data, size_t len);
void guest_send_stage(const char *stage);

/* The end: no return. */
void guest_power_off(void) __attribute__((noreturn));
void guest_fail(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* Each does its part or ends the guest with guest_fail(). */
void guest_make_device(struct guest_dax *); /* fills in its path */
int guest_run(const struct guest_plan *);   /* the program's status, as wait() gives it */
void guest_send_files(const char *folder);

/*
 * From here on the first warning or oops is a panic: who warned once for each page would write
 * for hours. What is said goes to the console first, which is quiet until now. Without @warnings
 * they are none, for KCSAN's reports would be as well.
 */
void guest_be_strict(bool warnings);

#endif
