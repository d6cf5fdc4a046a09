// SPDX-License-Identifier: GPL-2.0-only
#include "vm/console.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/str.h"
#include "vm/vm.h"

#define CONSOLE_MAX (1 << 20) /* the tail is sought in this much of the file's end */

off_t console_size(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_size;
}

/* Printable text: what a terminal would take as a command becomes a blank, \r goes. */
static void clean(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		unsigned char c = (unsigned char)*from;

		if (c == '\r')
			continue;
		*to++ = (char)(c == '\n' || c == '\t' || (c >= ' ' && c < 127) ? c : ' ');
	}
	*to = '\0';
}

static void read_lines(const char *path, struct strv *lines)
{
	size_t len;
	char *text = fs_read(path, &len, NULL), *tail;

	if (!text)
		return;
	tail = len > CONSOLE_MAX ? text + len - CONSOLE_MAX : text;
	for (char *p = tail; p < text + len; p++)
		if (!*p)
			*p = ' ';
	clean(tail);
	strv_split(lines, tail, '\n');
	free(text);
}

char *console_last_line(const char *path)
{
	struct strv lines = { 0 };
	char *line;

	read_lines(path, &lines);
	line = lines.n ? xstrdup(lines.v[lines.n - 1]) : NULL;
	strv_release(&lines);
	return line;
}

char *console_panic(const char *path)
{
	static const char mark[] = "Kernel panic - not syncing: ";
	struct strv lines = { 0 };
	char *reason = NULL;

	read_lines(path, &lines);
	for (size_t i = 0; i < lines.n && !reason; i++) {
		const char *at = strstr(lines.v[i], mark);

		if (at)
			reason = xstrdup(at + sizeof(mark) - 1);
	}
	strv_release(&lines);
	return reason;
}

char *vm_console_tail(const char *folder, unsigned int n)
{
	char *path = xasprintf("%s/console.log", folder), *text;
	struct strv lines = { 0 }, tail = { 0 };

	read_lines(path, &lines);
	for (size_t i = lines.n > n ? lines.n - n : 0; i < lines.n; i++)
		strv_add(&tail, lines.v[i]);
	text = strv_join(&tail, "\n");
	strv_release(&tail);
	strv_release(&lines);
	free(path);
	return text;
}
