/* SPDX-License-Identifier: GPL-2.0-only */
/* What a guest of the native machine's tests is given: files of this host, with their libraries. */
#ifndef PTWALK_TESTS_GUEST_NATIVE_OUTFIT_H
#define PTWALK_TESTS_GUEST_NATIVE_OUTFIT_H

#include "base/err.h"
#include "base/str.h"
#include "kernels/kernel.h"

struct outfit {
	const char *folder; /* of files that are made for it */
	struct strv hosts, guests;
};

void outfit_release(struct outfit *);

void outfit_add(struct outfit *, const char *host, const char *guest);

/* The suite, the program that tests it, the kernel's config, and /ptwalk.ko, built outside. */
int outfit_programs(struct outfit *, const char *ptwalk, const char *program, const struct kernel *,
		    struct err *err);

/* A module index of its own, of zram and what it takes. */
int outfit_modules(struct outfit *, const struct kernel *, struct err *err);

int outfit_perf(struct outfit *, const struct kernel *, struct err *err);

/*
 * What a module is built with: make, the kernel's compiler and binutils, and the programs that
 * kbuild calls; /headers.tar has the kernel's headers as they are on a system of its own, and
 * /kmod.
 */
int outfit_tools(struct outfit *, const struct kernel *, struct err *err);

#endif
