/* SPDX-License-Identifier: GPL-2.0-only */
/* Text on a page, never markup. */
#ifndef PTWALK_REPORT_HTML_H
#define PTWALK_REPORT_HTML_H

#include <stdio.h>

/*
 * &, <, >, " and ' as entities: safe as text and in a quoted attribute. Control
 * characters, but newline and tab, as their pictures.
 */
void html_text(FILE *, const char *text);

#endif
