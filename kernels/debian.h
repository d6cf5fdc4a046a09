/* SPDX-License-Identifier: GPL-2.0-only */
/* What Debian serves: shared by its packaged kernels and by their sources. */
#ifndef PTWALK_KERNELS_DEBIAN_H
#define PTWALK_KERNELS_DEBIAN_H

struct apt_release;

#include <stdbool.h>

/* The release that serves kernel "6.1" ("bookworm"); NULL where none does. */
const struct apt_release *debian_release(const char *version);

/* "debian:6.1, debian:6.12": for messages. */
const char *debian_specs(void);

/* Does $PTWALK_REFRESH ask for the newest packages? */
bool debian_refresh(void);

#endif
