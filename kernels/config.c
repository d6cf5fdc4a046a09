// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/config.h"

#include <dirent.h>
#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "base/place.h"
#include "base/str.h"

/* The first line of the comment at the top that is not its license. */
static char *summary(const char *path)
{
	_cleanup_free_ char *text = fs_read(path, NULL, NULL);
	char *found = NULL;
	_cleanup_(strv_release) struct strv lines = { 0 };

	strv_split(&lines, text ? text : "", '\n');
	for (size_t i = 0; i < lines.n && !found; i++)
		if (!strstr(lines.v[i], "SPDX"))
			found = xstrdup(lines.v[i] + strspn(lines.v[i], "#/* "));
	return found ? found : xstrdup("");
}

/* As their names without a suffix: "batch.cocci" is before "batch-late.cocci". */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	const char *x = (*a)->d_name, *y = (*b)->d_name;

	while (*x && *x == *y) {
		x++;
		y++;
	}
	return (*x == '.' ? 1 : (unsigned char)*x) - (*y == '.' ? 1 : (unsigned char)*y);
}

void catalog_list(const char *kind, const char *suffix, struct strv *names, struct strv *summaries)
{
	_cleanup_free_ char *below = xasprintf("kernels/%s", kind), *folder = place_suite(below);
	struct dirent **entries;
	int n = scandir(folder, &entries, NULL, by_name);

	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		char *path = xasprintf("%s/%s", folder, name), *text;

		if (*name != '.' && str_ends(name, suffix) && !fs_is_dir(path)) {
			strv_addf(names, "%.*s", (int)(strlen(name) - strlen(suffix)), name);
			text = summary(path);
			if (summaries)
				strv_add(summaries, text);
			free(text);
		}
		free(path);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

char *catalog_path(const char *kind, const char *name, const char *suffix, struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	_cleanup_free_ char *below = NULL;
	char *path, *list;

	if (strchr(name, '/')) {
		path = realpath(name, NULL);
		if (!path)
			err_set(err, EINVAL, "%s: %s", name, strerror(errno));
		return path;
	}
	catalog_list(kind, suffix, &names, NULL);
	below = xasprintf("kernels/%s/%s%s", kind, name, suffix);
	path = strv_has(&names, name) ? place_suite(below) : NULL;
	if (!path) {
		list = strv_join(&names, ", ");
		err_set(err, EINVAL, "there is no %s '%s'; there are: %s, and paths with a slash",
			kind, name, list);
		free(list);
	}
	return path;
}

char *config_value(const char *text, const char *option)
{
	size_t len = strlen(option);

	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *value = line + len + 1;
		size_t n;

		if (strncmp(line, option, len) || line[len] != '=')
			continue;
		n = strcspn(value, "\r\n");
		if (n >= 2 && value[0] == '"' && value[n - 1] == '"')
			return xstrndup(value + 1, n - 2);
		return xstrndup(value, n);
	}
	return NULL;
}

/* Does the line, without its end, say what an option is? */
static bool says_option(const char *line)
{
	if (str_starts(line, "CONFIG_BUILD_SALT=") || str_starts(line, "CONFIG_CC_VERSION_TEXT="))
		return false;
	return str_starts(line, "CONFIG_") || str_starts(line, "# CONFIG_");
}

void config_digest(const char *text, char hex[65])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	sha256_init(&sha);
	for (const char *line = text; *line;) {
		size_t n = strcspn(line, "\n");

		if (says_option(line)) {
			sha256_update(&sha, n, (const uint8_t *)line);
			sha256_update(&sha, 1, (const uint8_t *)"\n");
		}
		line += n + (line[n] == '\n');
	}
	sha256_digest(&sha, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
}

bool config_has(const char *text, const char *option)
{
	_cleanup_free_ char *value = config_value(text, option);
	bool has = value && (!strcmp(value, "y") || !strcmp(value, "m"));

	return has;
}

uint64_t config_page_size(const char *text)
{
	/* As arm64 calls them before 6.9, and every architecture since. */
	if (config_has(text, "CONFIG_ARM64_64K_PAGES") || config_has(text, "CONFIG_PAGE_SIZE_64KB"))
		return 64 * KIB;
	if (config_has(text, "CONFIG_ARM64_16K_PAGES") || config_has(text, "CONFIG_PAGE_SIZE_16KB"))
		return 16 * KIB;
	return 4 * KIB;
}

bool config_boots_elf(const char *text)
{
	return config_has(text, "CONFIG_PVH") && !config_has(text, "CONFIG_KASAN");
}
