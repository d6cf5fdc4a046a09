/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs from files: ptwalk's own records, and what other tools write, made into
 * records. docs/exchange.md tells what becomes of what.
 */
#ifndef PTWALK_IMPORT_IMPORT_H
#define PTWALK_IMPORT_IMPORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "bench/record/record.h"

/* One kind of file. */
struct importer {
	const char *name;
	const char *summary;
	/* Is this such a text? Looks at its shape alone. */
	bool (*knows)(const char *text, size_t len);
	/*
	 * @seconds: when the file was written, since 1970, for texts that do not
	 * say when they were made. Returns: 0, or -EBADMSG with the place in @err.
	 */
	int (*read)(const char *text, size_t len, int64_t seconds, struct records *records,
		    struct err *err);
};

#define IMPORTER_LIST(X) \
	X(records)       \
	X(gbench)        \
	X(perf)          \
	X(benchfmt)      \
	X(lkp)

extern const struct importer *const importers[];
extern const size_t nr_importers;

/* The one that knows this text, or NULL. */
const struct importer *import_find(const char *text, size_t len);

/**
 * import_read - read a file, or a run's folder
 * @records:	(out) to be ended with records_release(), on success only
 *
 * Returns: 0; -ENOENT and the like; -EBADMSG with the file in @err.
 */
int import_read(const char *path, struct records *records, struct err *err);

#endif
