// SPDX-License-Identifier: GPL-2.0-only
#include "base/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/change.h"
#include "base/cleanup.h"
#include "base/fs.h"

struct settings {
	int journal; /* -1: none */
	char *path;  /* of the journal, or NULL */
	bool owner;
	struct change *changes; /* not undone, in their order */
	size_t n;
};

/* The lock of this process, while it has one. */
static struct {
	char *folder;
	int lock;
	unsigned int users;
	pid_t pid; /* one that was forked has it no more */
} held = { .lock = -1 };

static char *settings_folder(void)
{
	const char *own = getenv("PTWALK_RUN");

	return xstrdup(own && *own ? own : "/run/ptwalk");
}

static int append(const struct settings *s, char sign, const struct change *change, struct err *err)
{
	return s->journal < 0 ? 0 : change_append(s->journal, sign, change, err);
}

/* Undo @change and say so in the journal. */
static int undo(const struct settings *s, const struct change *change, struct err *err)
{
	int ret = change_undo(change, err);

	return ret ? ret : append(s, '-', change, err);
}

/* One who was killed may have left it: what is appended would be of the same line. */
static int drop_cut_line(const struct settings *s, const char *text, struct err *err)
{
	const char *last = strrchr(text, '\n'), *end = last ? last + 1 : text;

	if (*end && ftruncate(s->journal, end - text))
		return err_errno(err, "cannot shorten it");
	return 0;
}

/*
 * Undo what is left in the journal: of all but @own, or with 0 of all, for which
 * the journal is emptied.
 */
static int undo_left(const struct settings *s, pid_t own, struct strv *repaired, struct err *err)
{
	_cleanup_free_ char *text = fs_read(s->path, NULL, err);
	_cleanup_free_ struct change *left = NULL;
	int n = text ? changes_pending(text, &left, err) : -errno, ret = n < 0 ? n : 0;

	if (text && !ret)
		ret = drop_cut_line(s, text, err);
	if (ret)
		err_prefix(err, "%s", s->path);
	for (int i = n - 1; left && i >= 0; i--) {
		struct err cause;
		int code = left[i].pid != own ? undo(s, &left[i], &cause) : 1;
		_cleanup_free_ char *what = change_undone_text(&left[i]);

		if (code < 0 && !ret)
			ret = err_set(err, code,
				      "%s; process %d had changed it, %s keeps it in mind",
				      cause.text, (int)left[i].pid, s->path);
		if (!code && repaired)
			strv_addf(repaired, "%s, which process %d had changed", what,
				  (int)left[i].pid);
		change_release(&left[i]);
	}
	if (!ret && !own && ftruncate(s->journal, 0))
		ret = err_errno(err, "cannot empty %s", s->path);
	return ret;
}

static int open_journal(struct settings *s, const char *path, int flags, struct err *err)
{
	s->journal = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | flags, 0600);
	return s->journal < 0 ? err_errno(err, "cannot open %s", path) : 0;
}

static int make_folder(const char *folder, struct err *err)
{
	struct stat st;

	if (mkdir(folder, 0700) && errno != EEXIST)
		return err_errno(err, "cannot make %s", folder);
	if (lstat(folder, &st) || !S_ISDIR(st.st_mode) || st.st_uid != geteuid())
		return err_set(err, EACCES,
			       "%s is not a folder of this user's own: settings of the kernel are "
			       "journaled there",
			       folder);
	return 0;
}

static int take_lock(const char *folder, struct err *err)
{
	_cleanup_free_ char *path = NULL;
	int ret;

	if (held.users && held.pid == getpid()) {
		if (strcmp(folder, held.folder) != 0)
			return err_set(err, EBUSY, "this process has its journal in %s",
				       held.folder);
		held.users++;
		return 0;
	}
	ret = make_folder(folder, err);
	if (ret)
		return ret;
	path = xasprintf("%s/lock", folder);
	held.lock = fs_lock(path, false, err);
	if (held.lock < 0)
		return held.lock;
	held.users = 1;
	held.pid = getpid();
	held.folder = xstrdup(folder);
	return 0;
}

static void drop_lock(void)
{
	if (--held.users)
		return;
	close(held.lock);
	free(held.folder);
	held.folder = NULL;
	held.lock = -1;
}

static void settings_free(struct settings *s)
{
	if (s->journal >= 0)
		close(s->journal);
	if (s->owner)
		drop_lock();
	for (size_t i = 0; i < s->n; i++)
		change_release(&s->changes[i]);
	free(s->changes);
	free(s->path);
	free(s);
}

DEFINE_CLEANUP(struct settings *, settings_free);

static struct settings *settings_new(const char *journal)
{
	struct settings *s = xcalloc(1, sizeof(*s));

	s->journal = -1;
	s->path = journal ? xstrdup(journal) : NULL;
	return s;
}

int settings_open(struct settings **settings, const char *folder, struct strv *repaired,
		  struct err *err)
{
	_cleanup_free_ char *where = folder ? xstrdup(folder) : settings_folder();
	_cleanup_free_ char *journal = xasprintf("%s/journal", where);
	_cleanup_(settings_freep) struct settings *s = NULL;
	int ret = take_lock(where, err);

	*settings = NULL;
	if (ret)
		return ret;
	s = settings_new(journal);
	s->owner = true;
	ret = open_journal(s, journal, O_CREAT, err);
	if (!ret && held.users == 1)
		ret = undo_left(s, 0, repaired, err);
	if (!ret)
		*settings = TAKE_PTR(s);
	return ret;
}

int settings_join(struct settings **settings, const char *journal, struct err *err)
{
	_cleanup_(settings_freep) struct settings *s = settings_new(journal);
	int ret = journal ? open_journal(s, journal, 0, err) : 0;

	*settings = ret ? NULL : TAKE_PTR(s);
	return ret;
}

const char *settings_journal(const struct settings *s)
{
	return s->path;
}

int settings_lock(const struct settings *s)
{
	return s->owner ? held.lock : -1;
}

static int add(struct settings *s, enum settings_kind kind, const char *what, const char *before,
	       struct err *err)
{
	struct change change = {
		.kind = kind,
		.pid = getpid(),
		.what = xstrdup(what),
		.before = xstrdup(before),
	};
	int ret = 0;

	if (strpbrk(what, "\t\n") || strpbrk(before, "\t\n"))
		ret = err_set(err, EINVAL, "'%s' with '%s' cannot be kept in a journal", what,
			      before);
	if (!ret)
		ret = append(s, '+', &change, err);
	if (ret) {
		change_release(&change);
		return ret;
	}
	s->changes = xgrow(s->changes, s->n, sizeof(*s->changes));
	s->changes[s->n++] = change;
	return 0;
}

int settings_note(struct settings *s, enum settings_kind kind, const char *what, struct err *err)
{
	return add(s, kind, what, "", err);
}

static int forget_at(struct settings *s, size_t i, struct err *err)
{
	int ret = append(s, '-', &s->changes[i], err);

	if (ret)
		return ret;
	change_release(&s->changes[i]);
	s->n--;
	memmove(&s->changes[i], &s->changes[i + 1], (s->n - i) * sizeof(*s->changes));
	return 0;
}

static int undo_at(struct settings *s, size_t i, struct err *err)
{
	int ret = change_undo(&s->changes[i], err);

	/* Where that cannot be said it is undone once more. */
	return ret ? ret : forget_at(s, i, err);
}

int settings_undo(struct settings *s, const char *what, struct err *err)
{
	for (size_t i = s->n; i-- > 0;)
		if (!strcmp(s->changes[i].what, what))
			return undo_at(s, i, err);
	return 0;
}

int settings_change(struct settings *s, const char *path, const char *value, struct err *err)
{
	_cleanup_free_ char *before = fs_read_setting(path);
	int ret;

	if (!before)
		return err_errno(err, "cannot read %s", path);
	if (!strcmp(before, value))
		return 0;
	ret = add(s, SETTINGS_VALUE, path, before, err);
	if (ret)
		return ret;
	ret = change_write(path, value, err);
	if (ret)
		settings_undo(s, path, NULL);
	return ret;
}

int settings_forget(struct settings *s, const char *what, struct err *err)
{
	for (size_t i = s->n; i-- > 0;)
		if (!strcmp(s->changes[i].what, what))
			return forget_at(s, i, err);
	return 0;
}

int settings_undo_children(struct settings *s, struct strv *repaired, struct err *err)
{
	return s->path ? undo_left(s, getpid(), repaired, err) : 0;
}

int settings_close(struct settings *s, struct err *err)
{
	int ret = 0;

	if (!s)
		return 0;
	while (s->n) {
		struct err cause;
		int code = undo_at(s, s->n - 1, &cause);

		if (code && !ret)
			ret = err_set(err, code, "%s", cause.text);
		if (code)
			change_release(&s->changes[--s->n]);
	}
	settings_free(s);
	return ret;
}
