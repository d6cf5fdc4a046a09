// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/catalog.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"

char *catalog_checkout(const char *below)
{
	const char *own = getenv("PTWALK_SOURCE");

	return xasprintf("%s/%s", own && *own ? own : PTWALK_SOURCE_DIR, below);
}

/* The first line of the comment at the top that is not its license. */
static char *summary(const char *path)
{
	char *text = fs_read(path, NULL, NULL), *found = NULL;
	struct strv lines = { 0 };

	strv_split(&lines, text ? text : "", '\n');
	for (size_t i = 0; i < lines.n && !found; i++)
		if (!strstr(lines.v[i], "SPDX"))
			found = xstrdup(lines.v[i] + strspn(lines.v[i], "#/* "));
	strv_release(&lines);
	free(text);
	return found ? found : xstrdup("");
}

void catalog_list(const char *kind, const char *suffix, struct strv *names, struct strv *summaries)
{
	char *below = xasprintf("kernels/%s", kind), *folder = catalog_checkout(below);
	struct dirent **entries;
	int n = scandir(folder, &entries, NULL, alphasort);

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
	free(folder);
	free(below);
}

char *catalog_path(const char *kind, const char *name, const char *suffix, struct err *err)
{
	struct strv names = { 0 };
	char *below, *path, *list;

	if (strchr(name, '/')) {
		path = realpath(name, NULL);
		if (!path)
			err_set(err, EINVAL, "%s: %s", name, strerror(errno));
		return path;
	}
	catalog_list(kind, suffix, &names, NULL);
	below = xasprintf("kernels/%s/%s%s", kind, name, suffix);
	path = strv_has(&names, name) ? catalog_checkout(below) : NULL;
	if (!path) {
		list = strv_join(&names, ", ");
		err_set(err, EINVAL, "there is no %s '%s'; there are: %s, and paths with a slash",
			kind, name, list);
		free(list);
	}
	free(below);
	strv_release(&names);
	return path;
}
