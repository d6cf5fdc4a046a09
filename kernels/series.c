// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/source.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/proc.h"
#include "kernels/git.h"

#define MAIL_SECONDS 60
#define LONGEST_NAME 40

/* "mm/hmm: walk once" as part of a file's name: "mm-hmm-walk-once". */
static char *plain_name(const char *subject)
{
	char *name = xcalloc(1, LONGEST_NAME + 1);
	size_t n = 0;

	for (; *subject && n < LONGEST_NAME; subject++)
		if (isalnum((unsigned char)*subject))
			name[n++] = *subject;
		else if (n && name[n - 1] != '-')
			name[n++] = '-';
	while (n && name[n - 1] == '-')
		name[--n] = '\0';
	return name;
}

/* One mail: its patch, unless it has none. */
static int split_mail(const char *mail, const char *folder, struct strv *files,
		      struct strv *subjects, struct err *err)
{
	static const char subject[] = "\nSubject: ";
	/* git takes it from standard input alone. */
	const char *argv[] = {
		"sh", "-c", "exec git mailinfo --encoding=UTF-8 \"$1.text\" \"$1.patch\" <\"$1\"",
		"sh", mail, NULL
	};
	_cleanup_free_ char *patch = xasprintf("%s.patch", mail), *said = NULL, *line = NULL;
	_cleanup_free_ char *name = NULL, *to = NULL;
	const struct proc_options options = { .output = &said, .timeout_seconds = MAIL_SECONDS };
	int ret = proc_run(argv, &options, err);
	const char *at = said ? strstr(said, subject) : NULL;
	struct stat st;

	if (ret || stat(patch, &st) || !st.st_size)
		return ret;
	at = at ? at + strlen(subject) : "";
	line = xstrndup(at, strcspn(at, "\n"));
	name = plain_name(line);
	to = xasprintf("%s/%zu-%s", folder, files->n + 1, name);
	if (rename(patch, to))
		return err_errno(err, "cannot rename %s", patch);
	strv_add(files, to);
	strv_add(subjects, line);
	return 0;
}

int series_of_mails(const char *mbox, const char *folder, struct strv *files, struct strv *subjects,
		    struct err *err)
{
	_cleanup_free_ char *to = xasprintf("-o%s", folder), *path = realpath(mbox, NULL),
			    *count = NULL;
	long n;
	int ret = 0;

	if (!path || access(path, R_OK))
		return err_errno(err, "cannot read %s", mbox);
	count = git_list(folder, GIT_WORDS("mailsplit", "-d4", "-b", to, "--", path), err);
	if (!count)
		return -EINVAL;
	n = strtol(count, NULL, 10);
	for (long i = 1; !ret && i <= n; i++) {
		_cleanup_free_ char *mail = xasprintf("%s/%04ld", folder, i);

		ret = split_mail(mail, folder, files, subjects, err);
	}
	return ret;
}

int series_of_commits(const char *tree, const char *range, struct strv *commits,
		      struct strv *subjects, struct err *err)
{
	const char *dots = strstr(range, "..");
	_cleanup_(strv_release) struct strv lines = { 0 };
	_cleanup_free_ char *text = NULL, *first = NULL, *base = NULL;

	if (!dots || dots[2] == '.' || *range == '-')
		return err_set(err, EINVAL, "'%s' is no series of commits: v6.17..HEAD is one",
			       range);
	text = git_list(
		tree,
		GIT_WORDS("log", "--reverse", "--first-parent", "--format=%H %s", range, "--"),
		NULL);
	strv_split(&lines, text ? text : "", '\n');
	if (!lines.n)
		return err_set(err, EINVAL,
			       text ? "%s has no commit in '%s'" : "%s has no commits '%s'", tree,
			       range);
	first = xasprintf("%.*s^1", (int)strcspn(lines.v[0], " "), lines.v[0]);
	base = git_ask(tree, GIT_WORDS("rev-parse", "--verify", "--quiet", first), NULL);
	if (!base)
		return err_set(err, EINVAL, "%s: nothing is before the first of '%s'", tree, range);
	strv_add(commits, base);
	for (size_t i = 0; i < lines.n; i++) {
		const size_t len = strcspn(lines.v[i], " ");

		strv_addf(commits, "%.*s", (int)len, lines.v[i]);
		strv_add(subjects, lines.v[i] + len + (lines.v[i][len] == ' '));
	}
	return 0;
}
