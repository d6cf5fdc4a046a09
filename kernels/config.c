// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/config.h"

#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

char *config_value(const char *text, const char *option)
{
	size_t len = strlen(option);

	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *value = line + len + 1;
		size_t n;

		if (strncmp(line, option, len) || line[len] != '=')
			continue;
		n = strcspn(value, "\r\n");
		if (n >= 2 && value[0] == '"' && value[n - 1] == '"')
			return xstrndup(value + 1, n - 2);
		return xstrndup(value, n);
	}
	return NULL;
}

/* Does the line, without its end, say what an option is? */
static bool says_option(const char *line)
{
	if (str_starts(line, "CONFIG_BUILD_SALT=") || str_starts(line, "CONFIG_CC_VERSION_TEXT="))
		return false;
	return str_starts(line, "CONFIG_") || str_starts(line, "# CONFIG_");
}

void config_digest(const char *text, char hex[65])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	sha256_init(&sha);
	for (const char *line = text; *line;) {
		size_t n = strcspn(line, "\n");

		if (says_option(line)) {
			sha256_update(&sha, n, (const uint8_t *)line);
			sha256_update(&sha, 1, (const uint8_t *)"\n");
		}
		line += n + (line[n] == '\n');
	}
	sha256_digest(&sha, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
}

bool config_has(const char *text, const char *option)
{
	char *value = config_value(text, option);
	bool has = value && (!strcmp(value, "y") || !strcmp(value, "m"));

	free(value);
	return has;
}

bool config_boots_elf(const char *text)
{
	return config_has(text, "CONFIG_PVH") && !config_has(text, "CONFIG_KASAN");
}
