// SPDX-License-Identifier: GPL-2.0-only
/* What is written where an instruction comes from: sources, read once each. */
#include "facts/profile.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"

struct source_file {
	char *path, *text; /* NULL: it cannot be read */
};

struct sources {
	char *kept, *asked;
	struct timespec built;
	struct source_file *files;
	size_t n;
};

struct sources *sources_new(const char *kept, const char *asked, const char *built)
{
	struct sources *s = xcalloc(1, sizeof(*s));
	struct stat st;

	s->kept = kept ? xstrdup(kept) : NULL;
	s->asked = asked ? xstrdup(asked) : NULL;
	if (!stat(built, &st))
		s->built = st.st_mtim;
	return s;
}

void sources_free(struct sources *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++) {
		free(s->files[i].path);
		free(s->files[i].text);
	}
	free(s->files);
	free(s->kept);
	free(s->asked);
	free(s);
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Own code says "mm/hmm.c" of each policy: which it was is the name of what was compiled, hmm_entry.c. */
static char *kept_path(const struct sources *s, const struct profile_line *line)
{
	const char *file = name_of(line->file), *unit = name_of(line->unit);
	const size_t stem = strcspn(file, ".");
	char *path;

	if (!s->kept || strncmp(unit, file, stem) != 0 || unit[stem] != '_')
		return NULL;
	path = xasprintf("%s/%s", s->kept, unit);
	if (fs_exists(path))
		return path;
	free(path);
	return NULL;
}

/* In the folder that was named, by as much of its path as is there: "mm/hmm.c". */
static char *asked_path(const struct sources *s, const struct profile_line *line)
{
	for (const char *rest = line->file; s->asked && rest; rest = strchr(rest, '/')) {
		char *path;

		rest += *rest == '/';
		path = xasprintf("%s/%s", s->asked, rest);
		if (*rest && fs_exists(path))
			return path;
		free(path);
	}
	return NULL;
}

/* Where the compiler had it from, unless it was written to since. */
static char *old_path(const struct sources *s, const struct profile_line *line)
{
	char *path = *line->file == '/' ? xstrdup(line->file)
					: xasprintf("%s/%s", line->folder, line->file);
	struct stat st;

	if (!stat(path, &st) &&
	    (st.st_mtim.tv_sec < s->built.tv_sec ||
	     (st.st_mtim.tv_sec == s->built.tv_sec && st.st_mtim.tv_nsec <= s->built.tv_nsec)))
		return path;
	free(path);
	return NULL;
}

static const char *text_of(struct sources *s, const char *path)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->files[i].path, path))
			return s->files[i].text;
	s->files = xgrow(s->files, s->n, sizeof(*s->files));
	s->files[s->n] = (struct source_file){ xstrdup(path), fs_read(path, NULL, NULL) };
	return s->files[s->n++].text;
}

/* Without what it is indented by; a tab is a blank. */
static char *plain_line(const char *at)
{
	char *line;

	at += strspn(at, " \t");
	line = xstrndup(at, strcspn(at, "\r\n"));
	for (char *tab = line; (tab = strchr(tab, '\t'));)
		*tab = ' ';
	return line;
}

char *sources_text(struct sources *s, const struct profile_line *line)
{
	_cleanup_free_ char *path = kept_path(s, line);
	const char *at;

	if (!path)
		path = asked_path(s, line);
	if (!path)
		path = old_path(s, line);
	at = path ? text_of(s, path) : NULL;
	for (unsigned int n = 1; at && n < line->line; n++) {
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	return at && *at ? plain_line(at) : NULL;
}
