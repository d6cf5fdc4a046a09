// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/profile_exact.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "bench/measure/guest.h"
#include "bench/record/series.h"
#include "bench/report/facts.h"
#include "bench/report/render.h"
#include "facts/dwarf.h"

#define MODULE "ptwalk"

bool profile_is_exact(const char *folder)
{
	_cleanup_free_ char *path = guest_facts(folder, 1);

	return fs_exists(path);
}

static int read_facts(const char *folder, struct profiles *profiles, struct err *err)
{
	_cleanup_free_ char *path = guest_facts(folder, 1);

	return profiles_read(path, profiles, err);
}

/* Of the range that the series walked; 0 where the records know none of it. */
static uint64_t pages_of(const struct records *records, const struct facts_profile *p)
{
	for (size_t i = 0; i < records->nr_series; i++)
		if (!strcmp(records->series[i].name, p->series))
			return records->series[i].size / PAGE;
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
	return mine && !record_op_calibrates(mine->op);
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

static int print_series(const struct facts_profile *p, uint64_t pages,
			const struct profile_exact *o, struct err *err)
{
	_cleanup_(dwarf_closep) struct dwarf *source = NULL;
	_cleanup_(sheets_release) struct sheets sheets = { 0 };
	const struct pen pen = pen_to(stdout, false);
	struct profile_lines lines;
	size_t function;
	int ret = 0;

	if (o->debug) {
		source = dwarf_open(o->debug, MODULE, p, err);
		if (!source)
			return -ENODATA;
		lines = dwarf_lines(source);
	}
	if (o->annotate) {
		ret = find_function(p, o->annotate, &function, err);
		if (!ret)
			annotate_sheet(p, function, pages, source ? &lines : NULL, &sheets);
	} else {
		profile_sheet(p, pages, o->top, &sheets);
	}
	if (!ret)
		ret = export(o->callgrind, "callgrind.out.", "", put_callgrind, p, pages,
			     source ? &lines : NULL, err);
	if (!ret)
		ret = export(o->folded, "", ".folded", put_folded, p, pages, NULL, err);
	if (!ret)
		ret = export(o->flame, "", ".svg", put_flame, p, pages, NULL, err);
	if (!ret)
		render_terminal(&sheets, &pen);
	return ret;
}

int profile_exact_print(const char *folder, const struct records *records,
			const struct profile_exact *o, struct err *err)
{
	_cleanup_(profiles_release) struct profiles profiles = { 0 };
	size_t shown = 0;
	int ret = read_facts(folder, &profiles, err);

	for (size_t i = 0; !ret && i < profiles.n; i++) {
		const struct facts_profile *p = &profiles.v[i];

		if (o->series ? strcmp(p->series, o->series) != 0 : !is_largest(records, p))
			continue;
		if (shown++)
			putchar('\n');
		ret = print_series(p, pages_of(records, p), o, err);
	}
	if (!ret && !shown && o->series)
		ret = err_set(err, ENOENT, "no series %s in %s", o->series, folder);
	return ret;
}

int profile_facts_print(const char *folder, const struct records *records, struct err *err)
{
	_cleanup_(profiles_release) struct profiles profiles = { 0 };
	_cleanup_(sheets_release) struct sheets sheets = { 0 };
	const struct pen pen = pen_to(stdout, false);
	int ret = read_facts(folder, &profiles, err);

	if (ret)
		return ret;
	facts_sheets(records, &profiles, &sheets);
	putchar('\n');
	render_terminal(&sheets, &pen);
	return 0;
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
