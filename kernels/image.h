/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel images: the bzImage's setup header, as Linux's
 * Documentation/arch/x86/boot.rst lays it down, and the ELF vmlinux inside.
 */
#ifndef PTWALK_KERNELS_IMAGE_H
#define PTWALK_KERNELS_IMAGE_H

#include "base/err.h"
#include "kernels/kernel.h"

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
 * no x86-64 ELF to be had from it; another negative errno.
 */
int image_extract(const char *path, const char *to, struct err *err);

/**
 * image_vmlinux - set @kernel->vmlinux, extracting it into the cache if need be
 *
 * Reads image, image_sha256 and config. An image that yields none leaves "",
 * and is remembered. Only I/O errors are errors.
 */
int image_vmlinux(struct kernel *, struct err *err);

#endif
