/* SPDX-License-Identifier: GPL-2.0-only */
/* What the driver tells QEMU's plugin (facts/tell.h): symbols, and whose windows are whose. */
#ifndef PTWALK_DRIVER_FACTS_H
#define PTWALK_DRIVER_FACTS_H

#include <stdint.h>

#include "base/err.h"
#include "kmod/uapi/ptwalk.h"

/* The functions of /proc/kallsyms, of the module too. Returns: 0; -EPERM where addresses are hidden. */
int facts_tell_symbols(struct err *err);

/* The windows from here on are of series @name. */
void facts_tell_series(const char *name);

/* Its last windows read what @samples hold: the plugin holds its own counts against them. */
void facts_tell_samples(const struct ptwalk_sample *samples, uint32_t n);

#endif
