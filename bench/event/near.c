// SPDX-License-Identifier: GPL-2.0-only
#include "bench/event/near.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define LONGEST 96 /* of a name; a longer one is near to none */

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

size_t near_distance(const char *a, const char *b)
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

/* One that holds what was typed is near, the nearer the less it adds. */
static size_t how_far(const char *to, const char *name)
{
	size_t far = near_distance(to, name), len = strlen(to);

	if (len >= 3 && strcasestr(name, to))
		return least(far, 2);
	return far <= (len < 6 ? 1 : len / 3) ? far : LONGEST;
}

void near_tell(void *arg, const char *name, const char *what)
{
	struct near *near = arg;
	size_t far = how_far(near->to, name), i;

	(void)what;
	if (far == LONGEST)
		return;
	for (i = 0; i < near->n && near->far[i] <= far; i++)
		if (!strcmp(near->names[i], name))
			return;
	if (i == NEAR_MOST)
		return;
	if (near->n == NEAR_MOST)
		free(near->names[--near->n]);
	memmove(&near->names[i + 1], &near->names[i], (near->n - i) * sizeof(*near->names));
	memmove(&near->far[i + 1], &near->far[i], (near->n - i) * sizeof(*near->far));
	near->names[i] = xstrdup(name);
	near->far[i] = far;
	near->n++;
}

char *near_list(struct near *near)
{
	struct strv names = { 0 };
	char *list;

	for (size_t i = 0; i < near->n; i++) {
		strv_add(&names, near->names[i]);
		free(near->names[i]);
	}
	near->n = 0;
	list = strv_join(&names, ", ");
	strv_release(&names);
	return list;
}
