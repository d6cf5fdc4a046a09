// SPDX-License-Identifier: GPL-2.0-only
/* What writers share: how wide text is, and lines of it. */
#include "bench/report/render.h"

#include <stdlib.h>
#include <string.h>

#include "base/host.h"

struct pen pen_to(FILE *f, bool colour)
{
	const char *columns = getenv("COLUMNS"), *plain = getenv("NO_COLOR"),
		   *term = getenv("TERM");
	const unsigned long asked = columns ? strtoul(columns, NULL, 10) : 0;

	return (struct pen){ f, terminal_columns(f, asked ? (unsigned int)asked : RENDER_WIDTH),
			     colour && !(plain && *plain) && !(term && !strcmp(term, "dumb")) };
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
	size_t end = 0, comma = 0, at = 0, n = 0;

	for (; text[at]; at++) {
		if (text[at] == ' ') {
			if (n > room)
				break;
			end = at;
		}
		n += ((unsigned char)text[at] & 0xc0) != 0x80;
		if (text[at] == ',' && n <= room)
			comma = at + 1;
	}
	if (n <= room)
		return at;
	return end ? end : comma ? comma : at;
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

void json_write(json_t *json, size_t digits, FILE *f)
{
	json_dumpf(json, f, JSON_INDENT(1) | (digits ? JSON_REAL_PRECISION(digits) : 0));
	fputc('\n', f);
	json_decref(json);
}
