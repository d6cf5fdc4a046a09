// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/spare.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"

/* ":NUMBER" at *@text, which is moved past it. */
static bool number(const char **text, uint64_t *n)
{
	char *end;

	if (**text != ':' || !isdigit((unsigned char)(*text)[1]))
		return false;
	errno = 0;
	*n = strtoull(*text + 1, &end, 0);
	*text = end;
	return !errno;
}

int spare_parse(const char *text, struct workload_spare *spare, struct err *err)
{
	static const struct {
		const char *name;
		enum workload_height height;
	} places[] = { { "low", WORKLOAD_LOW }, { "high", WORKLOAD_HIGH } };
	struct workload_spare found = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const char *rest = text + strlen(places[i].name);

		if (!str_starts(text, places[i].name) || !number(&rest, &found.start) ||
		    !number(&rest, &found.size) || *rest)
			continue;
		if (!found.size || (found.start | found.size) % (2 * MIB))
			break;
		spare[places[i].height] = found;
		return 0;
	}
	return err_set(err, EINVAL,
		       "'%s' is not low:START:SIZE or high:START:SIZE, in multiples of 2 MiB",
		       text);
}
