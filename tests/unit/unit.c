// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/unit.h"

#include <stdlib.h>

/* The linker's: all that TEST() put there. */
extern const struct unit_test *const __start_unit_tests[], *const __stop_unit_tests[];

__attribute__((weak)) UNIT_GROUP(NULL, NULL, NULL);

static int by_line(const void *a, const void *b)
{
	const struct unit_test *const *one = a, *const *two = b;

	return (*one)->line < (*two)->line ? -1 : (*one)->line > (*two)->line;
}

int main(int argc, char **argv)
{
	const size_t n = (size_t)(__stop_unit_tests - __start_unit_tests);
	const struct unit_test **sorted = calloc(n, sizeof(*sorted));
	struct CMUnitTest *tests = calloc(n, sizeof(*tests));
	int ret = unit_group.begin ? unit_group.begin(argc, argv) : 0;

	if (!unit_group.begin && argc > 1)
		cmocka_set_test_filter(argv[1]);
	for (size_t i = 0; i < n; i++)
		sorted[i] = __start_unit_tests[i];
	qsort(sorted, n, sizeof(*sorted), by_line);
	for (size_t i = 0; i < n; i++)
		tests[i] = sorted[i]->test;
	if (!ret)
		ret = _cmocka_run_group_tests("tests", tests, n, unit_group.setup,
					      unit_group.teardown);
	free(tests);
	free(sorted);
	return ret;
}
