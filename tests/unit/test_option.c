// SPDX-License-Identifier: GPL-2.0-only
/* Tables of options: each type is read, held against its bounds, and refused in one line. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/option.h"
#include "tests/unit/unit.h"

struct shape {
	const char *name;
};

static const struct shape square = { "square" }, circle = { "circle" };
static const struct shape *const shapes[] = { &square, &circle };
static const size_t nr_shapes = ARRAY_SIZE(shapes);

struct inner {
	uint64_t size;
	const char *text;
};

struct outer {
	bool flag;
	char *copy;
	struct strv texts, list, files;
	unsigned int count, limit, word;
	double percent, share;
	const struct shape *shape;
	struct inner inner;
	const char *called, *first;
	size_t nr_calls;
};

static const char *const words[] = { "off", "on", NULL };

static int call(void *options, const char *arg, struct err *err)
{
	struct outer *o = options;

	if (arg && !*arg)
		return err_set(err, EINVAL, "an empty one");
	o->called = arg ? arg : "nothing";
	o->nr_calls++;
	return 0;
}

static const struct opt inner_options[] = {
	{ "size", 's', "SIZE", "A size", OPT_SIZE(struct inner, size, 4096, 1 << 20) },
	{ "text", 0, "TEXT", "A text", OPT_TEXT(struct inner, text) },
	{ 0 },
};

static const struct opt options[] = {
	{ "flag", 'f', NULL, "A flag", OPT_FLAG(struct outer, flag) },
	{ "copy", 0, "TEXT", "A copy", OPT_COPY(struct outer, copy) },
	{ "texts", 't', "TEXT", "Texts", OPT_TEXTS(struct outer, texts) },
	{ "list", 'l', "LIST", "A list", OPT_LIST(struct outer, list) },
	OPT_HEADER("Numbers:"),
	{ "count", 'n', "N", "A count", OPT_UINT(struct outer, count, 2, 9) },
	{ "limit", 0, "SECONDS", "A limit", OPT_SECONDS(struct outer, limit, 60) },
	{ "percent", 0, "PERCENT", "Per cent", OPT_PERCENT(struct outer, percent, 0, 100) },
	{ "share", 0, "PERCENT", "A share", OPT_SHARE(struct outer, share, 0, 100) },
	{ "word", 0, "on|off", "A word", OPT_WORD(struct outer, word, words) },
	{ "shape", 0, "NAME", "A shape", OPT_ENTRY(struct outer, shape, shape, shapes) },
	{ "call", 'c', "WHAT", "A call", OPT_CALL(call), .may_lack = true },
	OPT_PART(struct outer, inner, inner_options),
	OPT_ARG("FIRST", "which first?", OPT_TEXT(struct outer, first)),
	OPT_MAYBE_ARG("FILE", OPT_TEXTS(struct outer, files), .max = 2),
	{ 0 },
};

static const struct opt_about about = { .program = "toy" };

/* Words with one space between them. */
static int parse(const struct opt *table, const char *line, void *o, struct err *err)
{
	static struct strv argv;
	char *typed;

	strv_release(&argv);
	typed = xasprintf("toy %s", line);
	strv_split(&argv, typed, ' ');
	free(typed);
	err->text[0] = '\0';
	return opts_parse(table, &about, (int)argv.n, argv.v, o, err);
}

static void release(struct outer *o)
{
	free(o->copy);
	strv_release(&o->texts);
	strv_release(&o->list);
	strv_release(&o->files);
}

TEST(every_type_is_read)
{
	struct outer o = { .copy = xstrdup("before") };
	struct err err;

	assert_int_equal(
		parse(options,
		      "-f --copy=x -t a --texts b -l 1,2 --list=3 -n 9 --limit 60 --percent 0.5 "
		      "--share 50 --word on --shape circle -c --size 64K --text=t one two",
		      &o, &err),
		0);
	assert_true(o.flag);
	assert_string_equal(o.copy, "x");
	assert_int_equal(o.texts.n, 2);
	assert_int_equal(o.list.n, 3);
	assert_int_equal(o.count, 9);
	assert_int_equal(o.limit, 60);
	assert_true(o.percent == 0.5 && o.share == 0.5);
	assert_int_equal(o.word, 1);
	assert_ptr_equal(o.shape, &circle);
	assert_string_equal(o.called, "nothing");
	assert_int_equal(o.inner.size, 64 << 10);
	assert_string_equal(o.inner.text, "t");
	assert_string_equal(o.first, "one");
	assert_int_equal(o.files.n, 1);
	release(&o);
}

TEST(what_was_not_given_stays)
{
	struct outer o = { .count = 7, .percent = 3 };
	struct err err;

	assert_int_equal(parse(options, "one", &o, &err), 0);
	assert_true(o.count == 7 && o.percent == 3 && !o.flag && !o.inner.size && !o.nr_calls);
	release(&o);
}

TEST(bad_input_is_refused_with_what_is_right)
{
	static const struct {
		const char *line, *said;
	} cases[] = {
		{ "", "which first?" },
		{ "a b c d", "2 FILE at most" },
		{ "a -n 1", "--count takes a number from 2 to 9, not '1'" },
		{ "a -n 10", "--count takes a number from 2 to 9, not '10'" },
		{ "a -n -3", "--count takes a number from 2 to 9, not '-3'" },
		{ "a -n 3x", "--count takes a number from 2 to 9, not '3x'" },
		{ "a --limit=0", "--limit takes seconds from 1 to 60, not '0'" },
		{ "a --size=2M", "--size takes a size from 4K to 1M, not '2M'" },
		{ "a --percent=101", "--percent takes per cent from 0 to 100, not '101'" },
		{ "a --percent=nan", "--percent takes per cent from 0 to 100, not 'nan'" },
		{ "a --share=0", "--share takes per cent above 0 and below 100, not '0'" },
		{ "a --word=yes", "--word takes off or on, not 'yes'" },
		{ "a --shape=line", "--shape takes square or circle, not 'line'" },
		{ "a --call=", "an empty one" },
		{ "a --flag=1", "'--flag=1': it takes no argument" },
		{ "a --text", "--text takes TEXT, which is missing" },
		{ "a -t", "--texts takes TEXT, which is missing" },
		{ "a --lymit=3", "unknown option '--lymit'; did you mean --limit?" },
		{ "a --xyzzy", "unknown option '--xyzzy'; --help lists them" },
		{ "a -x", "unknown option '-x'; --help lists them" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct outer o = { 0 };
		struct err err;

		assert_int_equal(parse(options, cases[i].line, &o, &err), -EINVAL);
		assert_string_equal(err.text, cases[i].said);
		release(&o);
	}
}

TEST(words_of_another_program_are_left_alone)
{
	struct {
		char **rest;
		bool flag;
	} o = { 0 };
	const struct opt table[] = {
		{ "flag", 0, NULL, "A flag", .type = OPT_TYPE_FLAG,
		  .offset = (size_t)((char *)&o.flag - (char *)&o) },
		{ .argument = "PROGRAM", .help = "which?", .needed = true, .type = OPT_TYPE_REST },
		{ 0 },
	};
	struct err err;

	assert_int_equal(parse(table, "--flag ls --flag -l", &o, &err), 0);
	assert_true(o.flag);
	assert_string_equal(o.rest[0], "ls");
	assert_string_equal(o.rest[2], "-l");
	assert_null(o.rest[3]);
}

static void count(void *arg, const struct opt *o)
{
	size_t *n = arg;

	assert_non_null(o->name);
	(*n)++;
}

TEST(a_table_tells_its_options)
{
	size_t n = 0;

	opts_each(options, count, &n);
	assert_int_equal(n, 13);
}

TEST(distances)
{
	assert_int_equal(str_distance("cycles", "cycles"), 0);
	assert_int_equal(str_distance("CYCLES", "cycles"), 0);
	assert_int_equal(str_distance("cycels", "cycles"), 1);
	assert_int_equal(str_distance("cycle", "cycles"), 1);
	assert_int_equal(str_distance("cyccles", "cycles"), 1);
	assert_int_equal(str_distance("bicycle", "cycles"), 3);
	assert_int_equal(str_distance("", "abc"), 3);
}

TEST(what_was_meant)
{
	const char *const known[] = { "compare", "export", "import", "list" };
	struct strv all = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		strv_add(&all, known[i]);
	assert_string_equal(strv_meant(&all, "compar"), "compare");
	assert_string_equal(strv_meant(&all, "improt"), "import");
	assert_string_equal(strv_meant(&all, "lsit"), "list");
	assert_string_equal(strv_meant(&all, "im"), "import");
	assert_null(strv_meant(&all, "dashboard"));
	assert_null(strv_meant(&all, "x"));
	strv_release(&all);
}

TEST(words_behind_the_last_are_none)
{
	char program[] = "toy", flag[] = "-f", first[] = "one", stale[] = "two";
	char *argv[] = { program, flag, first, stale, stale, stale, NULL };
	struct outer o = { 0 };
	struct err err;

	assert_int_equal(opts_parse(options, &about, 3, argv, &o, &err), 0);
	assert_string_equal(o.first, "one");
	assert_int_equal(o.files.n, 0);
	release(&o);
}
