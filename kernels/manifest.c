// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/manifest.h"

#include <nettle/sha2.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"

#define KEY_BYTES 12

void manifest_addf(struct manifest *m, const char *fmt, ...)
{
	va_list ap;
	char *line;

	va_start(ap, fmt);
	if (vasprintf(&line, fmt, ap) < 0)
		abort();
	va_end(ap);
	strv_add(&m->lines, line);
	free(line);
}

int manifest_add_file(struct manifest *m, const char *folder, const char *path, struct err *err)
{
	char *full = xasprintf("%s/%s", folder, path), hex[65];
	int ret = fs_sha256(full, hex, err);

	if (!ret)
		manifest_addf(m, "%s %s\n", path, hex);
	free(full);
	return ret;
}

char *manifest_key(const struct manifest *m)
{
	uint8_t digest[KEY_BYTES];
	char *key = xcalloc(2 * KEY_BYTES + 1, 1);
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	for (size_t i = 0; i < m->lines.n; i++)
		sha256_update(&ctx, strlen(m->lines.v[i]), (const uint8_t *)m->lines.v[i]);
	sha256_digest(&ctx, sizeof(digest), digest);
	for (size_t i = 0; i < KEY_BYTES; i++)
		sprintf(key + 2 * i, "%02x", digest[i]);
	return key;
}

void manifest_release(struct manifest *m)
{
	strv_release(&m->lines);
}
