// SPDX-License-Identifier: GPL-2.0-only
/* kernels/own: own code in a namespace of its own, bound by name. */
#include "tests/unit/unit.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/kallsyms.h"
#include "kernels/own.h"
#include "kmod/own/bound.h"
#include "tests/unit/folder.h"

static void compile(const char *source, const char *object)
{
	char *from = folder_at("x.c"), *to = folder_at(object);
	const char *argv[] = { "cc", "-c", "-O1", "-fno-pic", "-o", to, from, NULL };

	folder_put("x.c", source, strlen(source));
	assert_int_equal(proc_run(argv, &(struct proc_options){ .timeout_seconds = 60 }, NULL), 0);
	free(to);
	free(from);
}

static int bind_it(const char *symvers, const char *symbols, struct err *err)
{
	char *from = folder_at("x.o"), *to = folder_at("bound.o");
	struct kallsyms syms;
	int ret;

	folder_put("Module.symvers", symvers, strlen(symvers));
	assert_int_equal(kallsyms_of_text(&syms, symbols, err), 0);
	ret = own_bind(from, to, folder_path, &syms, err);
	kallsyms_release(&syms);
	free(to);
	free(from);
	return ret;
}

TEST(what_nobody_exports_is_bound_by_name)
{
	static const char room[] = "__attribute__((section(\"" OWN_BOUND_SECTION
				   "\"))) const char room[8192] = { 1 };\n"
				   "void inner(void), outer(void), twice(void);\n";
	static const char symvers[] = "0x12345678\touter\tvmlinux\tEXPORT_SYMBOL\t\n";
	const char *told;
	struct err err = { 0 };
	char *source = xasprintf("%svoid f(void) { inner(); outer(); }\n", room), *bound, *path;
	size_t len;

	compile(source, "x.o");
	free(source);
	assert_int_equal(bind_it(symvers, "ffffffff81000040 t inner\n", &err), 0);
	path = folder_at("bound.o");
	bound = fs_read(path, &len, &err);
	assert_non_null(bound);
	/* Its address and name are told to the module; what is exported is left to it. */
	told = memmem(bound, len, "\x40\x00\x00\x81\xff\xff\xff\xffinner", 13);
	assert_non_null(told);
	assert_string_equal(told + 8, "inner");
	assert_int_equal(told[sizeof(struct own_bound) + 8], 0);
	free(bound);
	free(path);
	assert_int_equal(bind_it("", "ffffffff81000040 t inner\n", &err), -ENOENT);
	assert_non_null(strstr(err.text, "no symbol outer"));
	assert_int_equal(
		bind_it(symvers, "ffffffff81000040 t inner\nffffffff81000050 t inner\n", &err),
		-ENOTUNIQ);
	assert_non_null(strstr(err.text, "more than one symbol inner"));
	compile("void f(void) { }\n", "x.o");
	assert_int_equal(bind_it(symvers, "ffffffff81000040 t inner\n", &err), -ENOEXEC);
	/* What is weak may be nowhere. */
	source = xasprintf("%sextern int maybe __attribute__((weak));\n"
			   "int *f(void) { return &maybe; }\n",
			   room);
	compile(source, "x.o");
	free(source);
	assert_int_equal(bind_it("", "ffffffff81000040 t inner\n", &err), 0);
}

static const char unit_text[] = "/* a brace { in a comment */\n"
				"#define BODY(x) { \\\n	x }\n"
				"static const char text[] = \"(not) { a function\";\n"
				"static int hidden(int a)\n{\n	return a;\n}\n"
				"struct thing {\n	int (*call)(void);\n};\n"
				"extern int declared(void);\n"
				"struct thing *\nshown(int a,\n      int b)\n{\n"
				"	if (a) { return 0; }\n	return 0;\n}\n"
				"EXPORT_SYMBOL(shown);\n"
				"int __must_check also_shown(void)\n{\n	return hidden(1);\n}\n";

static const char walker_text[] = "static int of_file;\n"
				  "int walk(void)\n{\n"
				  "	static volatile unsigned long next_warn;\n"
				  "	static int begun = 1, more;\n"
				  "	static const char *names[2];\n"
				  "	return 0;\n}\n";

TEST(functions_of_a_unit_get_names_of_their_own)
{
	struct own_variant v[] = {
		{ .unit = "hmm", .policy = "a-b", .ident = "a_b" },
		{ .unit = "pagewalk", .policy = "a-b", .ident = "a_b" },
		{ .unit = "pagewalk", .policy = "other", .ident = "other" },
	};
	struct own own = { .source = folder_path, .v = v, .n = ARRAY_SIZE(v) };
	char *kmod = folder_at("kmod"), *mm = folder_at("mm"), *path, *text;
	struct strv sources = { 0 };
	struct err err = { 0 };

	assert_int_equal(fs_mkdir_p(mm, NULL), 0);
	folder_put("mm/internal.h", "", 0);
	folder_put("variant.c", unit_text, strlen(unit_text));
	folder_put("walker.c", walker_text, strlen(walker_text));
	v[0].file = folder_at("variant.c");
	v[1].file = folder_at("walker.c");
	v[2].file = xstrdup(v[1].file);
	if (own_write(&own, kmod, &sources, &err))
		fail_msg("%s", err.text);
	path = folder_at("kmod/own/hmm_a_b.c");
	text = fs_read(path, NULL, &err);
	assert_string_equal(text, "#include \"own/unit.h\"\n"
				  "#define shown own_hmm_a_b_shown\n"
				  "#define also_shown own_hmm_a_b_also_shown\n"
				  "#define walk own_pagewalk_a_b_walk\n"
				  "#include \"mm/hmm-a_b.c\"\n");
	free(text);
	free(path);
	/* What begins as 0 in a function is the kernel's; anything else will be refused. */
	path = folder_at("kmod/own/mm/pagewalk-a_b.c");
	text = fs_read(path, NULL, &err);
	assert_string_equal(text,
			    "#line 1 \"mm/pagewalk.c\"\n"
			    "static int of_file;\n"
			    "int walk(void)\n{\n"
			    "	extern volatile unsigned long next_warn asm(\"next_warn.0\");\n"
			    "	static int begun = 1, more;\n"
			    "	static const char *names[2];\n"
			    "	return 0;\n}\n");
	free(text);
	free(path);
	path = folder_at("kmod/own/list.h");
	text = fs_read(path, NULL, &err);
	assert_non_null(strstr(text, "#define OWN_hmm(X) X(a_b, \"a-b\")\n#define OWN_gup(X)\n"));
	free(text);
	free(path);
	strv_release(&sources);
	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		free(v[i].file);
	free(mm);
	free(kmod);
}

TEST(a_unit_with_data_of_its_own_is_refused)
{
	struct own_variant v = { .unit = "hmm", .policy = "p", .ident = "p", .file = (char *)"x" };
	struct own own = { .source = folder_path, .v = &v, .n = 1 };
	struct err err = { 0 };
	char *folder = folder_at("own");

	assert_int_equal(fs_mkdir_p(folder, NULL), 0);
	compile("static const int table[] = { 1, 2 };\nint f(int i) { return table[i]; }\n",
		"own/hmm_p.o");
	assert_int_equal(own_check_objects(&own, folder_path, &err), 0);
	compile("static int calls;\nint f(void) { return calls++; }\n", "own/hmm_p.o");
	assert_int_equal(own_check_objects(&own, folder_path, &err), -ENOTUNIQ);
	assert_non_null(strstr(err.text, "mm/hmm.c cannot be own code: its calls"));
	free(folder);
}

static void check_units(const char *change, int ret, unsigned int units)
{
	struct err err = { 0 };
	unsigned int found = 0;
	char *path = folder_at("change");

	folder_put("change", change, strlen(change));
	assert_int_equal(own_units_of(path, &found, &err), ret);
	assert_int_equal(err.text[0] != 0, ret != 0);
	if (!ret)
		assert_int_equal(found, units);
	free(path);
}

TEST(a_change_says_which_units_it_is_of)
{
	const unsigned int hmm = 1U << OWN_hmm, gup = 1U << OWN_gup, walker = 1U << OWN_pagewalk;

	check_units("--- a/mm/hmm.c\n+++ b/mm/hmm.c\n@@ -1 +1 @@\n-a\n+b\n", 0, hmm);
	check_units("--- a/mm/gup.c\n+++ b/mm/gup.c\n--- a/mm/hmm.c\n+++ b/mm/hmm.c\t2020\n", 0,
		    hmm | gup);
	check_units("--- a/mm/pagewalk.c\n+++ b/mm/pagewalk.c\n", 0, walker);
	check_units("// Files: mm/gup.c\n@@ @@\n", 0, gup);
	check_units("--- a/mm/hmm.h\n+++ b/include/linux/hmm.h\n", -EINVAL, 0);
	check_units("+++ b/mm/hmm.cc\n", -EINVAL, 0);
	check_units("+++ /dev/null\n", -EINVAL, 0);
	check_units("diff --git a/x b/y\nrename from x\nrename to y\n", -EINVAL, 0);
	check_units("nothing of the kind\n", -EBADMSG, 0);
	check_units("", -EBADMSG, 0);
}

static void compile_side(const char *policy, const char *more)
{
	char *object = xasprintf("own/hmm_%s.o", policy);
	char *text = xasprintf("#line 1 \"mm/hmm.c\"\nint own_hmm_%s_f(int i) { return i + 1; }\n"
			       "int own_hmm_%s_g(int i) { return own_hmm_%s_f(i) * 3; }\n%s",
			       policy, policy, policy, more);

	compile(text, object);
	free(object);
	free(text);
}

TEST(two_sides_are_the_same_but_for_their_names)
{
	char file[] = "x", *folder = folder_at("own");
	struct own_variant v[] = {
		{ .unit = "hmm", .policy = (char *)"own", .ident = (char *)"own", .file = file },
		{ .unit = "hmm", .policy = (char *)"new", .ident = (char *)"new", .file = file },
	};
	struct own own = { .source = folder_path, .v = v, .n = 2, .objects = folder };

	assert_int_equal(fs_mkdir_p(folder, NULL), 0);
	compile_side("own", "");
	compile_side("new", "/* no code */\n");
	assert_true(own_same(&own, "hmm", "own", "new"));
	compile_side("new", "int own_hmm_new_h(int i) { return i; }\n");
	assert_false(own_same(&own, "hmm", "own", "new"));
	assert_null(own_object(&own, "gup", "own"));
	assert_false(own_same(&own, "gup", "own", "new"));
	free(folder);
}

TEST(a_unit_is_written_anew_only_where_it_changed)
{
	struct own_variant v = { .unit = "hmm", .policy = "p", .ident = "p" };
	struct own own = { .source = folder_path, .v = &v, .n = 1 };
	char *kmod = folder_at("kmod"), *path = folder_at("kmod/own/mm/hmm-p.c");
	struct strv sources = { 0 };
	const struct timespec old[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };
	struct stat st;

	folder_put("mm/internal.h", "", 0);
	folder_put("variant.c", "int a;\n", 7);
	v.file = folder_at("variant.c");
	assert_int_equal(own_write(&own, kmod, &sources, NULL), 0);
	assert_true(strv_has(&sources, "own/mm/hmm-p.c") && strv_has(&sources, "own/hmm_p.c") &&
		    strv_has(&sources, "own/mm/internal.h") && strv_has(&sources, "own/list.h"));
	assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
	assert_int_equal(own_write(&own, kmod, &sources, NULL), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mtime, 1);
	folder_put("variant.c", "int b;\n", 7);
	assert_int_equal(own_write(&own, kmod, &sources, NULL), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_not_equal(st.st_mtime, 1);
	strv_release(&sources);
	free(v.file);
	free(path);
	free(kmod);
}

UNIT_GROUP(folder_make, folder_remove);
