/* SPDX-License-Identifier: GPL-2.0-only */
/* A store in a folder of its own for each test, and nights to put into it. */
#ifndef PTWALK_TESTS_FAKE_STORE_H
#define PTWALK_TESTS_FAKE_STORE_H

#include <stdint.h>
#include <string.h>

#include "bench/store/sql.h"

/* A test whose *state is the path of a store that is not there yet. */
#define FAKE_STORE_TEST(name) TEST_WITH(name, fake_store_setup, fake_store_teardown)

int fake_store_setup(void **state);
int fake_store_teardown(void **state);

/* Open the store at that path; fails the test where that fails. */
struct store *fake_store_open(const char *path);

/* Does SQLite find the file whole? */
static inline bool fake_store_whole(struct store *store)
{
	sqlite3_stmt *stmt = NULL;
	bool whole;

	if (sqlite3_prepare_v2(store->db, "PRAGMA integrity_check(1)", -1, &stmt, NULL))
		return false;
	whole = sqlite3_step(stmt) == SQLITE_ROW &&
		!strcmp((const char *)sqlite3_column_text(stmt, 0), "ok");
	sqlite3_finalize(stmt);
	return whole;
}

/* When night @night is, from 1; seconds since 1970. */
int64_t fake_store_time(unsigned night);

/* Store @records as "night-N". Returns its number. */
int64_t fake_store_add(struct store *, struct records *records, unsigned night,
		       const struct store_origin *);

/* Store fake_run() as "night-N", hmm/devdax-pte/1G with @more ticks. Returns its number. */
int64_t fake_store_night(struct store *, unsigned night, unsigned more,
			 const struct store_origin *);

#endif
