// SPDX-License-Identifier: GPL-2.0-only
#include "bench/store/history.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/size.h"
#include "base/str.h"
#include "bench/store/sql.h"

#define NEWEST_NAMED 3

static void read_run(sqlite3_stmt *stmt, struct store_run *run)
{
	*run = (struct store_run){
		.id = sqlite3_column_int64(stmt, 0),
		.name = sqlite_text(stmt, 1),
		.session = sqlite3_column_int64(stmt, 2),
		.env = sqlite3_column_int64(stmt, 3),
		.kernel = sqlite3_column_int64(stmt, 4),
		.time = sqlite3_column_int64(stmt, 5),
		.exact = sqlite3_column_int(stmt, 6) != 0,
		.pruned = sqlite3_column_type(stmt, 7) != SQLITE_NULL,
		.machine = sqlite_text(stmt, 8),
		.spec = sqlite_text(stmt, 9),
		.release = sqlite_text(stmt, 10),
		.version = sqlite_text(stmt, 11),
		.commit = sqlite_text(stmt, 12),
		.parent = sqlite_text(stmt, 13),
		.session_kind = sqlite_text(stmt, 14),
		.series = (size_t)sqlite3_column_int64(stmt, 15),
		.missing = (size_t)sqlite3_column_int64(stmt, 16),
		.judged = sqlite3_column_int(stmt, 17) != 0,
	};
}

int store_list(struct store *store, size_t limit, struct store_runs *out, struct err *err)
{
	sqlite3_stmt *stmt =
		sql_read(store, SQL_RUN_LIST, err, "i", limit ? (int64_t)limit : (int64_t)-1);
	int ret = stmt ? 1 : -EIO;

	*out = (struct store_runs){ 0 };
	while (ret > 0 && (ret = sqlite_row(stmt, err)) > 0) {
		out->runs = xgrow(out->runs, out->n, sizeof(*out->runs));
		read_run(stmt, &out->runs[out->n++]);
	}
	if (ret)
		store_runs_release(out);
	return sql_fail(store, ret, err);
}

void store_runs_release(struct store_runs *runs)
{
	for (size_t i = 0; i < runs->n; i++) {
		struct store_run *run = &runs->runs[i];
		char *strings[] = { run->name,	  run->machine, run->spec,   run->release,
				    run->version, run->commit,	run->parent, run->session_kind };

		for (size_t s = 0; s < ARRAY_SIZE(strings); s++)
			free(strings[s]);
	}
	free(runs->runs);
	*runs = (struct store_runs){ 0 };
}

/* "last" is 0, "last~2" is 2; -1 where it is neither. */
static int64_t parse_last(const char *name)
{
	char *end;
	long back;

	if (!strcmp(name, "last"))
		return 0;
	if (!str_starts(name, "last~") || name[5] < '0' || name[5] > '9')
		return -1;
	back = strtol(name + 5, &end, 10);
	return *end ? -1 : back;
}

static int no_run(struct store *store, const char *name, struct err *err)
{
	sqlite3_stmt *stmt =
		sql_read(store, SQL_RUN_LAST, err, "ii", (int64_t)NEWEST_NAMED, (int64_t)0);
	_cleanup_(strv_release) struct strv newest = { 0 };
	_cleanup_free_ char *list = NULL;
	int ret = stmt ? 1 : -EIO;

	while (ret > 0 && (ret = sqlite_row(stmt, err)) > 0)
		strv_add(&newest, (const char *)sqlite3_column_text(stmt, 1));
	list = strv_join(&newest, ", ");
	if (!ret && newest.n)
		ret = err_set(err, ENOENT, "no run '%.80s' in it; the newest are: %s", name, list);
	else if (!ret)
		ret = err_set(err, ENOENT,
			      "no run '%.80s': it holds none; `ptwalk store import` adds some",
			      name);
	return ret;
}

int store_find(struct store *store, const char *name, int64_t *run, struct err *err)
{
	const size_t len = strlen(name);
	const int64_t back = parse_last(name);
	int ret;

	if (back >= 0)
		ret = sql_find(store, SQL_RUN_LAST, run, err, "ii", (int64_t)1, back);
	else
		ret = sql_find(store, SQL_RUN_NAME, run, err, "t", name);
	if (!ret && len && len < 19 && strspn(name, "0123456789") == len)
		ret = sql_find(store, SQL_RUN_ID, run, err, "i", (int64_t)strtoll(name, NULL, 10));
	if (!ret)
		ret = no_run(store, name, err);
	return ret < 0 ? sql_fail(store, ret, err) : 0;
}

static void read_series(sqlite3_stmt *stmt, struct store_series *s)
{
	*s = (struct store_series){
		.id = sqlite3_column_int64(stmt, 0),
		.name = sqlite_text(stmt, 1),
		.machine = sqlite_text(stmt, 2),
		.unit = sqlite_text(stmt, 3),
		.exact = sqlite3_column_int(stmt, 4) != 0,
		.version = sqlite3_column_int(stmt, 5),
		.op = sqlite_text(stmt, 6),
		.policy = sqlite_text(stmt, 7),
		.workload = sqlite_text(stmt, 8),
		.level = sqlite_text(stmt, 9),
		.size = (uint64_t)sqlite3_column_int64(stmt, 10),
		.placement = sqlite_text(stmt, 11),
		.threads = (unsigned int)sqlite3_column_int64(stmt, 12),
		.mms = (unsigned int)sqlite3_column_int64(stmt, 13),
		.cache = sqlite_text(stmt, 14),
		.functional = sqlite3_column_int(stmt, 15) != 0,
		.arch = sqlite_text(stmt, 16),
		.page = (uint64_t)sqlite3_column_int64(stmt, 17),
	};
}

int store_series_list(struct store *store, const char *name, struct store_series_list *out,
		      struct err *err)
{
	sqlite3_stmt *stmt = name ? sql_read(store, SQL_SERIES_NAMED, err, "t", name)
				  : sql_read(store, SQL_SERIES_LIST, err, "");
	int ret = stmt ? 1 : -EIO;

	*out = (struct store_series_list){ 0 };
	while (ret > 0 && (ret = sqlite_row(stmt, err)) > 0) {
		out->series = xgrow(out->series, out->n, sizeof(*out->series));
		read_series(stmt, &out->series[out->n++]);
	}
	if (ret)
		store_series_list_release(out);
	return sql_fail(store, ret, err);
}

void store_series_list_release(struct store_series_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct store_series *s = &list->series[i];
		char *strings[] = { s->name,	 s->machine, s->unit,	   s->op,    s->policy,
				    s->workload, s->level,   s->placement, s->cache, s->arch };

		for (size_t n = 0; n < ARRAY_SIZE(strings); n++)
			free(strings[n]);
	}
	free(list->series);
	*list = (struct store_series_list){ 0 };
}

char *store_series_on(const struct store_series *s)
{
	const bool home = !strcmp(s->arch, RECORD_ARCH), usual = s->page == RECORD_PAGE;

	return xasprintf("%s%s%s%s%s", s->machine, home ? "" : ", ", home ? "" : s->arch,
			 usual ? "" : ", pages of ", usual ? "" : size_name(s->page).text);
}

static void read_point(sqlite3_stmt *stmt, struct store_point *p)
{
	*p = (struct store_point){
		.run = sqlite3_column_int64(stmt, 0),
		.boot = (unsigned int)sqlite3_column_int64(stmt, 1),
		.time = sqlite3_column_int64(stmt, 2),
		.known = sqlite3_column_type(stmt, 3) != SQLITE_NULL,
		.count = sqlite3_column_int64(stmt, 3),
		.value = sqlite3_column_double(stmt, 3),
		.env = sqlite3_column_int64(stmt, 4),
		.kernel = sqlite3_column_int64(stmt, 5),
		.exact = sqlite3_column_int(stmt, 6) != 0,
		.series = sqlite3_column_int64(stmt, 7),
	};
}

static int read_points(struct store *store, sqlite3_stmt *stmt, struct store_history *out,
		       struct err *err)
{
	int ret = stmt ? 1 : -EIO;

	*out = (struct store_history){ 0 };
	while (ret > 0 && (ret = sqlite_row(stmt, err)) > 0) {
		out->points = xgrow(out->points, out->n, sizeof(*out->points));
		read_point(stmt, &out->points[out->n++]);
	}
	if (ret)
		store_history_release(out);
	return sql_fail(store, ret, err);
}

int store_history(struct store *store, int64_t series, int64_t since, struct store_history *out,
		  struct err *err)
{
	return read_points(store, sql_read(store, SQL_HISTORY, err, "ii", series, since), out, err);
}

int store_run_values(struct store *store, int64_t run, struct store_history *out, struct err *err)
{
	return read_points(store, sql_read(store, SQL_RUN_VALUES, err, "i", run), out, err);
}

void store_history_release(struct store_history *history)
{
	free(history->points);
	*history = (struct store_history){ 0 };
}

char *store_env(struct store *store, int64_t env, struct err *err)
{
	sqlite3_stmt *stmt = sql_read(store, SQL_ENV_KEY, err, "i", env);
	int ret = stmt ? sqlite_row(stmt, err) : -EIO;
	char *key = ret > 0 ? sqlite_text(stmt, 0) : NULL;

	if (stmt)
		sqlite3_reset(stmt);
	if (!ret)
		ret = err_set(err, ENOENT, "no environment %lld", (long long)env);
	sql_fail(store, ret, err);
	return key;
}

/* SQLite keeps NAN as NULL, which is what it is: no figure. */
static int add_verdict(struct store *store, const struct store_verdict *v, struct err *err)
{
	return sql_write(store, SQL_VERDICT_ADD, err, "iiiiitiirrrrrrrrtt", v->session, v->base_run,
			 v->new_run, v->series, v->time, v->method, v->nr_base, v->nr_new, v->base,
			 v->new, v->ratio, v->low, v->high, v->p, v->p_adjusted, v->effect,
			 v->outcome, v->note ? v->note : "");
}

static int add_change(struct store *store, const struct store_change *c, struct err *err)
{
	return sql_write(store, SQL_CHANGE_ADD, err, "iirritt", c->series, c->run, c->before,
			 c->after, c->time, c->state ? c->state : "new", c->note ? c->note : "");
}

int store_verdicts_add(struct store *store, const struct store_verdicts *verdicts,
		       const struct store_changes *changes, struct err *err)
{
	int ret = sqlite_begin(store->db, err), added = 0;

	if (ret)
		return sql_fail(store, ret, err);
	for (size_t i = 0; !added && i < verdicts->n; i++)
		added = add_verdict(store, &verdicts->verdicts[i], err);
	for (size_t i = 0; !added && i < changes->n; i++)
		added = add_change(store, &changes->changes[i], err);
	return sql_fail(store, sqlite_end(store->db, added, err), err);
}

static void read_verdict(sqlite3_stmt *stmt, struct store_verdict *v)
{
	*v = (struct store_verdict){
		.session = sqlite3_column_int64(stmt, 0),
		.base_run = sqlite3_column_int64(stmt, 1),
		.new_run = sqlite3_column_int64(stmt, 2),
		.series = sqlite3_column_int64(stmt, 3),
		.time = sqlite3_column_int64(stmt, 4),
		.method = sqlite_text(stmt, 5),
		.nr_base = sqlite3_column_int64(stmt, 6),
		.nr_new = sqlite3_column_int64(stmt, 7),
		.base = sqlite_real(stmt, 8),
		.new = sqlite_real(stmt, 9),
		.ratio = sqlite_real(stmt, 10),
		.low = sqlite_real(stmt, 11),
		.high = sqlite_real(stmt, 12),
		.p = sqlite_real(stmt, 13),
		.p_adjusted = sqlite_real(stmt, 14),
		.effect = sqlite_real(stmt, 15),
		.outcome = sqlite_text(stmt, 16),
		.note = sqlite_text(stmt, 17),
	};
}

static int read_verdicts(struct store *store, enum sql which, int64_t id,
			 struct store_verdicts *out, struct err *err)
{
	sqlite3_stmt *stmt = sql_read(store, which, err, "i", id);
	int ret = stmt ? 1 : -EIO;

	*out = (struct store_verdicts){ 0 };
	while (ret > 0 && (ret = sqlite_row(stmt, err)) > 0) {
		out->verdicts = xgrow(out->verdicts, out->n, sizeof(*out->verdicts));
		read_verdict(stmt, &out->verdicts[out->n++]);
	}
	if (ret)
		store_verdicts_release(out);
	return sql_fail(store, ret, err);
}

int store_verdicts_of_run(struct store *store, int64_t run, struct store_verdicts *out,
			  struct err *err)
{
	return read_verdicts(store, SQL_VERDICT_RUN, run, out, err);
}

void store_verdicts_release(struct store_verdicts *v)
{
	for (size_t i = 0; i < v->n; i++) {
		free(v->verdicts[i].method);
		free(v->verdicts[i].outcome);
		free(v->verdicts[i].note);
	}
	free(v->verdicts);
	*v = (struct store_verdicts){ 0 };
}

int store_changes(struct store *store, int64_t series, struct store_changes *out, struct err *err)
{
	sqlite3_stmt *stmt = series ? sql_read(store, SQL_CHANGE_SERIES, err, "i", series)
				    : sql_read(store, SQL_CHANGE_LIST, err, "");
	int ret = stmt ? 1 : -EIO;

	*out = (struct store_changes){ 0 };
	while (ret > 0 && (ret = sqlite_row(stmt, err)) > 0) {
		out->changes = xgrow(out->changes, out->n, sizeof(*out->changes));
		out->changes[out->n++] = (struct store_change){
			.id = sqlite3_column_int64(stmt, 0),
			.series = sqlite3_column_int64(stmt, 1),
			.run = sqlite3_column_int64(stmt, 2),
			.before = sqlite3_column_double(stmt, 3),
			.after = sqlite3_column_double(stmt, 4),
			.time = sqlite3_column_int64(stmt, 5),
			.state = sqlite_text(stmt, 6),
			.note = sqlite_text(stmt, 7),
		};
	}
	if (ret)
		store_changes_release(out);
	return sql_fail(store, ret, err);
}

void store_changes_release(struct store_changes *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->changes[i].state);
		free(c->changes[i].note);
	}
	free(c->changes);
	*c = (struct store_changes){ 0 };
}

int store_change_state(struct store *store, int64_t change, const char *state, const char *note,
		       struct err *err)
{
	static const char *const states[] = { "new", "expected", "noise", "fixed" };
	size_t i = 0;
	int ret;

	while (i < ARRAY_SIZE(states) && strcmp(states[i], state) != 0)
		i++;
	if (i == ARRAY_SIZE(states))
		return err_set(err, EINVAL,
			       "unknown state '%.40s'; there are: new, expected, "
			       "noise, fixed",
			       state);
	ret = sql_write(store, SQL_CHANGE_STATE, err, "itt", change, state, note ? note : "");
	if (!ret && !sqlite3_changes(store->db))
		ret = err_set(err, ENOENT, "no change point %lld", (long long)change);
	return sql_fail(store, ret, err);
}
