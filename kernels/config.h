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

/**
 * config_digest - what two configs of one meaning have in common
 * @hex:	(out) lower-case SHA-256, NUL-terminated
 *
 * Of the options alone, as they stand: not of the comments, which tell the version,
 * nor of CONFIG_BUILD_SALT and CONFIG_CC_VERSION_TEXT, which a new package of the
 * same config brings (the compiler is recorded by itself).
 */
void config_digest(const char *text, char hex[65]);

/* Is the option y or m? */
bool config_has(const char *text, const char *option);

/*
 * Can the ELF vmlinux be booted, by PVH? Not with KASAN: what PVH enters is
 * instrumented, and runs before there is shadow memory (6.1 resets the CPU).
 */
bool config_boots_elf(const char *text);

#endif
