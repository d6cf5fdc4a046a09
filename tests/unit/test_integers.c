// SPDX-License-Identifier: GPL-2.0-only
/* The published references: every op over every workload costs integers, with nothing left over. */
#include "tests/unit/unit.h"

#include <stdlib.h>

#include "base/str.h"
#include "bench/report/summary.h"

static size_t solved(const struct summary *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nr_rows; i++) {
		for (size_t c = 0; c < s->nr_columns; c++) {
			const struct summary_model *m = &s->rows[i].models[c];

			if (record_op_calibrates(s->columns[c].op))
				continue;
			assert_int_equal(m->sizes, 4);
			if (!m->terms.solved || m->terms.residual)
				fail_msg("%s of %s: %s", s->columns[c].name, s->rows[i].name,
					 m->unsolved);
			n++;
		}
	}
	return n;
}

TEST(every_group_of_the_references_is_solved)
{
	static const char *const names[] = { "debian-5.10", "debian-6.1", "debian-6.12",
					     "debian-7.2" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *path = xasprintf("%s/results/reference/%s/records.jsonl", PTWALK_SOURCE_DIR,
				       names[i]);
		struct records records;
		struct summary s;

		assert_int_equal(records_read(path, &records, NULL), 0);
		summary_build(&records, &s);
		assert_int_equal(solved(&s), 5 * 6);
		summary_release(&s);
		records_release(&records);
		free(path);
	}
}
