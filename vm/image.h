/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's initramfs: a newc archive, made in process, the same bytes for the same inputs. */
#ifndef PTWALK_VM_IMAGE_H
#define PTWALK_VM_IMAGE_H

#include <stddef.h>

#include "vm/layout.h"
#include "vm/vm.h"

/**
 * image_write - make the image that runs @config
 * @layout:	where its dax devices lie
 * @path:	the file to write, whole or not at all
 *
 * Holds init, the plan, the modules, the files and the libraries of those that
 * are ELF programs. All belongs to root; times are 0; files that the caller
 * asked for keep their permission bits.
 *
 * Returns: 0, or a negative errno with what is missing or wrong in @err.
 */
int image_write(const struct vm_config *config, const struct vm_layout *layout, const char *path,
		struct err *err);

/* The guest's init: $PTWALK_INIT, else ptwalk-init beside this program. Owned by the caller. */
char *image_init_path(void);

#endif
