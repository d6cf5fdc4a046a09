// SPDX-License-Identifier: GPL-2.0-only
#include "base/klog.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

/* As the kernel prints them, 5.10 to 7.2. What a crash leads with comes before what it ends in. */
static const char *const bad[] = {
	"WARNING: ",
	"BUG: ",
	"kernel BUG at ",
	"Oops: ",
	"general protection fault",
	"stack guard page was hit",
	"stack segment: ",
	"double fault",
	"UBSAN: ",
	"KCSAN: ",
	"refcount_t: ",
	" detected stall",
	"self-detected stall",
	"detected stalls on CPUs",
	"blocked for more than",
	"soft lockup",
	"hard LOCKUP",
	"list_add corruption",
	"list_del corruption",
	" new suspected memory leaks",
	"Unable to handle kernel",
	"Kernel panic - not syncing",
};

/* In front is the level, and above it the facility: 0 is the kernel, which nobody else can be. */
#define LEVEL_BITS 3

const char *klog_line(const char *record)
{
	const char *line = strchr(record, ';');

	if (strtoul(record, NULL, 10) >> LEVEL_BITS)
		return NULL;
	return line ? line + 1 : record;
}

/*
 * "data-race in a / b", of a line "BUG: KCSAN: data-race in a / b" that names no function of the
 * module's; NULL: it is no such line. Kernels have many that nobody minds.
 */
static const char *race_of_others(const char *line)
{
	static const char mark[] = "BUG: KCSAN: ";
	const char *at = strstr(line, mark);

	return at && !strstr(at, "[ptwalk]") ? at + sizeof(mark) - 1 : NULL;
}

bool klog_is_bad(const char *line)
{
	if (race_of_others(line))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (strstr(line, bad[i]))
			return true;
	return false;
}

/* Behind "[   12.345678] ", or "[   12.345678][    C0] ". */
static const char *without_time(const char *line)
{
	while (*line == '[' && line[1 + strspn(line + 1, " .CT0123456789")] == ']') {
		line = strchr(line, ']') + 1;
		line += strspn(line, " ");
	}
	return line;
}

void klog_races_of_others(const char *text, struct strv *races)
{
	_cleanup_(strv_release) struct strv lines = { 0 };

	strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.n; i++) {
		const char *race = race_of_others(lines.v[i]);
		/* A console has returns before its newlines. */
		_cleanup_free_ char *told = race ? xstrndup(race, strcspn(race, "\r")) : NULL;

		if (told && !strv_has(races, told))
			strv_add(races, told);
	}
}

/* "hmm_range_fault+0x1b/0x90 [ptwalk]" of "RIP: 0010:..."; NULL: no such line. */
static const char *function_of(const char *line)
{
	static const char mark[] = "RIP: 0010:";
	const char *at = strstr(line, mark);

	return at ? at + sizeof(mark) - 1 : NULL;
}

/* Where nothing was called, RIP is 0x0: the first function of the trace called it. */
static const char *caller_of(const char *line)
{
	const char *at = without_time(line);

	at += strspn(at, " ");
	return *at != '?' && strstr(at, "+0x") && !strchr(at, ':') ? at : NULL;
}

char *klog_told(const char *text, bool *at_end)
{
	_cleanup_(strv_release) struct strv lines = { 0 };
	const char *said = NULL, *function = NULL;
	bool trace = false, nowhere = false;

	strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.n && !function; i++) {
		const char *line = without_time(lines.v[i]);

		if (!said && klog_is_bad(line))
			said = line;
		else if (!said)
			continue;
		if (said == line && strstr(line, "+0x"))
			break;
		trace |= strstr(line, "Call Trace") != NULL;
		function = nowhere && trace ? caller_of(line) : function_of(line);
		if (function && str_starts(function, "0x0")) {
			nowhere = true;
			function = NULL;
		}
	}
	if (at_end)
		*at_end = said && (function || strstr(said, "+0x"));
	if (!said)
		return NULL;
	return function ? xasprintf("%s in %s", said, function) : xstrdup(said);
}
