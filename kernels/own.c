// SPDX-License-Identifier: GPL-2.0-only
/* From a kernel's mm/ and policies to changed files, each of which is kept in the cache. */
#include "kernels/own.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/place.h"
#include "kernels/cache.h"
#include "kernels/config.h"
#include "kernels/git.h"
#include "kernels/source.h"

#define KEPT_FILES 400 /* each policy of ours, and of each kernel, is one */

const char *const own_units[] = {
#define X(unit) [OWN_##unit] = #unit,
	OWN_UNITS(X)
#undef X
};

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
	_cleanup_free_ char *name =
		xasprintf("%s%s%s", first ? "" : want->unit, first ? "" : "-", want->policy);
	char *path = catalog_path("policy", name, ".cocci", err);

	return path;
}

/* A git store of mm/, to be changed in; all of it is below @temp. */
static int make_store(struct source *s, const struct own *own, const struct kernel *kernel,
		      const char *temp, struct err *err)
{
	_cleanup_free_ char *index = xasprintf("%s/index", temp);
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
	return ret;
}

static int change(const struct own *own, const struct kernel *kernel, const struct own_want *want,
		  const struct strv *files, const char *temp, char **text, struct err *err)
{
	struct source s = {
		.store = xasprintf("%s/git", temp),
		.log = xasprintf("%s/log", temp),
		.lock = -1,
	};
	char *path = xasprintf("mm/%s.c", want->unit);
	int ret = make_store(&s, own, kernel, temp, err);

	if (!ret)
		ret = changes_apply(&s, files, err);
	if (!ret) {
		*text = source_read(&s, path, err);
		ret = *text ? 0 : -EIO;
	}
	free(path);
	source_close(&s);
	return ret;
}

/* Of all that a changed file depends on. */
static char *change_key(const struct own *own, const struct own_want *want,
			const struct strv *files, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("mm/%s.c", want->unit);
	_cleanup_free_ char *part = place_suite("kernels/policy");
	_cleanup_(manifest_release) struct manifest m = { 0 };
	int ret = manifest_add_file(&m, own->source, path, err);

	for (size_t i = 0; !ret && i < files->n; i++) {
		const char *slash = strrchr(files->v[i], '/');
		_cleanup_free_ char *folder = xstrndup(files->v[i], (size_t)(slash - files->v[i]));

		ret = manifest_add_file(&m, folder, slash + 1, err);
	}
	/* What it comes after is beside it. */
	if (!ret && !want->changes.n)
		ret = manifest_add_tree(&m, part, err);
	return ret ? NULL : manifest_key(&m);
}

/* One change and what it left: a file, or for a policy of ours a text that says why there is none. */
struct kept {
	char *done, *why, *temp;
};

static int change_now(const struct own *own, const struct kernel *kernel,
		      const struct own_want *want, const struct strv *files,
		      const struct kept *kept, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	int ret = fs_remove(kept->temp, err);

	if (!ret)
		ret = fs_mkdir_p(kept->temp, err);
	if (!ret)
		ret = change(own, kernel, want, files, kept->temp, &text, err);
	if (!ret)
		ret = fs_write_file(kept->done, text, strlen(text), 0644, err);
	if (ret == -EBADMSG && !want->changes.n)
		ret = fs_write_file(kept->why, err->text, strlen(err->text), 0644, err);
	fs_remove(kept->temp, NULL);
	return ret;
}

static int change_once(const struct own *own, const struct kernel *kernel,
		       const struct own_want *want, const struct strv *files,
		       const struct kept *kept, struct progress *progress, struct err *err)
{
	_cleanup_free_ char *folder = NULL;
	int lock, ret;

	if (fs_exists(kept->done) || (fs_exists(kept->why) && !want->changes.n)) {
		cache_use(kept->done);
		return 0;
	}
	progress_enter(progress, "module");
	progress_at(progress, 0, "policies");
	lock = cache_lock("own", progress, err);
	if (lock < 0)
		return lock;
	ret = change_now(own, kernel, want, files, kept, err);
	folder = cache_path("own");
	cache_trim(folder, ".c", KEPT_FILES);
	cache_trim(folder, ".why", KEPT_FILES);
	close(lock);
	return ret;
}

static int make_variant(const struct own *own, const struct kernel *kernel,
			const struct own_want *want, const struct strv *files,
			struct own_variant *v, struct progress *progress, struct err *err)
{
	_cleanup_free_ char *key = change_key(own, want, files, err);
	struct kept kept;
	int ret;

	if (!key)
		return -EIO;
	kept = (struct kept){
		.done = cache_path("own/%s.c", key),
		.why = cache_path("own/%s.why", key),
		.temp = cache_path("own/%s.tmp", key),
	};
	ret = change_once(own, kernel, want, files, &kept, progress, err);
	if (!ret && fs_exists(kept.done))
		v->file = xstrdup(kept.done);
	else if (!ret)
		v->reason = fs_read(kept.why, NULL, NULL);
	free(kept.done);
	free(kept.why);
	free(kept.temp);
	return ret;
}

/* The files that make it of the unit, by their paths. */
static int find_files(const struct own_want *want, struct strv *files, struct err *err)
{
	for (size_t i = 0; i < want->changes.n; i++) {
		_cleanup_free_ char *file = realpath(want->changes.v[i], NULL);

		if (!file)
			return err_set(err, errno, "cannot read the policy %s: %s",
				       want->changes.v[i], strerror(errno));
		strv_add(files, file);
	}
	if (!want->changes.n) {
		_cleanup_free_ char *file = policy_file(want, err);

		if (!file)
			return -EINVAL;
		strv_add(files, file);
	}
	return 0;
}

static int open_one(struct own *own, const struct kernel *kernel, const struct own_want *want,
		    struct progress *progress, struct err *err)
{
	_cleanup_(strv_release) struct strv files = { 0 };
	struct own_variant *v;
	int ret;

	own->v = xgrow(own->v, own->n, sizeof(*own->v));
	v = &own->v[own->n++];
	*v = (struct own_variant){
		.unit = want->unit,
		.policy = xstrdup(want->policy),
	};
	v->ident = identifier(v->policy);
	if (!strcmp(want->policy, OWN_AS_IT_IS) && !want->changes.n) {
		v->file = xasprintf("%s/mm/%s.c", own->source, want->unit);
		return 0;
	}
	ret = find_files(want, &files, err);
	if (!ret)
		ret = make_variant(own, kernel, want, &files, v, progress, err);
	/* Without spatch there is still all that needs none. */
	if (ret == -ENOENT && !want->changes.n) {
		v->reason = xstrdup(err->text);
		ret = 0;
	}
	return ret;
}

int own_open(struct own *own, const struct kernel *kernel, const struct own_want *wants, size_t n,
	     const char *source, struct progress *progress, struct err *err)
{
	const double started = host_seconds();
	int ret;

	*own = (struct own){ 0 };
	if (!n)
		return 0;
	ret = own_source(kernel, source, &own->source, &own->reason, progress, err);
	for (size_t i = 0; !ret && !own->reason && i < n; i++)
		ret = open_one(own, kernel, &wants[i], progress, err);
	own->source_seconds = host_seconds() - started;
	return ret;
}

void own_close(struct own *own)
{
	for (size_t i = 0; i < own->n; i++) {
		free(own->v[i].policy);
		free(own->v[i].ident);
		free(own->v[i].file);
		free(own->v[i].reason);
		free(own->v[i].left);
	}
	free(own->v);
	free(own->source);
	free(own->objects);
	free(own->reason);
	*own = (struct own){ 0 };
}

bool own_leave_out(struct own *own, const char *unit, const char *reason)
{
	bool any = false;

	for (size_t i = 0; i < own->n; i++) {
		struct own_variant *v = &own->v[i];

		if (strcmp(v->unit, unit) != 0 || !(reason ? v->file : v->left))
			continue;
		any = true;
		free(v->reason);
		v->reason = reason ? xstrdup(reason) : NULL;
		if (reason)
			v->left = TAKE_PTR(v->file);
		else
			v->file = TAKE_PTR(v->left);
	}
	return any;
}

bool own_any(const struct own *own)
{
	for (size_t i = 0; i < own->n; i++)
		if (own->v[i].file)
			return true;
	return own->protocol;
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

static int note_unit(const char *file, unsigned int *units, struct err *err)
{
	size_t len = strcspn(file, " \t\r");

	for (size_t i = 0; i < OWN_NR_UNITS; i++) {
		_cleanup_free_ char *path = xasprintf("mm/%s.c", own_units[i]);

		if (len == strlen(path) && !strncmp(file, path, len)) {
			*units |= 1U << i;
			return 0;
		}
	}
	return err_set(err, EINVAL,
		       "changes %.*s: own code is of mm/hmm.c, mm/gup.c and mm/pagewalk.c alone",
		       (int)len, file);
}

int own_units_of(const char *change, unsigned int *units, struct err *err)
{
	_cleanup_free_ char *text = fs_read(change, NULL, err);
	_cleanup_(strv_release) struct strv lines = { 0 }, files = { 0 };
	bool patch = false;
	int ret = text ? 0 : -ENOENT;

	strv_split(&lines, text ? text : "", '\n');
	for (size_t i = 0; !ret && i < lines.n; i++) {
		if (str_starts(lines.v[i], "+++ "))
			strv_add(&files, named(lines.v[i]));
		else if (str_starts(lines.v[i], "// Files: "))
			strv_split(&files, lines.v[i] + strlen("// Files: "), ' ');
		else if (str_starts(lines.v[i], "diff --git "))
			patch = true;
	}
	for (size_t i = 0; !ret && i < files.n; i++)
		ret = note_unit(files.v[i], units, err);
	if (!ret && !files.n && patch)
		ret = err_set(err, EINVAL, "changes no line of a file");
	else if (!ret && !files.n)
		ret = err_set(err, EBADMSG,
			      "neither a unified diff nor a semantic patch with a line "
			      "\"// Files: mm/hmm.c\"");
	return ret;
}
