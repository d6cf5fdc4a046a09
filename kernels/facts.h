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

#endif
