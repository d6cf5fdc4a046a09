// SPDX-License-Identifier: GPL-2.0-only
/* What the windows of an exact run hold, to the instruction. */
#include "bench/cli/profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "bench/measure/prepare.h"
#include "bench/record/series.h"
#include "bench/report/facts.h"
#include "bench/report/render.h"
#include "facts/profile.h"

#define MODULE "ptwalk"

bool profile_is_exact(const char *folder)
{
	_cleanup_free_ char *path = guest_facts(folder, 1);

	return fs_exists(path);
}

static int read_facts(const char *folder, struct profiles *profiles, struct err *err)
{
	_cleanup_free_ char *path = guest_facts(folder, 1);

	if (!fs_exists(path))
		return err_set(err, ENOENT, "%s has no facts: ptwalk run --facts counts them",
			       folder);
	return profiles_read(path, profiles, err);
}

/* Of the range that the series walked; 0 where the records know none of it. */
static uint64_t pages_of(const struct records *records, const struct facts_profile *p)
{
	for (size_t i = 0; i < records->nr_series; i++)
		if (!strcmp(records->series[i].name, p->series))
			return (uint64_t)series_pages(&records->series[i]);
	return 0;
}

/* Is it the largest of its op and workload? */
static bool is_largest(const struct records *records, const struct facts_profile *p)
{
	const struct record_series *mine = NULL;

	for (size_t i = 0; i < records->nr_series; i++)
		if (!strcmp(records->series[i].name, p->series))
			mine = &records->series[i];
	for (size_t i = 0; mine && i < records->nr_series; i++) {
		struct series_key a = series_key_of(mine), b = series_key_of(&records->series[i]);

		a = series_key_line(a);
		b = series_key_line(b);
		if (series_key_same(&a, &b) && records->series[i].size > mine->size)
			return false;
	}
	return mine && !mine->beside && !record_op_calibrates(mine->op);
}

typedef void export_fn(const struct facts_profile *, uint64_t pages, const struct profile_lines *,
		       FILE *);

static void put_callgrind(const struct facts_profile *p, uint64_t pages,
			  const struct profile_lines *lines, FILE *f)
{
	(void)pages;
	profile_callgrind(p, lines, f);
}

static void put_folded(const struct facts_profile *p, uint64_t pages,
		       const struct profile_lines *lines, FILE *f)
{
	(void)pages;
	(void)lines;
	profile_folded(p, f);
}

static void put_flame(const struct facts_profile *p, uint64_t pages,
		      const struct profile_lines *lines, FILE *f)
{
	(void)lines;
	profile_flame(p, pages, f);
}

/* FOLDER/PREFIXhmm_devdax-pte_64MSUFFIX */
static int export(const char *folder, const char *prefix, const char *suffix, export_fn *put,
		  const struct facts_profile *p, uint64_t pages, const struct profile_lines *lines,
		  struct err *err)
{
	_cleanup_free_ char *name = xstrdup(p->series), *path = NULL, *text = NULL;
	size_t len = 0;
	FILE *f;
	int ret;

	if (!folder)
		return 0;
	for (char *c = name; *c; c++)
		if (*c == '/' || *c == ':')
			*c = '_';
	path = xasprintf("%s/%s%s%s", folder, prefix, name, suffix);
	f = open_memstream(&text, &len);
	if (!f)
		return err_set(err, ENOMEM, "no memory");
	put(p, pages, lines, f);
	fclose(f);
	ret = fs_mkdir_p(folder, err);
	return ret ? ret : fs_write_file(path, text, len, 0644, err);
}

/* NULL with @err set, and the function's place in @function. */
static int find_function(const struct facts_profile *p, const char *name, size_t *function,
			 struct err *err)
{
	for (*function = 0; *function < p->nr_functions; (*function)++)
		if (!strcmp(p->functions[*function].name, name))
			return 0;
	return err_set(err, ENOENT,
		       "%s runs no function %s; `ptwalk profile` without --annotate "
		       "lists them",
		       p->series, name);
}

/* Where the text of those lines is. */
static struct sources *open_sources(const char *folder, const struct profile_exact *o)
{
	_cleanup_free_ char *kept = guest_sources(folder), *own = guest_lines(folder);

	return sources_new(kept, o->source, o->debug ? o->debug : own);
}

/* What knows lines of the run in @folder; NULL: nothing does, which is an error where it was asked for. */
static struct dwarf *open_lines(const char *folder, const struct facts_profile *p,
				const char *asked, struct err *err)
{
	_cleanup_free_ char *own = guest_lines(folder);
	struct err none; /* what there is need not be of this series */

	if (asked)
		return dwarf_open(asked, MODULE, p, err);
	return fs_exists(own) ? dwarf_open(own, MODULE, p, &none) : NULL;
}

static int print_series(const char *folder, const struct records *records,
			const struct facts_profile *p, const struct profile_exact *o,
			struct err *err)
{
	const uint64_t pages = pages_of(records, p);
	const struct arch *arch = arch_find(records->run.arch);
	_cleanup_(dwarf_closep) struct dwarf *source = open_lines(folder, p, o->debug, err);
	_cleanup_(sources_freep) struct sources *texts = open_sources(folder, o);
	_cleanup_(sheets_release) struct sheets sheets = { 0 };
	const struct pen pen = pen_to(stdout, false);
	struct profile_lines lines;
	size_t function;
	int ret = 0, no_model = 0;

	if (source)
		lines = dwarf_lines(source);
	if (o->annotate) {
		ret = find_function(p, o->annotate, &function, err);
		if (!ret)
			annotate_sheet(p, function, pages, arch_of(arch), source ? &lines : NULL,
				       texts, &sheets);
	} else {
		profile_sheet(p, pages, o->top, &sheets);
		memory_sheet(p, pages, &sheets);
	}
	if (!ret)
		ret = export(o->callgrind, "callgrind.out.", "", put_callgrind, p, pages,
			     source ? &lines : NULL, err);
	if (!ret)
		ret = export(o->folded, "", ".folded", put_folded, p, pages, NULL, err);
	if (!ret)
		ret = export(o->flame, "", ".svg", put_flame, p, pages, NULL, err);
	if (ret)
		return ret;
	if (o->model)
		no_model = model_sheet(p, pages, arch_of(arch), o->model, &sheets, err);
	render_terminal(&sheets, &pen);
	return no_model || (o->debug && !source) ? -ENODATA : 0;
}

int profile_exact_print(const char *folder, const struct records *records,
			const struct profile_exact *o, struct err *err)
{
	_cleanup_(profiles_release) struct profiles profiles = { 0 };
	size_t shown = 0, function;
	int ret = read_facts(folder, &profiles, err), no_lines = 0;
	struct err none;

	for (size_t i = 0; !ret && i < profiles.n; i++) {
		const struct facts_profile *p = &profiles.v[i];

		if (o->series ? strcmp(p->series, o->series) != 0 : !is_largest(records, p))
			continue;
		if (!o->series && o->annotate && find_function(p, o->annotate, &function, &none))
			continue;
		if (shown++)
			putchar('\n');
		ret = print_series(folder, records, p, o, err);
		if (ret == -ENODATA)
			no_lines = ret, ret = 0;
	}
	if (!ret && !shown && o->series)
		ret = err_set(err, ENOENT, "no series %s in %s", o->series, folder);
	else if (!ret && !shown && o->annotate)
		ret = err_set(
			err, ENOENT,
			"no series in %s runs a function %s; `ptwalk profile` without --annotate "
			"lists them",
			folder, o->annotate);
	return ret ? ret : no_lines;
}

/* A run that was made with --facts. */
struct profiled {
	const char *folder;
	const struct records *records;
	struct profiles profiles;
};

static int find_side(const struct profiled *run, const char *series, struct facts_side *side,
		     struct err *err)
{
	const struct records *r = run->records;

	side->profile = profiles_find(&run->profiles, series);
	for (size_t i = 0; side->profile && i < r->nr_series; i++) {
		if (strcmp(r->series[i].name, series) != 0 || !r->series[i].nr_samples)
			continue;
		side->ticks = r->series[i].samples[r->series[i].nr_samples - 1].ticks;
		return 0;
	}
	return err_set(err, ENOENT, "no facts of a series %s in %s", series, r->run.id);
}

/* Give @side its lines, where one of its functions is to be told by them. */
static int find_lines(const struct profiled *run, const struct profile_exact *o,
		      struct facts_side *side, struct dwarf **source, struct profile_lines *lines,
		      struct err *err)
{
	if (!o->annotate)
		return 0;
	err_set(err, ENODATA, "%s keeps no source lines: --debug FILE has them",
		run->records->run.id);
	*source = open_lines(run->folder, side->profile, o->debug, err);
	if (!*source)
		return -ENODATA;
	*lines = dwarf_lines(*source);
	side->lines = lines;
	side->sources = open_sources(run->folder, o);
	return 0;
}

static int diff_series(const struct profiled *base, const char *from, const struct profiled *new,
		       const char *series, const struct profile_exact *o, struct sheets *to,
		       struct err *err)
{
	_cleanup_(dwarf_closep) struct dwarf *source_a = NULL, *source_b = NULL;
	struct profile_lines lines_a, lines_b;
	struct facts_side a = { 0 }, b = { 0 };
	int ret = find_side(base, from, &a, err);

	if (!ret)
		ret = find_side(new, series, &b, err);
	if (!ret && pages_of(base->records, a.profile) != pages_of(new->records, b.profile))
		ret = err_set(err, EINVAL, "%s and %s walk ranges of two sizes", from, series);
	if (!ret)
		ret = find_lines(base, o, &a, &source_a, &lines_a, err);
	if (!ret)
		ret = find_lines(new, o, &b, &source_b, &lines_b, err);
	if (!ret)
		ret = profile_diff_sheet(&a, &b, pages_of(new->records, b.profile), o->top,
					 o->annotate, to, err);
	sources_free(a.sources);
	sources_free(b.sources);
	return ret;
}

/* "ONE" of both, or "ONE,OTHER". */
static int diff_named(const struct profiled *base, const struct profiled *new,
		      const struct profile_exact *o, struct sheets *to, struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 };

	strv_split(&names, o->series, ',');
	if (names.n != 1 && names.n != 2)
		return err_set(err, EINVAL, "--series %s: with --diff one name, or two", o->series);
	return diff_series(base, names.v[0], new, names.v[names.n - 1], o, to, err);
}

static int diff_largest(const struct profiled *base, const struct profiled *new,
			const struct profile_exact *o, struct sheets *to, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < new->profiles.n; i++) {
		const struct facts_profile *p = &new->profiles.v[i];

		if (is_largest(new->records, p) && profiles_find(&base->profiles, p->series))
			ret = diff_series(base, p->series, new, p->series, o, to, err);
	}
	if (!ret && !to->n)
		ret = err_set(err, ENOENT, "%s and %s have facts of no series in common",
			      base->records->run.id, new->records->run.id);
	return ret;
}

int profile_diff_print(const struct profile_run *base, const struct profile_run *new,
		       const struct profile_exact *o, struct err *err)
{
	struct profiled a = { base->folder, base->records }, b = { new->folder, new->records };
	_cleanup_(sheets_release) struct sheets sheets = { 0 };
	const struct pen pen = pen_to(stdout, false);
	int ret = read_facts(base->folder, &a.profiles, err);

	if (!ret)
		ret = read_facts(new->folder, &b.profiles, err);
	if (!ret)
		ret = o->series ? diff_named(&a, &b, o, &sheets, err)
				: diff_largest(&a, &b, o, &sheets, err);
	if (!ret)
		render_terminal(&sheets, &pen);
	profiles_release(&a.profiles);
	profiles_release(&b.profiles);
	return ret;
}

int profile_facts_repeat(const char *folder, unsigned int boots, struct err *err)
{
	_cleanup_free_ char *path = guest_facts(folder, 1), *first = fs_read(path, NULL, err);

	if (!first)
		return -ENOENT;
	for (unsigned int boot = 2; boot <= boots; boot++) {
		_cleanup_free_ char *other = guest_facts(folder, boot);
		_cleanup_free_ char *text = fs_read(other, NULL, err);

		if (!text)
			return -ENOENT;
		if (strcmp(text, first) != 0)
			return err_set(err, EBADE,
				       "the facts of boot %u differ from those of boot "
				       "1: %s",
				       boot, other);
	}
	return 0;
}
