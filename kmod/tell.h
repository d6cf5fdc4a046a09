/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PTWALK_TELL_H
#define PTWALK_TELL_H

#include "cold.h"
#include "window.h"

/*
 * Tell an emulator's plugin which memory is page tables, struct pages, and @window's result array.
 * @tables: those of its range.
 */
void tell_memory(const struct cold *tables, const struct window *window);

#endif
