// SPDX-License-Identifier: GPL-2.0-only
#include <argp.h>
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

enum key {
	KEY_AS = 256,
	KEY_NOTE,
	KEY_ALL,
};

struct ack {
	const char *store_path, *state, *note;
	struct strv ids;
	bool all;
};

static const struct argp_option argp_options[] = {
	OPTION_STORE(0),
	{ "as", KEY_AS, "STATE", 0, "new, expected, noise or fixed", 0 },
	{ "note", KEY_NOTE, "TEXT", 0, "Why", 0 },
	{ "all", KEY_ALL, NULL, 0, "List those that are fixed, expected or noise, too", 0 },
	{ 0 },
};

static error_t parse_one(int key, char *arg, struct argp_state *state)
{
	struct ack *o = state->input;

	switch (key) {
	case KEY_STORE:
		o->store_path = arg;
		return 0;
	case KEY_AS:
		o->state = arg;
		return 0;
	case KEY_NOTE:
		o->note = arg;
		return 0;
	case KEY_ALL:
		o->all = true;
		return 0;
	case ARGP_KEY_ARG:
		strv_add(&o->ids, arg);
		return 0;
	case ARGP_KEY_END:
		if (o->ids.n && !o->state)
			argp_error(state, "--as which state? new, expected, noise or fixed");
		if (!o->ids.n && (o->state || o->note))
			argp_error(state, "which changes? their numbers are in `ptwalk ack`");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

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

static int run(int argc, char **argv)
{
	static const struct argp argp = {
		.options = argp_options,
		.parser = parse_one,
		.args_doc = "[CHANGE...]",
		.doc = "List the changes that nightlies found, or say what became of some.",
	};
	struct ack o = { 0 };
	struct store *store;
	struct err err = { 0 };
	int ret = argp_parse(&argp, argc, argv, 0, NULL, &o);

	if (!ret)
		ret = store_open(o.store_path, &(struct store_options){ .read_only = !o.ids.n },
				 &store, &err);
	if (!ret) {
		ret = o.ids.n ? acknowledge(store, &o, &err) : list_changes(store, o.all, &err);
		store_close(store);
	}
	if (!ret && (fflush(stdout) || ferror(stdout)))
		ret = err_set(&err, errno, "cannot write to standard output: %s", strerror(errno));
	strv_release(&o.ids);
	return ret ? command_fail("ack", &err) : STATUS_CLEAN;
}

const struct command command_ack = {
	.name = "ack",
	.summary = "list the changes that nightlies found, and acknowledge them",
	.run = run,
};
