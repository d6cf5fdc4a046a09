// SPDX-License-Identifier: GPL-2.0-only
#include "bench/store/pack.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "base/str.h"

#define LEVEL	   6
#define MOST_TIMES 1040 /* no packed byte stands for more: what claims to is damaged */

void pack_digest(const char *text, size_t len, char digest[PACK_DIGEST_SIZE])
{
	uint8_t bytes[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	sha256_init(&sha);
	sha256_update(&sha, len, (const uint8_t *)text);
	sha256_digest(&sha, sizeof(bytes), bytes);
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(digest + 2 * i, 3, "%02x", bytes[i]);
}

int pack_text(const char *text, size_t len, struct packed *out, struct err *err)
{
	uLongf room = compressBound(len);
	_cleanup_free_ void *data = xcalloc(room, 1);

	if (compress2(data, &room, (const Bytef *)text, len, LEVEL) != Z_OK)
		return err_set(err, ENOMEM, "no memory to pack %zu bytes", len);
	*out = (struct packed){ .data = TAKE_PTR(data), .len = room, .size = len };
	return 0;
}

char *unpack_text(const void *data, size_t len, size_t size)
{
	uLongf got = size;
	_cleanup_free_ char *text = size / MOST_TIMES > len ? NULL : xcalloc(size + 1, 1);

	if (!text || uncompress((Bytef *)text, &got, data, len) != Z_OK || got != size)
		return NULL;
	return TAKE_PTR(text);
}
