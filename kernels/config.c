// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/config.h"

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

bool config_has(const char *text, const char *option)
{
	char *value = config_value(text, option);
	bool has = value && (!strcmp(value, "y") || !strcmp(value, "m"));

	free(value);
	return has;
}
