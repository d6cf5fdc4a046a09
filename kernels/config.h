/* SPDX-License-Identifier: GPL-2.0-only */
/* A kernel's .config, read. */
#ifndef PTWALK_KERNELS_CONFIG_H
#define PTWALK_KERNELS_CONFIG_H

#include <stdbool.h>

/**
 * config_value - what an option is set to
 * @text:	the whole .config
 * @option:	"CONFIG_X"
 *
 * Returns: "y", "m", "12" or a string without its quotes, owned by the caller;
 * NULL where the option is not set.
 */
char *config_value(const char *text, const char *option);

/* Is the option y or m? */
bool config_has(const char *text, const char *option);

#endif
