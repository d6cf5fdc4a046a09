// SPDX-License-Identifier: GPL-2.0-only
/* Which functions changed: exactly those, and none that merely moved. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "diff/functions.h"

/* The changes as one line: "-gone +new twin:diff_sample.c". */
static char *changes_between(const char *base, const char *new)
{
	static const char *const marks[] = {
		[FUNCTION_CHANGED] = "",
		[FUNCTION_GONE] = "-",
		[FUNCTION_NEW] = "+",
	};
	struct function_changes changes;
	struct strv words = { 0 };
	struct err err;
	char *line;

	if (functions_diff(base, new, &changes, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < changes.n; i++)
		strv_addf(&words, "%s%s%s%s", marks[changes.v[i].fate], changes.v[i].name,
			  *changes.v[i].file ? ":" : "", changes.v[i].file);
	line = strv_join(&words, " ");
	strv_release(&words);
	function_changes_release(&changes);
	return line;
}

static void expect_changes(const char *base, const char *new, const char *expected)
{
	char *line = changes_between(base, new);

	assert_string_equal(line, expected);
	free(line);
}

TEST(the_same_code_has_no_changes)
{
	expect_changes(DIFF_BASE, DIFF_BASE, "");
	expect_changes(DIFF_LINKED_BASE, DIFF_LINKED_BASE, "");
}

TEST(what_merely_moved_is_not_named)
{
	expect_changes(DIFF_BASE, DIFF_MOVED, "+newcomer");
	expect_changes(DIFF_MOVED, DIFF_BASE, "-newcomer");
	expect_changes(DIFF_LINKED_BASE, DIFF_LINKED_MOVED, "+newcomer");
}

TEST(one_instruction_is_found)
{
	expect_changes(DIFF_BASE, DIFF_INSTRUCTION, "twin:diff_sample.c");
	expect_changes(DIFF_LINKED_BASE, DIFF_LINKED_INSTRUCTION, "twin:diff_sample.c");
}

TEST(a_call_of_another_function_is_found)
{
	expect_changes(DIFF_BASE, DIFF_TARGET, "helper:diff_sample.c");
}

TEST(another_string_is_found)
{
	expect_changes(DIFF_BASE, DIFF_STRING, "base_function");
}

TEST(a_jump_table_of_other_order_is_found)
{
	expect_changes(DIFF_BASE, DIFF_TABLE, "by_table");
}

TEST(an_immediate_is_no_address)
{
	expect_changes(DIFF_BASE, DIFF_IMMEDIATE, "adder +newcomer");
}

TEST(functions_of_one_name_are_told_apart_by_file)
{
	/* Both objects have a static `twin`, in files of different names. */
	expect_changes(DIFF_LINKED_BASE, DIFF_LINKED_INSTRUCTION, "twin:diff_sample.c");
	expect_changes(DIFF_LINKED_BASE, DIFF_OTHER,
		       "-adder -base_function -by_table -helper:diff_sample.c -twin:diff_sample.c "
		       "-twin_user");
}

static int open_code(const char *path, struct err *err)
{
	struct function_changes changes;
	int ret = functions_diff(path, DIFF_BASE, &changes, err);

	if (!ret)
		function_changes_release(&changes);
	return ret;
}

TEST(what_is_no_object_is_refused)
{
	struct err err;

	assert_int_equal(open_code("/nonexistent/vmlinux.o", &err), -ENOENT);
	assert_non_null(strstr(err.text, "/nonexistent/vmlinux.o"));
	assert_int_equal(open_code("/etc/passwd", &err), -ENOEXEC);
	assert_non_null(strstr(err.text, "not an ELF file"));
	assert_int_equal(open_code("/proc/self/exe", &err), -ENOEXEC);
	assert_non_null(strstr(err.text, "not a relocatable"));
}
