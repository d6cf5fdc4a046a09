// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/html.h"

/* Control characters as their pictures, U+2400 and on: HTML has no place for them. */
static void put_character(FILE *f, unsigned char c)
{
	if (c == 0x7f)
		fputs("&#x2421;", f);
	else if (c < 0x20 && c != '\n' && c != '\t')
		fprintf(f, "&#x%x;", 0x2400U + c);
	else
		fputc(c, f);
}

void html_text(FILE *f, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", f);
			break;
		case '<':
			fputs("&lt;", f);
			break;
		case '>':
			fputs("&gt;", f);
			break;
		case '"':
			fputs("&quot;", f);
			break;
		case '\'':
			fputs("&#39;", f);
			break;
		default:
			put_character(f, (unsigned char)*text);
		}
	}
}
