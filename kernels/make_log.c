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

char *make_log_error(const char *path)
{
	char *text = fs_read(path, NULL, NULL), *found = NULL;
	struct strv lines = { 0 };

	strv_split(&lines, text ? text : "", '\n');
	for (size_t i = 0; i < lines.n && !found; i++)
		if (is_error(lines.v[i]))
			found = xstrdup(lines.v[i]);
	strv_release(&lines);
	free(text);
	return found ? found : xstrdup("make gave no reason");
}
