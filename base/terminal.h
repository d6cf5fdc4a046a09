/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of a terminal. */
#ifndef PTWALK_BASE_TERMINAL_H
#define PTWALK_BASE_TERMINAL_H

#include <stdio.h>

/* Its width in characters; @otherwise where @f is no terminal or does not say. */
unsigned int terminal_columns(FILE *f, unsigned int otherwise);

#endif
