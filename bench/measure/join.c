// SPDX-License-Identifier: GPL-2.0-only
/* Shards to a run: records line by line as they were written, and the files beside them. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "bench/measure/folder.h"
#include "bench/measure/key.h"
#include "bench/measure/prepare.h"
#include "bench/measure/run.h"
#include "bench/measure/shard.h"
#include "bench/record/record.h"

/* A shard's records, and how far they are joined. */
struct part {
	const struct shard_found *of;
	struct strv lines;
	struct record_line {
		enum record_kind kind;
		unsigned int boot; /* 0: of the run */
		struct record_end end;
	} * v; /* of each line */
};

static void part_release(struct part *p)
{
	strv_release(&p->lines);
	free(p->v);
}

static int parse(struct part *p, size_t i, struct err *err)
{
	struct record record;
	int ret = record_parse(p->lines.v[i], strlen(p->lines.v[i]), RECORD_SCHEMA, &record, err);

	if (ret)
		return ret;
	p->v[i] = (struct record_line){ .kind = record.kind };
	if (record.kind != RECORD_RUN)
		p->v[i].boot = record.boot.boot; /* the first member of all */
	if (record.kind == RECORD_END)
		p->v[i].end = record.end;
	record_release(&record);
	return 0;
}

static int read_part(const struct shard_found *of, struct part *p, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FOLDER_RECORDS, of->folder);
	_cleanup_free_ char *text = fs_read(path, NULL, err);
	int ret = text ? 0 : -ENOENT;

	*p = (struct part){ .of = of };
	if (text)
		strv_split(&p->lines, text, '\n');
	p->v = xcalloc(p->lines.n + 1, sizeof(*p->v));
	for (size_t i = 0; !ret && i < p->lines.n; i++) {
		ret = parse(p, i, err);
		if (ret)
			err_prefix(err, "%s: line %zu", path, i + 1);
	}
	if (!ret && (!p->lines.n || p->v[0].kind != RECORD_RUN))
		ret = err_set(err, EBADMSG, "%s: no run in it; a file begins with one", path);
	return ret;
}

/* The line of a boot's record; the lines before it are of what was missing before it. */
static size_t boot_line(const struct part *p, unsigned int boot)
{
	for (size_t i = 0; i < p->lines.n; i++)
		if (p->v[i].kind == RECORD_BOOT && p->v[i].boot == boot)
			return i;
	return p->lines.n;
}

/* Those of a boot from line @from up to @to, but what begins and ends it. */
static void add_lines(const struct part *p, unsigned int boot, size_t from, size_t to,
		      struct strv *out)
{
	for (size_t i = from; i < to; i++)
		if (p->v[i].boot == boot && p->v[i].kind != RECORD_BOOT &&
		    p->v[i].kind != RECORD_END)
			strv_add(out, p->lines.v[i]);
}

static void add_end(const struct part *p, unsigned int boot, struct record_end *sum)
{
	for (size_t i = 0; i < p->lines.n; i++) {
		const struct record_end *end = &p->v[i].end;

		if (p->v[i].kind != RECORD_END || p->v[i].boot != boot)
			continue;
		sum->series += end->series;
		sum->missing += end->missing;
		sum->program_seconds += end->program_seconds;
		sum->first_window_seconds += end->first_window_seconds;
		sum->total_seconds += end->total_seconds;
		sum->window_seconds += end->window_seconds;
		if (end->peak_rss_kib > sum->peak_rss_kib)
			sum->peak_rss_kib = end->peak_rss_kib;
	}
}

/* All guests of a boot are alike: so is what they say of themselves. */
static int check_alike(const struct part *first, size_t a, const struct part *p, size_t b,
		       struct err *err)
{
	if (!strcmp(first->lines.v[a], p->lines.v[b]))
		return 0;
	return err_set(err, EINVAL, "shard %u/%u in %s had another guest than %s: see their %s",
		       p->of->shard.k, p->of->shard.n, p->of->folder, first->of->folder,
		       "records.jsonl, \"kind\":\"boot\"");
}

static int join_boot(const struct part *parts, size_t n, unsigned int boot, struct strv *out,
		     struct err *err)
{
	struct record end = { .kind = RECORD_END, .end = { .boot = boot } };
	_cleanup_free_ char *line = NULL;
	const struct part *first = NULL;
	size_t at = 0;
	int ret = 0;

	for (size_t i = 0; i < n; i++)
		add_lines(&parts[i], boot, 0, boot_line(&parts[i], boot), out);
	for (size_t i = 0; !ret && i < n; i++) {
		const size_t own = boot_line(&parts[i], boot);

		if (own == parts[i].lines.n)
			continue;
		if (first)
			ret = check_alike(first, at, &parts[i], own, err);
		else
			strv_add(out, parts[i].lines.v[own]);
		if (!first) {
			first = &parts[i];
			at = own;
		}
		add_lines(&parts[i], boot, own, parts[i].lines.n, out);
	}
	for (size_t i = 0; i < n; i++)
		add_end(&parts[i], boot, &end.end);
	line = record_line(&end);
	line[strcspn(line, "\n")] = '\0';
	strv_add(out, line);
	return ret;
}

static unsigned int last_boot(const struct part *parts, size_t n)
{
	unsigned int last = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < parts[i].lines.n; k++)
			if (parts[i].v[k].boot > last)
				last = parts[i].v[k].boot;
	return last;
}

static int join_records(const struct part *parts, size_t n, const char *into, const char *run,
			struct records *records, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FOLDER_RECORDS, into), *text = NULL;
	_cleanup_(strv_release) struct strv out = { 0 };
	int ret = 0;

	strv_add(&out, run);
	for (unsigned int boot = 1; !ret && boot <= last_boot(parts, n); boot++)
		ret = join_boot(parts, n, boot, &out, err);
	if (ret)
		return ret;
	strv_add(&out, "");
	text = strv_join(&out, "\n");
	ret = records_parse_part(text, strlen(text), records, err);
	if (ret) {
		err_prefix(err, "joined");
		return ret;
	}
	ret = fs_write_file(path, text, strlen(text), 0644, err);
	if (ret)
		records_release(records);
	return ret;
}

/* How files of shards become one: all of what is between what they begin and end with. */
static const struct merge {
	const char *suffix, *head, *separator, *tail;
	bool first; /* that of the first that has it will do */
} merges[] = {
	{ "facts.txt", "facts 1\n", "", "end\n", false },
	{ "gbench.json", "  \"benchmarks\": [\n", ",\n", "\n  ]\n}\n", false },
	{ "console.log", "", "", "", false },
	{ "driver.log", "", "", "", false },
	{ "qemu.log", "", "", "", false },
	{ "qemu.txt", "", "", "", true },
};

/* A file's text without what it begins with, up to and with @head, and ends with. */
static void inside(char *text, const struct merge *m, const char **from)
{
	char *head = strstr(text, m->head);
	const size_t tail = strlen(m->tail);

	*from = head ? head + strlen(m->head) : text;
	if (head && str_ends(*from, m->tail))
		text[strlen(text) - tail] = '\0';
}

static int merge_file(const struct shards_found *found, const char *into, const char *name,
		      const struct merge *m, struct err *err)
{
	_cleanup_free_ char *to = xasprintf("%s/%s", into, name), *whole = NULL;
	_cleanup_(strv_release) struct strv pieces = { 0 };

	for (size_t i = 0; i < found->n && !(m->first && pieces.n); i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", found->v[i].folder, name);
		_cleanup_free_ char *text = fs_exists(path) ? fs_read(path, NULL, err) : NULL;
		const char *from;

		if (!text && fs_exists(path))
			return -EIO;
		if (!text)
			continue;
		inside(text, m, &from);
		if (pieces.n && *from)
			strv_add(&pieces, m->separator);
		strv_add(&pieces, pieces.n ? from : text);
	}
	if (!pieces.n)
		return 0;
	strv_add(&pieces, m->tail);
	whole = strv_join(&pieces, "");
	return fs_write_file(to, whole, strlen(whole), 0644, err);
}

static int merge_boot(const struct shards_found *found, const char *into, unsigned int boot,
		      const struct merge *m, struct err *err)
{
	_cleanup_free_ char *name =
		boot == 1 ? xstrdup(m->suffix) : xasprintf("boot%u-%s", boot, m->suffix);

	return merge_file(found, into, name, m, err);
}

/* A file, or a folder of files. */
static int copy(const char *from, const char *to, struct err *err)
{
	struct dirent **names = NULL;
	int ret = fs_is_dir(from) ? fs_mkdir_p(to, err) : fs_copy(from, to, 0644, err);
	const int n = fs_is_dir(from) ? scandir(from, &names, fs_visible, alphasort) : 0;

	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *below = xasprintf("%s/%s", from, names[i]->d_name);
		_cleanup_free_ char *its = xasprintf("%s/%s", to, names[i]->d_name);

		if (!ret)
			ret = fs_copy(below, its, 0644, err);
		free(names[i]);
	}
	free(names);
	return ret;
}

/* The module's lines and the sources of own code are the first boot's, wherever that was. */
static int take_sources(const struct shards_found *found, const char *into, struct err *err)
{
	char *(*const paths[])(const char *) = { guest_lines, guest_sources };
	int ret = 0;

	for (size_t k = 0; k < ARRAY_SIZE(paths); k++) {
		_cleanup_free_ char *to = paths[k](into);

		for (size_t i = 0; !ret && i < found->n && !fs_exists(to); i++) {
			_cleanup_free_ char *from = paths[k](found->v[i].folder);

			if (fs_exists(from))
				ret = copy(from, to, err);
		}
	}
	return ret;
}

static int join_files(const struct shards_found *found, const char *into, unsigned int boots,
		      struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(merges); i++)
		for (unsigned int boot = 1; !ret && boot <= boots; boot++)
			ret = merge_boot(found, into, boot, &merges[i], err);
	return ret ? ret : take_sources(found, into, err);
}

int shards_join(const struct shards_found *found, const char *into, const char *run,
		struct records *records, struct err *err)
{
	struct part *parts = xcalloc(found->n, sizeof(*parts));
	int ret = 0;

	for (size_t i = 0; !ret && i < found->n; i++)
		ret = read_part(&found->v[i], &parts[i], err);
	if (!ret)
		ret = join_records(parts, found->n, into, run, records, err);
	if (!ret) {
		ret = join_files(found, into, last_boot(parts, found->n), err);
		if (ret)
			records_release(records);
	}
	for (size_t i = 0; i < found->n; i++)
		part_release(&parts[i]);
	free(parts);
	return ret;
}

/* What the first shard says of the run. */
static int read_run(const struct shards_found *found, struct record *record, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FOLDER_RECORDS, found->v[0].folder);
	_cleanup_free_ char *line = fs_read_line(path);
	int ret;

	if (!line)
		return err_set(err, ENOENT, "cannot read %s", path);
	ret = record_parse(line, strlen(line), RECORD_SCHEMA, record, err);
	if (!ret && record->kind != RECORD_RUN) {
		record_release(record);
		ret = err_set(err, EBADMSG, "no run in it; a file begins with one");
	}
	if (ret)
		err_prefix(err, "%s", path);
	return ret;
}

static int join_into(const struct shards_found *found, const struct whole *place,
		     struct record *run, struct err *err)
{
	_cleanup_free_ char *line = NULL;
	struct records records;
	int ret;

	free(run->run.id);
	run->run.id = xstrdup(folder_called(place->path));
	line = record_line(run);
	line[strcspn(line, "\n")] = '\0';
	ret = shards_join(found, place->partial, line, &records, err);
	if (ret)
		return ret;
	ret = records_check(&records, err);
	records_release(&records);
	for (size_t i = 0; i < found->n; i++)
		if (!*found->v[i].key)
			return ret;
	return ret ? ret : key_write(place->partial, found->v[0].key, err);
}

char *shards_keep(const struct shards_found *found, const char *results, const char *path,
		  struct err *err)
{
	_cleanup_free_ char *id = NULL, *folder = NULL;
	struct whole place = WHOLE_NONE;
	struct record run;
	int ret = read_run(found, &run, err);

	if (ret)
		return NULL;
	id = run_new_id(run.run.kernel.release, run.run.machine);
	ret = folder_begin(&place, results, id, path, err);
	if (!ret) {
		folder = xstrdup(place.path);
		ret = join_into(found, &place, &run, err);
	}
	record_release(&run);
	if (!ret)
		ret = whole_finish(&place, err);
	whole_abandon(&place);
	return ret ? NULL : TAKE_PTR(folder);
}
