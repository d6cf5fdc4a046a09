// SPDX-License-Identifier: GPL-2.0-only
#include "bench/store/verdicts.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/store/sql.h"

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
