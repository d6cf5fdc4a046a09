// SPDX-License-Identifier: GPL-2.0-only
/* A shard, measured; what its folder says of it, and whether shards are of one run. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "bench/measure/folder.h"
#include "bench/measure/key.h"
#include "bench/measure/run.h"
#include "bench/measure/shard.h"

#define KIN_MARK "same\t"

static int add_file(struct strv *lines, const char *what, const char *path, struct err *err)
{
	char hex[65];
	int ret = fs_sha256(path, hex, err);

	if (!ret)
		strv_addf(lines, KIN_MARK "%s\t%s\n", what, hex);
	return ret;
}

/* Of what a record of a run does not say, or where several hosts may differ. */
static int add_kin(struct strv *lines, const struct run *run, const char *qemu, struct err *err)
{
	_cleanup_free_ char *plan = key_plan(run->plan);
	const struct prepared *p = run->prepared;
	int ret;

	strv_addf(lines, KIN_MARK "ptwalk\t%s\n", PTWALK_VERSION);
	strv_addf(lines, KIN_MARK "plan\t%s\n", plan);
	strv_addf(lines, KIN_MARK "cut\t%zu pieces a boot\n", p->pieces.n);
	strv_addf(lines, KIN_MARK "kernel image\t%s\n", p->kernel.image_sha256);
	strv_addf(lines, KIN_MARK "kernel config\t%s\n", p->kernel.config_sha256);
	strv_addf(lines, KIN_MARK "QEMU version\t%s\n", qemu);
	ret = add_file(lines, "module", p->module, err);
	return ret ? ret : add_file(lines, "driver", p->driver, err);
}

int shard_write(const struct run *run, const struct shard *shard, const char *key, const char *qemu,
		struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" SHARD_FILE, run->place.partial);
	_cleanup_free_ char *name = shard_text(shard), *text = NULL;
	_cleanup_(strv_release) struct strv lines = { 0 };
	int ret;

	strv_addf(&lines, "shard\t%s\n", name);
	strv_addf(&lines, "row\t%zu\n", selection_scenes(&run->plan->selection) * run->plan->boots);
	strv_addf(&lines, "key\t%s\n", key ? key : "");
	ret = add_kin(&lines, run, qemu, err);
	if (ret)
		return ret;
	text = strv_join(&lines, "");
	return fs_write_file(path, text, strlen(text), 0644, err);
}

/* "WORD\tREST": the rest, or NULL. */
static const char *behind(const char *line, const char *word)
{
	const size_t len = strlen(word);

	return str_starts(line, word) && line[len] == '\t' ? line + len + 1 : NULL;
}

static int read_one(const char *folder, struct shard_found *found, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" SHARD_FILE, folder);
	_cleanup_free_ char *text = fs_read(path, NULL, err);
	_cleanup_(strv_release) struct strv lines = { 0 };

	*found = (struct shard_found){ .folder = xstrdup(folder), .key = xstrdup("") };
	if (!text)
		return -ENOENT;
	strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.n; i++) {
		const char *line = lines.v[i], *rest;

		if ((rest = behind(line, "shard")) && shard_parse(rest, &found->shard, NULL))
			break;
		if ((rest = behind(line, "row")))
			found->row = strtoul(rest, NULL, 10);
		if ((rest = behind(line, "key"))) {
			free(found->key);
			found->key = xstrdup(rest);
		}
		if (str_starts(line, KIN_MARK))
			strv_add(&found->kin, line + strlen(KIN_MARK));
	}
	if (found->shard.to && found->shard.to <= found->row && found->kin.n)
		return 0;
	return err_set(err, EBADMSG, "%s says of no shard what it is of", path);
}

static bool is_shard(const char *folder)
{
	_cleanup_free_ char *path = xasprintf("%s/" SHARD_FILE, folder);

	return fs_is_file(path);
}

static int add_one(const char *folder, struct shards_found *found, struct err *err)
{
	found->v = xgrow(found->v, found->n, sizeof(*found->v));
	return read_one(folder, &found->v[found->n++], err);
}

int shards_find(const char *path, struct shards_found *found, struct err *err)
{
	struct dirent **names = NULL;
	const size_t before = found->n;
	int ret = 0, n;

	if (is_shard(path))
		return add_one(path, found, err);
	n = scandir(path, &names, fs_visible, alphasort);
	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *below = xasprintf("%s/%s", path, names[i]->d_name);

		if (!ret && is_shard(below))
			ret = add_one(below, found, err);
		free(names[i]);
	}
	free(names);
	if (ret || found->n > before)
		return ret;
	if (n < 0)
		return err_set(err, ENOENT, "%s: there is no such folder", path);
	return err_set(err, ENOENT, "%s is no shard of a run, and holds none (ptwalk run --shard)",
		       path);
}

void shards_release(struct shards_found *found)
{
	for (size_t i = 0; i < found->n; i++) {
		free(found->v[i].folder);
		free(found->v[i].key);
		strv_release(&found->v[i].kin);
	}
	free(found->v);
	*found = (struct shards_found){ 0 };
}

static int by_number(const void *a, const void *b)
{
	const struct shard_found *x = a, *y = b;

	return x->shard.k != y->shard.k ? (x->shard.k < y->shard.k ? -1 : 1)
					: strcmp(x->folder, y->folder);
}

/* The rest of two lines that begin alike. */
static int differs(const struct shard_found *is, const struct shard_found *first, const char *own,
		   const char *others, struct err *err)
{
	const int word = (int)strcspn(own, "\t");
	const bool same = !strncmp(own, others, (size_t)word + 1);

	return err_set(err, EINVAL, "shard %u/%u in %s is of another %.*s: %s, not %s of %s",
		       is->shard.k, is->shard.n, is->folder, word, own,
		       own[word] ? own + word + 1 : "", same ? others + word + 1 : others,
		       first->folder);
}

static int check_kin(const struct shard_found *is, const struct shard_found *first, struct err *err)
{
	for (size_t i = 0; i < is->kin.n && i < first->kin.n; i++)
		if (strcmp(is->kin.v[i], first->kin.v[i]) != 0)
			return differs(is, first, is->kin.v[i], first->kin.v[i], err);
	if (is->kin.n == first->kin.n && is->row == first->row &&
	    (!*is->key || !*first->key || !strcmp(is->key, first->key)))
		return 0;
	return err_set(err, EINVAL,
		       "shard %u/%u in %s is of another run than %s: other modules of the kernel, "
		       "or programs of workloads",
		       is->shard.k, is->shard.n, is->folder, first->folder);
}

/* @is comes where shard @k with the scenes from @from on is expected. */
static int check_place(const struct shard_found *is, const struct shard_found *before, size_t from,
		       unsigned int k, struct err *err)
{
	const struct shard *s = &is->shard;

	if (before && s->k == before->shard.k)
		return err_set(err, EINVAL, "shard %u/%u is there twice: %s and %s", s->k, s->n,
			       before->folder, is->folder);
	if (s->k != k)
		return err_set(err, EINVAL, "shard %u/%u is missing", k, s->n);
	if (before)
		from = before->shard.to;
	if (s->from == from)
		return 0;
	return err_set(err, EINVAL,
		       "shard %u/%u in %s begins at scene %zu, and %zu is next: it was cut "
		       "otherwise",
		       s->k, s->n, is->folder, s->from, from);
}

int shards_check(struct shards_found *found, size_t from, size_t to, struct err *err)
{
	const struct shard_found *first = found->v, *last;
	int ret = 0;

	if (!found->n)
		return err_set(err, ENOENT, "no shards");
	if (!to)
		to = first->row;
	qsort(found->v, found->n, sizeof(*found->v), by_number);
	last = &found->v[found->n - 1];
	for (size_t i = 0; !ret && i < found->n; i++) {
		const struct shard_found *is = &found->v[i];

		ret = check_kin(is, first, err);
		if (!ret && is->shard.n != first->shard.n)
			ret = err_set(err, EINVAL, "%s is 1 of %u shards, %s of %u", is->folder,
				      is->shard.n, first->folder, first->shard.n);
		if (!ret)
			ret = check_place(is, i ? is - 1 : NULL, from, (unsigned int)i + 1, err);
	}
	if (!ret && found->n < first->shard.n)
		ret = err_set(err, EINVAL, "shard %zu/%u is missing", found->n + 1, first->shard.n);
	if (!ret && last->shard.to != to)
		ret = err_set(err, EINVAL,
			      "shard %u/%u in %s ends at scene %zu of %zu: it was cut otherwise",
			      last->shard.k, last->shard.n, last->folder, last->shard.to, to);
	return ret;
}

int shard_begin(struct run *run, const struct shard_place *place, struct err *err)
{
	int ret = run_begin(run, run->plan, run->prepared, NULL, place->folder, place->words, err);

	run->part = true;
	return ret;
}

int shard_measure(struct run *run, const struct shard *piece, struct err *err)
{
	const struct plan *whole = run->plan;
	const size_t scenes = selection_scenes(&whole->selection);
	const size_t boot = piece->from / scenes;
	struct plan part = *whole;
	int ret;

	if (piece->to - piece->from < scenes)
		part.selection.part =
			(struct scenes){ piece->from - boot * scenes, piece->to - boot * scenes };
	run->plan = &part;
	run->boots = (unsigned int)boot;
	ret = run_boot(run, err);
	run->plan = whole;
	return ret;
}

int shard_end(struct run *run, const struct shard *shard, const struct shard_place *place, int ret,
	      struct err *err)
{
	if (!ret)
		ret = shard_write(run, shard, run->no_facts ? NULL : place->key, place->words->qemu,
				  err);
	if (!ret)
		return run_end(run, err);
	run_abandon(run, ret != -EINTR);
	return ret;
}
