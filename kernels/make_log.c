// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/make_log.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"

static bool is_error(const char *line)
{
	return strstr(line, "error:") || strstr(line, "ERROR:") || str_starts(line, "Error:") ||
	       strstr(line, ": Error ") || strstr(line, "undefined reference") ||
	       strstr(line, "No such file") || strstr(line, " *** ");
}

/* make's word for a program that the shell did not find; the shell has named it before. */
static bool is_absent(const char *line)
{
	return strstr(line, " Error 127");
}

char *make_log_error(const char *path)
{
	char *text = fs_read(path, NULL, NULL);
	const char *found = NULL, *absent = NULL;
	struct strv lines = { 0 };

	strv_split(&lines, text ? text : "", '\n');
	for (size_t i = 0; i < lines.n && !found; i++) {
		if (str_ends(lines.v[i], ": not found") ||
		    str_ends(lines.v[i], ": command not found"))
			absent = lines.v[i];
		if (is_error(lines.v[i]))
			found = is_absent(lines.v[i]) && absent ? absent : lines.v[i];
	}
	free(text);
	text = xstrdup(found ? found : "make gave no reason");
	strv_release(&lines);
	return text;
}
