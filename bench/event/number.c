// SPDX-License-Identifier: GPL-2.0-only
/* Numbers: perf's rHEX for what the CPU's manual says, and the whole of an encoding. */
#include <ctype.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/event/event.h"

/* "r01c4": hexadecimal to its end. -ENOENT: it is no such thing. */
static int raw(const char *name, struct event *event, struct err *err)
{
	const char *digits = name + 1;

	if (*name != 'r' || !*digits || digits[strspn(digits, "0123456789abcdefABCDEF")])
		return -ENOENT;
	errno = 0;
	event->config = strtoull(digits, NULL, 16);
	event->type = PERF_TYPE_RAW;
	return errno ? err_set(err, EINVAL, "'%.60s' is not rHEX: it is past 64 bits", name) : 0;
}

/* One more number, and the colon before the next or the end after it. */
static bool next(const char **at, uint64_t *n)
{
	char *end;

	if (!isdigit((unsigned char)**at))
		return false;
	errno = 0;
	*n = strtoull(*at, &end, 0);
	*at = *end == ':' ? end + 1 : end;
	return !errno && (!*end || (*end == ':' && end[1]));
}

static bool whole(const char *at, struct event *event)
{
	uint64_t type, *const rest[] = { &event->config, &event->config1, &event->config2 };

	if (!next(&at, &type) || type > UINT32_MAX || !*at)
		return false;
	event->type = (uint32_t)type;
	for (size_t n = 0; *at; n++)
		if (n == ARRAY_SIZE(rest) || !next(&at, rest[n]))
			return false;
	return true;
}

static int resolve(const char *name, const char *sysfs, struct event *event, struct err *err)
{
	(void)sysfs;
	if (!isdigit((unsigned char)*name))
		return raw(name, event, err);
	return whole(name, event) ? 0
				  : err_set(err, EINVAL,
					    "'%.60s' is not TYPE:CONFIG[:CONFIG1[:CONFIG2]]", name);
}

const struct event_source event_source_number = {
	.title = "by number",
	.resolve = resolve,
	.form = "rHEX (raw, as in the CPU's manual), TYPE:CONFIG[:CONFIG1[:CONFIG2]] (as in "
		"perf_event_attr)",
};
