/* SPDX-License-Identifier: GPL-2.0-only */
/* Sizes in bytes, as people write them: 64K, 2M, 1GiB, 4096. */
#ifndef PTWALK_BASE_SIZE_H
#define PTWALK_BASE_SIZE_H

#include <stdint.h>

#include "base/err.h"

#define KIB (1ULL << 10)
#define MIB (1ULL << 20)
#define GIB (1ULL << 30)
#define TIB (1ULL << 40)

/* The least page that a kernel has, and the largest: how large one is, its records say. */
#define PAGE	  (4 * KIB)
#define PAGE_MOST (64 * KIB)

struct size_name {
	char text[24];
};

/* Suffixes K, M, G, T, each alone or followed by "iB" or "B"; no suffix is bytes; not 0. */
int size_parse(const char *text, uint64_t *bytes, struct err *err);

/* The shortest exact form: "64K", "1G", "4100". */
struct size_name size_name(uint64_t bytes);

#endif
