/* SPDX-License-Identifier: GPL-2.0-only */
/* mm/ of exactly the kernel under test: what its own code is compiled from. */
#ifndef PTWALK_KERNELS_OWN_SOURCE_H
#define PTWALK_KERNELS_OWN_SOURCE_H

#include "base/err.h"
#include "base/progress.h"
#include "kernels/kernel.h"

/**
 * own_source - the folder with the kernel's mm/, as it was when the kernel was built
 * @asked:	a folder of the user's (--source), which is believed; NULL: none
 * @folder:	(out) owned; holds mm/ with its *.c and *.h
 * @reason:	(out) owned: why there is none; NULL where there is one
 *
 * A packaged kernel's come from the linux-source package of its very version,
 * of which mm/ alone is kept, beside the image, and fetched with it where both are missing
 * (kernel_find_own()); those of builds and of build trees are theirs. Returns: 0, or a negative errno where something failed that should not have.
 */
int own_source(const struct kernel *, const char *asked, char **folder, char **reason,
	       struct progress *, struct err *err);

/* Keep mm/ of the package in @debs in @folder; @span: of the stage, where this begins and ends. */
int own_source_unpack(const char *debs, const char *folder, const double span[2], struct progress *,
		      struct err *err);

#endif
