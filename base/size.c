// SPDX-License-Identifier: GPL-2.0-only
#include "base/size.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char units[] = "KMGT";

int size_parse(const char *text, uint64_t *bytes, struct err *err)
{
	unsigned long long n;
	const char *unit;
	int shift = 0;
	char *end;

	errno = 0;
	n = strtoull(text, &end, 10);
	if (!isdigit((unsigned char)*text) || errno)
		goto bad;
	unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
	if (unit) {
		shift = 10 * (int)(unit - units + 1);
		end++;
		if (!strcasecmp(end, "iB") || !strcasecmp(end, "B"))
			end += strlen(end);
	}
	if (*end || !n || n << shift >> shift != n)
		goto bad;
	*bytes = n << shift;
	return 0;
bad:
	return err_set(err, EINVAL, "'%s' is not a size; write bytes or 64K, 2M, 1G", text);
}

struct size_name size_name(uint64_t bytes)
{
	char suffix[2] = "";
	struct size_name name;

	for (int unit = 0; bytes && !(bytes % 1024) && units[unit]; unit++) {
		bytes /= 1024;
		suffix[0] = units[unit];
	}
	snprintf(name.text, sizeof(name.text), "%llu%s", (unsigned long long)bytes, suffix);
	return name;
}
