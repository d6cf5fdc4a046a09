/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of a kernel: gathered from its files, kept beside them, read again. */
#ifndef PTWALK_KERNELS_FACTS_H
#define PTWALK_KERNELS_FACTS_H

#include "base/err.h"
#include "kernels/kernel.h"

/* All strings "", @spec aside. */
void kernel_init(struct kernel *, const char *spec);

/* Take @value, owned from now on, as one of @kernel's strings; NULL is "". */
void kernel_take(char **field, char *value);

/* Fill in image_sha256, config_sha256 and compiler from @image and @config; of what is "" nothing. */
int kernel_describe(struct kernel *, struct err *err);

/* Write FOLDER/facts. Paths below @folder are kept relative, so that it may be moved. */
int facts_save(const struct kernel *, const char *folder, struct err *err);

/*
 * Read FOLDER/facts into @kernel, which was kernel_init()ed.
 * Returns: 0, or -ENOENT where they are missing, or a file they name is.
 */
int facts_load(struct kernel *, const char *folder);

/* Run depmod, so that @root/lib/modules/@release has its modules.dep. */
int depmod_run(const char *root, const char *release, struct err *err);

/*
 * Kernel images: the bzImage's setup header, as Linux's
 * Documentation/arch/x86/boot.rst lays it down, and the ELF vmlinux inside.
 */

/**
 * image_release - the release an image says it is
 * @path:	a bzImage
 *
 * Returns: "6.1.0-56-amd64", owned by the caller; NULL where it says nothing
 * (an ELF vmlinux, a damaged file) or cannot be read.
 */
char *image_release(const char *path);

/**
 * image_extract - take the ELF vmlinux out of a bzImage
 * @to:		written whole or not at all
 *
 * Any compression that libarchive reads. Returns: 0; -ENOEXEC where there is
 * no ELF of a kernel to be had from it; another negative errno.
 */
int image_extract(const char *path, const char *to, struct err *err);

/**
 * image_vmlinux - set @kernel->vmlinux, extracting it into the cache if need be
 *
 * Reads image, image_sha256 and config. An image that yields none leaves "",
 * and is remembered. Only I/O errors are errors.
 */
int image_vmlinux(struct kernel *, struct err *err);

/*
 * Of host.c: fill in @kernel with the installed kernel @release below @root ("/"; tests
 * make one up). Returns 0 or a negative errno.
 */
int host_fill(struct kernel *, const char *root, const char *release, struct err *err);

/* The same for kernel_running(). */
int running_fill(struct kernel *, const char *root, const char *release, bool build,
		 struct err *err);

#endif
