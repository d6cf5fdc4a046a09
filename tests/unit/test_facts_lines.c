// SPDX-License-Identifier: GPL-2.0-only
/* Where instructions come from: source lines, and what is written there. */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "facts/profile.h"

/* Of this program, as if it were the kernel: two functions that are where they are, or one that is not. */
TEST(lines_are_those_of_what_was_measured)
{
	struct profile_function functions[] = {
		{ .address = (uintptr_t)profiles_read,
		  .name = (char *)"profiles_read",
		  .module = (char *)"" },
		{ .address = (uintptr_t)profiles_find,
		  .name = (char *)"profiles_find",
		  .module = (char *)"" },
	};
	struct facts_profile p = { .series = (char *)"hmm/x/2M",
				   .functions = functions,
				   .nr_functions = 2 };
	struct profile_line line = { 0 };
	struct profile_lines lines;
	struct dwarf *source;
	struct err err = { 0 };

	source = dwarf_open("/proc/self/exe", "ptwalk", &p, &err);
	if (!source)
		fail_msg("%s", err.text);
	lines = dwarf_lines(source);
	lines.find(lines.arg, functions[1].address, &line);
	assert_non_null(line.file);
	assert_non_null(strstr(line.file, "facts/profile.c"));
	assert_true(line.line > 0);
	dwarf_close(source);

	functions[1].address += 16;
	assert_null(dwarf_open("/proc/self/exe", "ptwalk", &p, &err));
	assert_non_null(strstr(err.text, "is of another build"));
	functions[0].module = functions[1].module = (char *)"ptwalk";
	assert_null(dwarf_open("/proc/self/exe", "ptwalk", &p, &err));
	assert_non_null(strstr(err.text, "has none of the functions"));
}

/* Its path, which the caller owns. */
static char *put_file(const char *folder, const char *name, const char *text)
{
	char *file = xasprintf("%s/%s", folder, name);
	struct err err = { 0 };

	if (fs_write_file(file, text, strlen(text), 0644, &err))
		fail_msg("%s", err.text);
	return file;
}

static void assert_source(struct sources *s, const struct profile_line *line, const char *text)
{
	_cleanup_free_ char *is = sources_text(s, line);

	if (text)
		assert_string_equal(is, text);
	else
		assert_null(is);
}

TEST(text_is_of_what_was_compiled)
{
	struct err err = { 0 };
	_cleanup_(fs_temp_endp) char *folder = fs_temp(NULL, "ptwalk-test", &err);
	_cleanup_free_ char *built = put_file(folder, "built", "");
	_cleanup_free_ char *kept = put_file(folder, "hmm_entry.c", "a\n\tentry\tof\n");
	_cleanup_free_ char *where = put_file(folder, "there.h", "here\n  there\n\n");
	_cleanup_free_ char *mm = xasprintf("%s/tree/mm", folder);
	_cleanup_free_ char *asked = xasprintf("%s/tree", folder);
	struct profile_line own = { "/build/mm/hmm.c", 2, "/m/own/hmm_entry.c", "/build" };
	struct profile_line other = { "/build/mm/hmm.c", 2, "/m/own/hmm_none.c", "/build" };
	struct profile_line near = { where, 2, "/m/x.c", "/build" };
	const struct profile_line short_of = { "there.h", 1, "/m/x.c", folder };
	const struct timespec times[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	struct sources *s;

	if (fs_mkdir_p(mm, &err))
		fail_msg("%s", err.text);
	free(put_file(mm, "hmm.c", "1\r\ntree\r\n"));
	assert_int_equal(utimensat(AT_FDCWD, where, times, 0), 0);
	/* Own code's is the policy's; and where nothing is kept of it, nobody's. */
	s = sources_new(folder, NULL, built);
	assert_source(s, &own, "entry of");
	assert_source(s, &other, NULL);
	assert_source(s, &near, "there");
	assert_source(s, &short_of, "here");
	near.line = 3;
	assert_source(s, &near, "");
	near.line = 4;
	assert_source(s, &near, NULL);
	sources_free(s);
	/* What a user names is believed. */
	s = sources_new(NULL, asked, built);
	assert_source(s, &own, "tree");
	assert_source(s, &other, "tree");
	sources_free(s);
	/* What was written to since it was compiled says nothing. */
	assert_int_equal(utimensat(AT_FDCWD, built, times, 0), 0);
	assert_int_equal(utimensat(AT_FDCWD, where, NULL, 0), 0);
	near.line = 2;
	s = sources_new(NULL, NULL, built);
	assert_source(s, &near, NULL);
	sources_free(s);
}
