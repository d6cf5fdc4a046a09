// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/place.h"
#include "base/proc.h"
#include "kernels/cache.h"

#define SPATCH_SECONDS 300
#define MAX_DEPTH      8
#define KEPT_PATCHES   40

/* The hunk of a unified diff that changes @file from line @line on: 1 for the file's first; 0. */
static int changes_hunk(const char *patch, const char *file, long line)
{
	_cleanup_(strv_release) struct strv lines = { 0 };
	bool here = false;
	int n = 0, found = 0;

	strv_split(&lines, patch, '\n');
	for (size_t i = 0; i < lines.n && !found; i++) {
		const char *text = lines.v[i];

		if (str_starts(text, "--- ")) {
			const char *name = strchr(text, '/');
			size_t len = strlen(file);

			here = name && !strncmp(name + 1, file, len) &&
			       strchr("\t \r", name[1 + len]);
			n = 0;
		}
		if (!str_starts(text, "@@ -") || !here)
			continue;
		n++;
		if (strtol(text + 4, NULL, 10) == line)
			found = n;
	}
	return found;
}

/* Turn git's "error: patch failed: mm/hmm.c:231" into the hunk's number. */
static int refuse_diff(const struct source *s, const char *file, struct err *err)
{
	static const char failed[] = "error: patch failed: ", error[] = "error: ";
	_cleanup_free_ char *said = fs_read(s->log, NULL, NULL), *patch = fs_read(file, NULL, NULL);
	char *at = said ? strstr(said, failed) : NULL, *colon;
	int hunk;

	if (at) {
		at += strlen(failed);
		at[strcspn(at, "\n")] = '\0';
		colon = strrchr(at, ':');
		*colon = '\0';
		hunk = patch ? changes_hunk(patch, at, strtol(colon + 1, NULL, 10)) : 0;
		err_set(err, EBADMSG,
			"%s does not apply to %s: hunk %d of %s, at line %s, does not "
			"match what is there",
			file, s->label, hunk, at, colon + 1);
	} else {
		at = said ? strstr(said, error) : NULL;
		err_set(err, EBADMSG, "%s does not apply to %s: %.*s", file, s->label,
			at ? (int)strcspn(at + strlen(error), "\n") : 14,
			at ? at + strlen(error) : "git refuses it");
	}
	return -EBADMSG;
}

static int apply_diff(struct source *s, const struct git *git, const char *file, struct err *err)
{
	int ret = git_run(git, GIT_WORDS("apply", "--cached", "--whitespace=nowarn", file), NULL,
			  err);

	return ret == -ECHILD ? refuse_diff(s, file, err) : ret;
}

/* A semantic patch, and what its comments say of it. */
struct rules {
	const char *file;
	char *shown; /* a policy of ours by its name: what is said of it is kept for any checkout */
	struct strv files, after, without, makes;
	bool changes; /* it has a rule: policy none has none */
};

/* The words after "// KEY:", one at a time. */
static void directive(const char *text, const char *key, struct strv *words)
{
	_cleanup_free_ char *mark = xasprintf("// %s:", key);
	const char *at = strstr(text, mark);

	if (at) {
		_cleanup_free_ char *line =
			xstrndup(at + strlen(mark), strcspn(at + strlen(mark), "\n"));

		strv_split(words, line, ' ');
	}
}

static char *shown(const char *file)
{
	_cleanup_free_ char *below = place_suite("kernels/policy"), *ours = realpath(below, NULL);
	const char *name = ours && str_starts(file, ours) ? file + strlen(ours) : "";

	if (*name != '/')
		return xstrdup(file);
	return xasprintf("policy %.*s", (int)strcspn(name + 1, "."), name + 1);
}

static int rules_read(struct rules *rules, const char *file, struct err *err)
{
	_cleanup_free_ char *text = fs_read(file, NULL, err);
	int ret = text ? 0 : -ENOENT;

	*rules = (struct rules){ .file = file, .shown = shown(file) };
	if (ret)
		return ret;
	directive(text, "Files", &rules->files);
	directive(text, "After", &rules->after);
	directive(text, "Not with", &rules->without);
	directive(text, "Makes", &rules->makes);
	rules->changes = *text == '@' || strstr(text, "\n@");
	if (!rules->files.n)
		ret = err_set(err, EBADMSG, "%s has no line \"// Files: PATH...\"", rules->shown);
	return ret;
}

static void rules_release(struct rules *rules)
{
	free(rules->shown);
	strv_release(&rules->files);
	strv_release(&rules->after);
	strv_release(&rules->without);
	strv_release(&rules->makes);
}

/*
 * In place: spatch's -o is refused where it looked at more than one file. It hands the file's name
 * to a shell as it stands, and takes no notice where that fails.
 */
static int run_spatch(const char *rules, const char *folder, const char *file, const char *log,
		      struct err *err)
{
	const char *argv[] = {
		"spatch", "--very-quiet", "--no-show-diff", "--in-place", "--sp-file", rules, file,
		NULL
	};
	/* spatch looks for files of the user's: one that no folder is the home of would end it. */
	const char *const env[] = { "HOME=/nonexistent", NULL };
	struct proc_options options = {
		.cwd = folder,
		.log = log,
		.timeout_seconds = SPATCH_SECONDS,
		.env = env,
		.missing = "install the package coccinelle",
	};
	int ret = fs_remove(log, err);

	return ret ? ret : proc_run(argv, &options, err);
}

/* Put the file @from into the index in the place of @path. */
static int replace(const struct git *git, const char *path, const char *from, struct err *err)
{
	_cleanup_free_ char *hash =
		git_line(git, GIT_WORDS("hash-object", "-w", "--no-filters", from), err);
	_cleanup_free_ char *entry = hash ? xasprintf("100644,%s,%s", hash, path) : NULL;
	int ret = entry ? git_run(git, GIT_WORDS("update-index", "--cacheinfo", entry), NULL, err)
			: -EIO;

	return ret;
}

static unsigned int count(const char *text, const char *word, size_t len)
{
	unsigned int n = 0;

	for (; (text = memmem(text, strlen(text), word, len)); text += len)
		n++;
	return n;
}

/* "NAME*N": the name must be there N times, or a rule has missed its place. */
static int check_made(const struct source *s, const struct rules *rules, const char *after,
		      struct err *err)
{
	for (size_t i = 0; i < rules->makes.n; i++) {
		const char *word = rules->makes.v[i];
		size_t len = strcspn(word, "*");
		unsigned long n = count(after, word, len);

		if (!word[len] || n != strtoul(word + len + 1, NULL, 10))
			return err_set(err, EBADMSG,
				       "%s does not apply to %s: it should make %s, and makes %lu",
				       rules->shown, s->label, word, n);
	}
	return 0;
}

static int transform(const struct source *s, const struct rules *rules, const char *path,
		     const char *before, const struct git *git, struct err *err)
{
	_cleanup_free_ char *folder = xasprintf("%s/../change.tmp", s->store);
	_cleanup_free_ char *file = xasprintf("%s/file.c", folder), *after = NULL;
	int ret = fs_mkdir_p(folder, err);

	if (!ret)
		ret = fs_write_file(file, before, strlen(before), 0644, err);
	if (!ret)
		ret = run_spatch(rules->file, folder, "file.c", s->log, err);
	if (!ret)
		after = fs_read(file, NULL, NULL);
	if (!ret && (!after || !strcmp(after, before)))
		ret = err_set(err, EBADMSG,
			      "%s does not apply to %s: it finds nothing to change in %s",
			      rules->shown, s->label, path);
	if (!ret)
		ret = check_made(s, rules, after, err);
	if (!ret)
		ret = replace(git, path, file, err);
	return ret;
}

static int apply_rules(const struct source *s, const struct rules *rules, const char *path,
		       const struct git *git, struct err *err)
{
	_cleanup_free_ char *name = xasprintf(":%s", path), *before = NULL;
	int ret = git_run(git, GIT_WORDS("cat-file", "blob", name), &before, err);

	if (ret == -ECHILD)
		err_set(err, EBADMSG, "%s does not apply to %s, which has no %s", rules->shown,
			s->label, path);
	for (size_t i = 0; !ret && i < rules->without.n; i++)
		if (strstr(before, rules->without.v[i]))
			ret = err_set(err, EBADMSG, "%s is not for %s, whose %s has %s already",
				      rules->shown, s->label, path, rules->without.v[i]);
	if (!ret && rules->changes)
		ret = transform(s, rules, path, before, git, err);
	return ret == -ECHILD ? -EBADMSG : ret;
}

static int apply_semantic(struct source *s, const struct git *git, const char *file, int depth,
			  struct err *err);

/* The rules that these come after: files beside them, without their suffix. */
static int apply_earlier(struct source *s, const struct git *git, const struct rules *rules,
			 int depth, struct err *err)
{
	int folder = (int)(strrchr(rules->file, '/') - rules->file), ret = 0;

	if (rules->after.n && depth >= MAX_DEPTH)
		return err_set(err, EBADMSG, "%s: its \"After\" leads back to itself",
			       rules->shown);
	for (size_t i = 0; !ret && i < rules->after.n; i++) {
		_cleanup_free_ char *earlier =
			xasprintf("%.*s/%s.cocci", folder, rules->file, rules->after.v[i]);

		ret = apply_semantic(s, git, earlier, depth + 1, err);
	}
	return ret;
}

static int apply_semantic(struct source *s, const struct git *git, const char *file, int depth,
			  struct err *err)
{
	struct rules rules;
	int ret = rules_read(&rules, file, err);

	if (!ret)
		ret = apply_earlier(s, git, &rules, depth, err);
	for (size_t i = 0; !ret && i < rules.files.n; i++)
		ret = apply_rules(s, &rules, rules.files.v[i], git, err);
	rules_release(&rules);
	return ret;
}

static void rename_source(struct source *s, const char *file)
{
	const char *slash = strrchr(file, '/'), *base = slash ? slash + 1 : file;
	int stem = (int)(str_ends(base, ".cocci") ? strlen(base) - 6 : strlen(base));
	char *version = xasprintf("%s+%.*s", s->version, stem, base);
	char *label = xasprintf("%s +%.*s", s->label, stem, base);

	free(s->version);
	free(s->label);
	s->version = version;
	s->label = label;
}

static int apply_one(struct source *s, const struct git *git, const char *name, struct err *err)
{
	_cleanup_free_ char *file = realpath(name, NULL);
	int ret;

	if (!file)
		return err_set(err, ENOENT, "cannot read the patch %s: %s", name, strerror(errno));
	ret = str_ends(file, ".cocci") ? apply_semantic(s, git, file, 0, err)
				       : apply_diff(s, git, file, err);
	if (!ret)
		rename_source(s, file);
	return ret;
}

int changes_apply(struct source *s, const struct strv *files, struct err *err)
{
	_cleanup_free_ char *index = xasprintf("%s/../change.index", s->store);
	_cleanup_free_ char *folder = xasprintf("%s/../change.tmp", s->store);
	_cleanup_free_ char *stale = xasprintf("%s.lock", index);
	const struct git git = source_git(s, index);
	int ret = files->n ? fs_remove(stale, err) : 0;
	char *tree;

	if (!ret && files->n)
		ret = git_run(&git, GIT_WORDS("read-tree", "--reset", s->tree), NULL, err);
	for (size_t i = 0; !ret && i < files->n; i++)
		ret = apply_one(s, &git, files->v[i], err);
	if (!ret && files->n) {
		tree = git_line(&git, GIT_WORDS("write-tree"), err);
		ret = tree ? 0 : -EIO;
		free(s->tree);
		s->tree = tree;
	}
	fs_remove(folder, NULL);
	return ret;
}

static int open_changed(struct source *s, const struct build_request *request,
			struct progress *progress, struct err *err)
{
	int ret = source_open(s, request, progress, err);

	return ret ? ret : changes_apply(s, &request->patches, err);
}

/* Named after what it holds: what was made with it is found again. */
static int keep_patch(struct tree_change *change, const char *text, struct err *err)
{
	_cleanup_(manifest_release) struct manifest m = { 0 };
	_cleanup_free_ char *key = NULL, *folder = cache_path("own");
	int ret = fs_mkdir_p(folder, err);

	manifest_addf(&m, "%s", text);
	key = manifest_key(&m);
	change->patch = xasprintf("%s/%s.diff", folder, key);
	if (!ret)
		ret = fs_write_file(change->patch, text, strlen(text), 0644, err);
	cache_trim(folder, ".diff", KEPT_PATCHES);
	return ret;
}

int changes_between(const struct build_request *base, const struct build_request *new,
		    struct tree_change *change, struct progress *progress, struct err *err)
{
	_cleanup_free_ char *names = NULL, *patch = NULL;
	_cleanup_(source_close) struct source from = { .lock = -1 }, to = { .lock = -1 };
	int ret = open_changed(&from, base, progress, err);
	struct git git;

	*change = (struct tree_change){ 0 };
	source_unlock(&from);
	if (!ret)
		ret = open_changed(&to, new, progress, err);
	if (ret)
		return ret;
	change->base_version = xstrdup(from.version);
	change->version = xstrdup(to.version);
	change->label = xstrdup(to.label);
	git = source_git(&to, NULL);
	ret = git_run(&git, GIT_WORDS("diff", "--name-only", from.tree, to.tree), &names, err);
	if (!ret)
		ret = git_run(&git,
			      GIT_WORDS("diff", "--no-color", "--no-ext-diff", "--no-renames",
					from.tree, to.tree),
			      &patch, err);
	if (!ret)
		ret = keep_patch(change, patch, err);
	if (!ret)
		strv_split(&change->files, names, '\n');
	return ret;
}

void tree_change_release(struct tree_change *change)
{
	strv_release(&change->files);
	free(change->patch);
	free(change->base_version);
	free(change->version);
	free(change->label);
	*change = (struct tree_change){ 0 };
}
