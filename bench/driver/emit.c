// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/emit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"

static void write_line(const struct emit *emit, const char *line)
{
	struct err err;

	if (emit->fd < 0 || !fs_write_all(emit->fd, line, strlen(line), "records", &err))
		return;
	fprintf(stderr, "ptwalk-driver: %s\n", err.text);
	exit(2);
}

void emit_record(struct emit *emit, const struct record *record)
{
	char *line = record_line(record);

	if (record->kind == RECORD_SERIES)
		emit->series++;
	if (record->kind == RECORD_MISSING)
		emit->missing++;
	write_line(emit, line);
	free(line);
}

void emit_mark(const struct emit *emit, const char *series)
{
	char *line = xasprintf(EMIT_MARK "%s\n", series);

	write_line(emit, line);
	free(line);
}
