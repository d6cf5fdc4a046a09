/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tables of the store and how they came to be. docs/store.md is the prose.
 * A step, once released, is never changed: a new one is added at the end.
 */
#ifndef PTWALK_STORE_SCHEMA_H
#define PTWALK_STORE_SCHEMA_H

#include <sqlite3.h>
#include <stddef.h>

#include "base/err.h"

/* "ptwk": what PRAGMA application_id says of a store. */
#define SCHEMA_APPLICATION 0x7074776b

/* What takes the tables to the next version, in this order. */
struct schema_step {
	const char *sql;
	int (*convert)(sqlite3 *, struct err *); /* what SQL cannot; or NULL */
	const char *after;			 /* SQL; or NULL */
};

/* From version I to I + 1, by I. */
extern const struct schema_step schema_steps[];
extern const size_t nr_schema_steps;

/**
 * schema_migrate - bring a database to the newest version
 * @steps:	schema_steps, but in tests
 *
 * All steps that lack are taken in one transaction, or none.
 *
 * Returns: 0; -EPROTONOSUPPORT: the database is of a newer version, and is left
 * as it is; -EBADMSG: it is a database of something else; or the error of SQLite.
 */
int schema_migrate(sqlite3 *db, const struct schema_step *steps, size_t n, struct err *err);

/* The version that a database says it is of. */
int schema_version(sqlite3 *db, size_t *version, struct err *err);

/* Of version 2: the records of each run, put together from the tables of version 1, packed. */
int schema_pack_runs(sqlite3 *, struct err *);

#endif
