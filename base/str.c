// SPDX-License-Identifier: GPL-2.0-only
#include "base/str.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static void *or_die(void *p)
{
	if (!p) {
		fputs("ptwalk: out of memory\n", stderr);
		exit(2);
	}
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	return or_die(calloc(n ? n : 1, size ? size : 1));
}

void *xrealloc(void *p, size_t size)
{
	return or_die(realloc(p, size ? size : 1));
}

void *xgrow(void *array, size_t n, size_t size)
{
	return n & (n - 1) ? array : xrealloc(array, (n ? 2 * n : 1) * size);
}

char *xstrdup(const char *s)
{
	return or_die(strdup(s));
}

char *xstrndup(const char *s, size_t n)
{
	return or_die(strndup(s, n));
}

static char *format(const char *fmt, va_list ap)
{
	char *s;

	return or_die(vasprintf(&s, fmt, ap) < 0 ? NULL : s);
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = format(fmt, ap);
	va_end(ap);
	return s;
}

static void strv_take(struct strv *v, char *s)
{
	v->v = xrealloc(v->v, (v->n + 2) * sizeof(*v->v));
	v->v[v->n++] = s;
	v->v[v->n] = NULL;
}

void strv_add(struct strv *v, const char *s)
{
	strv_take(v, xstrdup(s));
}

void strv_addf(struct strv *v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strv_take(v, format(fmt, ap));
	va_end(ap);
}

bool strv_has(const struct strv *v, const char *s)
{
	for (size_t i = 0; i < v->n; i++)
		if (!strcmp(v->v[i], s))
			return true;
	return false;
}

void strv_release(struct strv *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->v[i]);
	free(v->v);
	*v = (struct strv){ 0 };
}

void strv_split(struct strv *v, const char *list, char separator)
{
	while (*list) {
		const char *end = strchrnul(list, separator);

		if (end > list)
			strv_take(v, xstrndup(list, (size_t)(end - list)));
		list = *end ? end + 1 : end;
	}
}

char *strv_join(const struct strv *v, const char *separator)
{
	size_t len = 0;
	char *s, *end;

	for (size_t i = 0; i < v->n; i++)
		len += strlen(v->v[i]) + strlen(separator);
	end = s = xcalloc(len + 1, 1);
	for (size_t i = 0; i < v->n; i++) {
		if (i)
			end = stpcpy(end, separator);
		end = stpcpy(end, v->v[i]);
	}
	return s;
}

char *str_replace(const char *text, const char *from, const char *to)
{
	struct strv parts = { 0 };
	const char *hit;
	char *joined;

	while ((hit = strstr(text, from))) {
		strv_addf(&parts, "%.*s", (int)(hit - text), text);
		strv_add(&parts, to);
		text = hit + strlen(from);
	}
	strv_add(&parts, text);
	joined = strv_join(&parts, "");
	strv_release(&parts);
	return joined;
}

char *str_quoted(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "-_=+,./:@%";
	_cleanup_free_ char *inside = NULL;

	if (*word && !word[strspn(word, plain)])
		return xstrdup(word);
	inside = str_replace(word, "'", "'\\''");
	return xasprintf("'%s'", inside);
}

char *str_next_quoted(char **at)
{
	char *word = *at + strspn(*at, " "), *end = word;
	bool quoted = false;

	for (; *end && (quoted || *end != ' '); end++)
		if (!quoted && *end == '\\' && end[1])
			end++;
		else
			quoted ^= *end == '\'';
	*at = end + (*end != '\0');
	*end = '\0';
	return *word ? word : NULL;
}

bool str_starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

bool str_ends(const char *s, const char *suffix)
{
	size_t a = strlen(s), b = strlen(suffix);

	return a >= b && !strcmp(s + a - b, suffix);
}

#define LONGEST 96 /* of a name; a longer one is near to none */

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t str_distance(const char *a, const char *b)
{
	size_t rows[3][LONGEST + 1], m = strlen(a), n = strlen(b);
	size_t *before = rows[0], *last = rows[1], *now = rows[2];

	if (m > LONGEST || n > LONGEST)
		return m + n;
	for (size_t k = 0; k <= n; k++)
		last[k] = k;
	for (size_t i = 1; i <= m; i++) {
		size_t *spare = before;

		now[0] = i;
		for (size_t k = 1; k <= n; k++) {
			now[k] = least(last[k], now[k - 1]) + 1;
			now[k] = least(now[k], last[k - 1] + !same(a[i - 1], b[k - 1]));
			if (i > 1 && k > 1 && same(a[i - 1], b[k - 2]) && same(a[i - 2], b[k - 1]))
				now[k] = least(now[k], before[k - 2] + 1);
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[n];
}

const char *strv_meant(const struct strv *words, const char *typed)
{
	const char *best = NULL;
	size_t most = strlen(typed) / 3;

	for (size_t i = 0; i < words->n; i++) {
		const char *word = words->v[i];
		bool begun = strlen(typed) > 1 && str_starts(word, typed);
		size_t far = begun ? 0 : str_distance(typed, word);

		if (far > most || far >= strlen(word) || (best && far == most))
			continue;
		most = far;
		best = word;
	}
	return best;
}
