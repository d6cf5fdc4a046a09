/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Strings: allocation that does not return on failure (as in git: a tool that
 * has no memory for a path has nothing better to do than say so and exit 2).
 */
#ifndef PTWALK_BASE_STR_H
#define PTWALK_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);
/* Room for one more element of @size in an array of @n; arrays grow by doubling. */
void *xgrow(void *array, size_t n, size_t size) __attribute__((returns_nonnull));
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A growing, NULL-terminated vector of owned strings; { 0 } is an empty one. */
struct strv {
	char **v; /* NULL while nothing was added */
	size_t n;
};

void strv_add(struct strv *, const char *s);
void strv_addf(struct strv *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool strv_has(const struct strv *, const char *s);
void strv_release(struct strv *);

/* Add the parts of @list between @separator; empty parts are left out. */
void strv_split(struct strv *, const char *list, char separator);

/* One string with @separator between the parts. Owned by the caller. */
char *strv_join(const struct strv *, const char *separator);

/* The one of @words that was probably meant by what was typed; NULL: none is near. */
const char *strv_meant(const struct strv *words, const char *typed);

/*
 * Letters to change, add or drop until the two are one, whatever their case; two
 * that changed places are one change.
 */
size_t str_distance(const char *a, const char *b);

/* @text with each @from, which is not empty, replaced by @to. Owned by the caller. */
char *str_replace(const char *text, const char *from, const char *to);

/* A word as a shell takes it: in single quotes where it is not plain. Owned by the caller. */
char *str_quoted(const char *word);

/* Of a line of such words the next, still quoted, cut off there; NULL at the end. */
char *str_next_quoted(char **at);

bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);

#endif
