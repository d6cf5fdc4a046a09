// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/size.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/options.h"
#include "bench/report/report.h"
#include "bench/report/render.h"
#include "bench/store/history.h"
#include "bench/store/verdicts.h"

struct ack {
	const char *store_path, *state, *note;
	struct strv ids;
	bool all;
};

static const struct opt options[] = {
	CLI_STORE(struct ack, store_path),
	{ "as", 0, "STATE", "new, expected, noise or fixed", OPT_TEXT(struct ack, state) },
	{ "note", 0, "TEXT", "Why", OPT_TEXT(struct ack, note) },
	{ "all", 0, NULL, "List those that are fixed, expected or noise, too",
	  OPT_FLAG(struct ack, all) },
	OPT_MAYBE_ARG("CHANGE", OPT_TEXTS(struct ack, ids)),
	{ 0 },
};

static const struct store_series *series_of(const struct store_series_list *list, int64_t id)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->series[i].id == id)
			return &list->series[i];
	return NULL;
}

static void put_change(struct sheet *t, const struct store_change *c, const struct store_series *s)
{
	double pages = s ? (double)s->size / PAGE : 1;
	time_t when = (time_t)c->time;
	char date[16];
	struct tm tm;

	strftime(date, sizeof(date), "%Y-%m-%d", gmtime_r(&when, &tm));
	sheet_count(t, (uint64_t)c->id);
	sheet_words(t, "%s", date);
	sheet_words(t, "%s", s ? s->name : "?");
	sheet_words(t, "%s", report_cost(c->before / pages).text);
	sheet_words(t, "%s", report_cost(c->after / pages).text);
	/* A count may change by less than a page's share shows. */
	if (s && s->exact)
		sheet_words(t, "%+.0f a call", c->after - c->before);
	else
		sheet_words(t, "%+.2f%%", (c->after / c->before - 1) * 100);
	sheet_words(t, "%s", c->state);
	sheet_words(t, "%s", c->note);
}

static int list_changes(struct store *store, bool all, struct err *err)
{
	static const struct sheet_column columns[] = {
		SHEET_FIGURE("change"),	       SHEET_WORDS("found"),
		SHEET_WORDS("series"),	       SHEET_FIGURE("before\na page"),
		SHEET_FIGURE("after\na page"), SHEET_FIGURE("by"),
		SHEET_WORDS("state"),	       SHEET_WORDS("note"),
	};
	const struct pen pen = pen_to(stdout, false);
	struct store_series_list list;
	struct store_changes changes;
	struct sheet *t;
	size_t shown = 0;
	int ret = store_series_list(store, NULL, &list, err);

	if (ret)
		return ret;
	ret = store_changes(store, 0, &changes, err);
	if (ret)
		goto out;
	t = sheet_new(columns, ARRAY_SIZE(columns), NULL);
	for (size_t i = 0; i < changes.n; i++) {
		const struct store_change *c = &changes.changes[i];

		if (!all && strcmp(c->state, "new"))
			continue;
		put_change(t, c, series_of(&list, c->series));
		shown++;
	}
	if (shown)
		render_sheet(t, &pen);
	printf("%s%zu of %zu changes%s\n", shown ? "\n" : "", shown, changes.n,
	       all ? "" : " are new; --all lists the others too");
	sheet_free(t);
	store_changes_release(&changes);
out:
	store_series_list_release(&list);
	return ret;
}

static int parse_id(const char *text, int64_t *id, struct err *err)
{
	char *end;

	errno = 0;
	*id = strtoll(text, &end, 10);
	if (errno || *end || end == text || *id < 1)
		return err_set(err, EINVAL, "'%s' is no number of a change", text);
	return 0;
}

static int acknowledge(struct store *store, const struct ack *o, struct err *err)
{
	int64_t id;
	int ret = 0;

	/* All numbers are read before any is written. */
	for (size_t i = 0; i < o->ids.n && !ret; i++)
		ret = parse_id(o->ids.v[i], &id, err);
	for (size_t i = 0; i < o->ids.n && !ret; i++) {
		ret = parse_id(o->ids.v[i], &id, err);
		if (!ret)
			ret = store_change_state(store, id, o->state, o->note ? o->note : "", err);
		if (!ret)
			printf("change %lld: %s\n", (long long)id, o->state);
	}
	return ret;
}

static int check(const struct ack *o, struct err *err)
{
	if (o->ids.n && !o->state)
		return err_set(err, EINVAL, "--as which state? new, expected, noise or fixed");
	if (!o->ids.n && (o->state || o->note))
		return err_set(err, EINVAL, "which changes? their numbers are in `ptwalk ack`");
	return 0;
}

static int run(int argc, char **argv)
{
	struct ack o = { 0 };
	struct store *store;
	struct err err = { 0 };
	int ret, status = STATUS_ERROR;

	if (command_parse(&command_ack, argc, argv, &o))
		goto out;
	ret = check(&o, &err);
	if (!ret)
		ret = store_open(o.store_path, &(struct store_options){ .read_only = !o.ids.n },
				 &store, &err);
	if (!ret) {
		ret = o.ids.n ? acknowledge(store, &o, &err) : list_changes(store, o.all, &err);
		store_close(store);
	}
	if (!ret)
		ret = command_flush(&err);
	status = ret ? command_fail("ack", &err) : STATUS_CLEAN;
out:
	strv_release(&o.ids);
	return status;
}

const struct command command_ack = {
	.name = "ack",
	.summary = "list the changes that nightlies found, and acknowledge them",
	.args = "[CHANGE...]",
	.doc = "List the changes that nightlies found, or say what became of some.",
	.options = options,
	.run = run,
};
