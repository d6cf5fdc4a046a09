// SPDX-License-Identifier: GPL-2.0-only
/* From a kernel's mm/ and policies to changed files, each of which is kept in the cache. */
#include "kernels/own.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "kernels/cache.h"
#include "kernels/config.h"
#include "kernels/changes.h"
#include "kernels/git.h"
#include "kernels/own_source.h"

#define AS_IT_IS "own"

static char *identifier(const char *name)
{
	char *ident = xstrdup(name);

	for (char *c = ident; *c; c++)
		if (!isalnum((unsigned char)*c))
			*c = '_';
	return ident;
}

/* The file of ours that makes a policy of a unit; NULL with @err set. */
static char *policy_file(const struct own_want *want, struct err *err)
{
	bool first = !strcmp(want->unit, "hmm");
	char *name = xasprintf("%s%s%s", first ? "" : want->unit, first ? "" : "-", want->policy);
	char *path = catalog_path("policy", name, ".cocci", err);

	free(name);
	return path;
}

/* A git store of mm/, to be changed in; all of it is below @temp. */
static int make_store(struct source *s, const struct own *own, const struct kernel *kernel,
		      const char *temp, struct err *err)
{
	char *index = xasprintf("%s/index", temp);
	const struct git git = { .dir = s->store, .work = own->source, .index = index };
	int ret;

	s->label = xasprintf("%s %s", kernel->spec, kernel->version);
	s->version = xstrdup(kernel->version);
	ret = git_init(s->store, "sha1", err);
	if (!ret)
		ret = git_run(&git, GIT_WORDS("add", "-f", "mm/*.c", "mm/*.h"), NULL, err);
	if (!ret) {
		s->tree = git_line(&git, GIT_WORDS("write-tree"), err);
		ret = s->tree ? 0 : -EIO;
	}
	free(index);
	return ret;
}

static int change(const struct own *own, const struct kernel *kernel, const struct own_want *want,
		  const char *file, const char *temp, char **text, struct err *err)
{
	struct source s = {
		.store = xasprintf("%s/git", temp),
		.log = xasprintf("%s/log", temp),
		.lock = -1,
	};
	char *path = xasprintf("mm/%s.c", want->unit);
	struct strv files = { 0 };
	int ret = make_store(&s, own, kernel, temp, err);

	strv_add(&files, file);
	if (!ret)
		ret = changes_apply(&s, &files, err);
	if (!ret) {
		*text = source_read(&s, path, err);
		ret = *text ? 0 : -EIO;
	}
	strv_release(&files);
	free(path);
	source_close(&s);
	return ret;
}

/* Of all that a changed file depends on. */
static char *change_key(const struct own *own, const struct own_want *want, const char *file,
			struct err *err)
{
	char *path = xasprintf("mm/%s.c", want->unit), *part = catalog_checkout("kernels/policy");
	struct manifest m = { 0 };
	int ret = manifest_add_file(&m, own->source, path, err);
	const char *slash = strrchr(file, '/');
	char *folder = xstrndup(file, (size_t)(slash - file));

	if (!ret)
		ret = manifest_add_file(&m, folder, slash + 1, err);
	/* What it comes after is beside it. */
	if (!ret && !want->change)
		ret = manifest_add_tree(&m, part, err);
	free(folder);
	free(part);
	free(path);
	path = ret ? NULL : manifest_key(&m);
	manifest_release(&m);
	return path;
}

/* One change and what it left: a file, or for a policy of ours a text that says why there is none. */
struct kept {
	char *done, *why, *temp;
};

static int change_now(const struct own *own, const struct kernel *kernel,
		      const struct own_want *want, const char *file, const struct kept *kept,
		      struct err *err)
{
	char *text = NULL;
	int ret = fs_remove(kept->temp, err);

	if (!ret)
		ret = fs_mkdir_p(kept->temp, err);
	if (!ret)
		ret = change(own, kernel, want, file, kept->temp, &text, err);
	if (!ret)
		ret = fs_write_file(kept->done, text, strlen(text), 0644, err);
	if (ret == -EBADMSG && !want->change)
		ret = fs_write_file(kept->why, err->text, strlen(err->text), 0644, err);
	fs_remove(kept->temp, NULL);
	free(text);
	return ret;
}

static int change_once(const struct own *own, const struct kernel *kernel,
		       const struct own_want *want, const char *file, const struct kept *kept,
		       struct progress *progress, struct err *err)
{
	int lock, ret;

	if (fs_exists(kept->done) || (fs_exists(kept->why) && !want->change))
		return 0;
	progress_enter(progress, "module");
	progress_at(progress, 0, "policies");
	lock = cache_lock("own", progress, err);
	if (lock < 0)
		return lock;
	ret = change_now(own, kernel, want, file, kept, err);
	close(lock);
	return ret;
}

static int make_variant(const struct own *own, const struct kernel *kernel,
			const struct own_want *want, const char *file, struct own_variant *v,
			struct progress *progress, struct err *err)
{
	char *key = change_key(own, want, file, err);
	struct kept kept;
	int ret;

	if (!key)
		return -EIO;
	kept = (struct kept){
		.done = cache_path("own/%s.c", key),
		.why = cache_path("own/%s.txt", key),
		.temp = cache_path("own/%s.tmp", key),
	};
	ret = change_once(own, kernel, want, file, &kept, progress, err);
	if (!ret && fs_exists(kept.done))
		v->file = xstrdup(kept.done);
	else if (!ret)
		v->reason = fs_read(kept.why, NULL, NULL);
	free(kept.done);
	free(kept.why);
	free(kept.temp);
	free(key);
	return ret;
}

static int open_one(struct own *own, const struct kernel *kernel, const struct own_want *want,
		    struct progress *progress, struct err *err)
{
	struct own_variant *v;
	char *file;
	int ret;

	own->v = xgrow(own->v, own->n, sizeof(*own->v));
	v = &own->v[own->n++];
	*v = (struct own_variant){
		.unit = want->unit,
		.policy = xstrdup(want->policy),
	};
	v->ident = identifier(v->policy);
	if (!strcmp(want->policy, AS_IT_IS) && !want->change) {
		v->file = xasprintf("%s/mm/%s.c", own->source, want->unit);
		return 0;
	}
	file = want->change ? realpath(want->change, NULL) : policy_file(want, err);
	if (!file)
		return want->change ? err_set(err, errno, "cannot read the policy %s: %s",
					      want->change, strerror(errno))
				    : -EINVAL;
	ret = make_variant(own, kernel, want, file, v, progress, err);
	free(file);
	/* Without spatch there is still all that needs none. */
	if (ret == -ENOENT && !want->change) {
		v->reason = xstrdup(err->text);
		ret = 0;
	}
	return ret;
}

int own_open(struct own *own, const struct kernel *kernel, const struct own_want *wants, size_t n,
	     const char *source, struct progress *progress, struct err *err)
{
	int ret;

	*own = (struct own){ 0 };
	if (!n)
		return 0;
	ret = own_source(kernel, source, &own->source, &own->reason, progress, err);
	for (size_t i = 0; !ret && !own->reason && i < n; i++)
		ret = open_one(own, kernel, &wants[i], progress, err);
	return ret;
}

void own_close(struct own *own)
{
	for (size_t i = 0; i < own->n; i++) {
		free(own->v[i].policy);
		free(own->v[i].ident);
		free(own->v[i].file);
		free(own->v[i].reason);
	}
	free(own->v);
	free(own->source);
	free(own->reason);
	*own = (struct own){ 0 };
}

bool own_any(const struct own *own)
{
	for (size_t i = 0; i < own->n; i++)
		if (own->v[i].file)
			return true;
	return false;
}

bool own_has(const struct own *own, const char *unit, const char *policy, const char **reason)
{
	*reason = own->reason ? own->reason : "its own code was not made";
	for (size_t i = 0; !own->reason && i < own->n; i++) {
		const struct own_variant *v = &own->v[i];

		if (strcmp(v->unit, unit) || strcmp(v->policy, policy))
			continue;
		*reason = v->reason;
		return v->file;
	}
	return false;
}

/* The file that a line of a diff is about to change: "+++ b/mm/hmm.c". */
static const char *named(const char *line)
{
	const char *slash = strchr(line, '/');

	return slash ? slash + 1 : "";
}

static int note_unit(const char *change, const char *file, bool *hmm, bool *gup, struct err *err)
{
	size_t len = strcspn(file, " \t\r");

	if (len == strlen("mm/hmm.c") && !strncmp(file, "mm/hmm.c", len))
		*hmm = true;
	else if (len == strlen("mm/gup.c") && !strncmp(file, "mm/gup.c", len))
		*gup = true;
	else
		return err_set(err, EINVAL,
			       "%s changes %.*s: a policy may change mm/hmm.c and mm/gup.c alone",
			       change, (int)len, file);
	return 0;
}

int own_units_of(const char *change, bool *hmm, bool *gup, struct err *err)
{
	char *text = fs_read(change, NULL, err);
	struct strv lines = { 0 }, files = { 0 };
	int ret = text ? 0 : -ENOENT;

	*hmm = *gup = false;
	strv_split(&lines, text ? text : "", '\n');
	for (size_t i = 0; !ret && i < lines.n; i++) {
		if (str_starts(lines.v[i], "+++ "))
			ret = note_unit(change, named(lines.v[i]), hmm, gup, err);
		else if (str_starts(lines.v[i], "// Files: "))
			strv_split(&files, lines.v[i] + strlen("// Files: "), ' ');
	}
	for (size_t i = 0; !ret && i < files.n; i++)
		ret = note_unit(change, files.v[i], hmm, gup, err);
	if (!ret && !*hmm && !*gup)
		ret = err_set(err, EINVAL,
			      "%s is neither a unified diff nor a semantic patch with a line "
			      "\"// Files: mm/hmm.c\"",
			      change);
	strv_release(&files);
	strv_release(&lines);
	free(text);
	return ret;
}
