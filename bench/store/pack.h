/* SPDX-License-Identifier: GPL-2.0-only */
/* A run's text as the store keeps it: packed (zlib), and known by its SHA-256. */
#ifndef PTWALK_STORE_PACK_H
#define PTWALK_STORE_PACK_H

#include <stddef.h>
#include <stdlib.h>

#include "base/err.h"

#define PACK_DIGEST_SIZE 65

struct packed {
	void *data;
	size_t len;  /* of @data */
	size_t size; /* of the text */
};

/* SHA-256, as lower-case digits. */
void pack_digest(const char *text, size_t len, char digest[PACK_DIGEST_SIZE]);

/* To be ended with packed_release(). Returns: 0; -ENOMEM. */
int pack_text(const char *text, size_t len, struct packed *out, struct err *err);

static inline void packed_release(struct packed *packed)
{
	free(packed->data);
}

/* The text, ended by a 0 that is not counted. Owned by the caller; NULL: it is no such thing. */
char *unpack_text(const void *data, size_t len, size_t size);

#endif
