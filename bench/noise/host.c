// SPDX-License-Identifier: GPL-2.0-only
#include "bench/noise/noise.h"

#include <ctype.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"

static char *under(const struct noise_host *host, const char *fmt, va_list args)
{
	char name[512];

	vsnprintf(name, sizeof(name), fmt, args);
	return xasprintf("%s%s", host->root, name);
}

char *noise_path(const struct noise_host *host, const char *fmt, ...)
{
	va_list args;
	char *path;

	va_start(args, fmt);
	path = under(host, fmt, args);
	va_end(args);
	return path;
}

char *noise_read(const struct noise_host *host, const char *fmt, ...)
{
	char *path, *text;
	va_list args;
	size_t len;

	va_start(args, fmt);
	path = under(host, fmt, args);
	va_end(args);
	text = fs_read(path, &len, NULL);
	free(path);
	while (text && len && isspace((unsigned char)text[len - 1]))
		text[--len] = '\0';
	return text;
}

static int ascending(const void *a, const void *b)
{
	const unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

unsigned int *noise_numbers(const struct noise_host *host, const char *folder, const char *prefix,
			    size_t *n)
{
	char *path = noise_path(host, "%s", folder), *end;
	unsigned int *numbers = NULL;
	DIR *dir = opendir(path);
	struct dirent *entry;

	*n = 0;
	free(path);
	while (dir && (entry = readdir(dir))) {
		const char *number = entry->d_name + strlen(prefix);

		if (!str_starts(entry->d_name, prefix) || !isdigit((unsigned char)*number))
			continue;
		numbers = xgrow(numbers, *n, sizeof(*numbers));
		numbers[*n] = (unsigned int)strtoul(number, &end, 10);
		*n += !*end;
	}
	if (dir)
		closedir(dir);
	if (*n)
		qsort(numbers, *n, sizeof(*numbers), ascending);
	return numbers;
}

hwloc_bitmap_t noise_cpus(const char *list)
{
	hwloc_bitmap_t cpus = hwloc_bitmap_alloc();

	/* "(null)" is how some kernels write an empty list. */
	if (!list || !isdigit((unsigned char)*list) || hwloc_bitmap_list_sscanf(cpus, list) < 0)
		hwloc_bitmap_zero(cpus);
	return cpus;
}

char *noise_list(hwloc_const_bitmap_t cpus)
{
	char *list = NULL;

	if (hwloc_bitmap_list_asprintf(&list, cpus) < 0)
		list = xstrdup("?");
	return list;
}
