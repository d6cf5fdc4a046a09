// SPDX-License-Identifier: GPL-2.0-only
/* What renderers of text share: how wide it is, and lines of it. */
#include "bench/report/render.h"

#include <stdlib.h>
#include <string.h>

#include "base/host.h"

struct pen pen_to(FILE *f, bool colour)
{
	const char *columns = getenv("COLUMNS");
	const unsigned long asked = columns ? strtoul(columns, NULL, 10) : 0;

	return (struct pen){ f, terminal_columns(f, asked ? (unsigned int)asked : RENDER_WIDTH),
			     colour };
}

size_t text_width(const char *s)
{
	size_t n = 0;

	for (; *s; s++) {
		while (*s == '\033' && strchr(s, 'm'))
			s = strchr(s, 'm') + 1;
		if (!*s)
			break;
		n += ((unsigned char)*s & 0xc0) != 0x80;
	}
	return n;
}

void text_plain(FILE *f, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		fputc((unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i], f);
}

size_t text_fitting(const char *text, size_t room)
{
	size_t end = 0, at = 0, n = 0;

	for (; text[at]; at++) {
		if (text[at] == ' ') {
			if (n > room && end)
				return end;
			end = at;
		}
		n += ((unsigned char)text[at] & 0xc0) != 0x80;
	}
	return n <= room || !end ? at : end;
}

void text_times(FILE *f, char c, size_t n)
{
	while (n--)
		fputc(c, f);
}

void render_line(FILE *f, const char *prefix, const char *at, const char *text, size_t indent,
		 size_t width)
{
	size_t begun = text_width(prefix) + text_width(at);

	fprintf(f, "%s%s", prefix, at);
	for (;;) {
		size_t n = width ? text_fitting(text, width > begun ? width - begun : 1)
				 : strlen(text);

		text_plain(f, text, n);
		text += n;
		fputc('\n', f);
		while (*text == ' ')
			text++;
		if (!*text)
			return;
		fprintf(f, "%s%*s", prefix, (int)indent, "");
		begun = text_width(prefix) + indent;
	}
}
