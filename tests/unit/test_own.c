// SPDX-License-Identifier: GPL-2.0-only
/* kernels/own, kallsyms: symbols of an image, own code in a namespace of its own, bound by name. */
#include "tests/unit/unit.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/kallsyms.h"
#include "kernels/own.h"
#include "kmod/own/bound.h"

#define TEXT	   0xffffffff81000000
#define NR_SYMBOLS 1500

static char *dir;

static char *at(const char *name)
{
	return xasprintf("%s/%s", dir, name);
}

static void put(const char *name, const void *data, size_t len)
{
	char *path = at(name);

	assert_int_equal(fs_write_file(path, data, len, 0644, NULL), 0);
	free(path);
}

static int make_folder(void **state)
{
	(void)state;
	dir = xstrdup("/tmp/ptwalk-own.XXXXXX");
	assert_non_null(mkdtemp(dir));
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	fs_remove(dir, NULL);
	free(dir);
	return 0;
}

/* An image under construction. */
struct bytes {
	unsigned char v[1 << 18];
	size_t n;
};

static void add(struct bytes *b, uint64_t value, unsigned int n)
{
	for (; n--; value >>= 8)
		b->v[b->n++] = (unsigned char)value;
}

static void align_to(struct bytes *b, size_t to)
{
	while (b->n % to)
		b->v[b->n++] = 0;
}

/* Symbol @i is symI, 16 bytes after the one before it; the first is _text. */
static void add_names(struct bytes *b, size_t to)
{
	size_t first, marks[NR_SYMBOLS / 256 + 1];

	align_to(b, to);
	add(b, NR_SYMBOLS, (unsigned int)to);
	first = b->n;
	for (size_t i = 0; i < NR_SYMBOLS; i++) {
		char name[32];

		snprintf(name, sizeof(name), i ? "Tsym%zu" : "T_text", i);
		if (!(i % 256))
			marks[i / 256] = b->n - first;
		add(b, strlen(name), 1);
		for (const char *c = name; *c; c++)
			add(b, (unsigned char)*c, 1);
	}
	align_to(b, to);
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		add(b, marks[i], 4);
	align_to(b, to);
}

/* Every character stands for itself; the others for two of them. */
static void add_tokens(struct bytes *b, size_t to)
{
	size_t first = b->n, starts[256];

	for (unsigned int i = 0; i < 256; i++) {
		starts[i] = b->n - first;
		add(b, i > ' ' && i < 127 ? i : 'x' | 'y' << 8, i > ' ' && i < 127 ? 1 : 2);
		add(b, 0, 1);
	}
	align_to(b, to);
	for (unsigned int i = 0; i < 256; i++)
		add(b, starts[i], 2);
	align_to(b, to);
}

static void begin(struct bytes *b)
{
	b->n = sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr);
	align_to(b, 64);
}

static void write_elf(struct bytes *b, const char *name)
{
	Elf64_Ehdr head = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64 },
			    .e_phoff = sizeof(head),
			    .e_phnum = 1 };
	Elf64_Phdr segment = { .p_type = PT_LOAD, .p_vaddr = TEXT };

	segment.p_filesz = b->n;
	memcpy(b->v, &head, sizeof(head));
	memcpy(b->v + sizeof(head), &segment, sizeof(segment));
	put(name, b->v, b->n);
}

/* As 5.10 and 6.1 have it: from a base downwards, in front of the names. */
static void write_old(struct bytes *b)
{
	begin(b);
	for (size_t i = 0; i < NR_SYMBOLS; i++)
		add(b, (uint64_t)(-1 - (int64_t)(16 * i)), 4);
	align_to(b, 8);
	add(b, TEXT, 8);
	add_names(b, 8);
	add_tokens(b, 8);
}

/* As 6.12: behind all else. */
static void write_behind(struct bytes *b)
{
	begin(b);
	add_names(b, 8);
	add_tokens(b, 8);
	for (size_t i = 0; i < NR_SYMBOLS; i++)
		add(b, (uint64_t)(-1 - (int64_t)(16 * i)), 4);
	align_to(b, 8);
	add(b, TEXT, 8);
}

/* As 7.2: from where they are, and nothing aligned to more than 4. */
static void write_here(struct bytes *b)
{
	begin(b);
	add_names(b, 4);
	add_tokens(b, 4);
	for (size_t i = 0; i < NR_SYMBOLS; i++)
		add(b, 16 * i - b->n, 4);
}

TEST(symbols_are_read_from_every_form_of_image)
{
	static void (*const forms[])(struct bytes *) = { write_old, write_behind, write_here };
	struct bytes *b = xcalloc(1, sizeof(*b));
	struct kallsyms syms;
	struct err err = { 0 };
	uint64_t addr;
	char *path = at("vmlinux");

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		forms[i](b);
		write_elf(b, "vmlinux");
		if (kallsyms_of_elf(&syms, path, &err))
			fail_msg("form %zu: %s", i, err.text);
		assert_int_equal(syms.n, NR_SYMBOLS);
		assert_int_equal(kallsyms_find(&syms, "sym700", &addr, NULL), 0);
		assert_true(addr == TEXT + 16 * UINT64_C(700));
		assert_int_equal(kallsyms_find(&syms, "sym1500", &addr, &err), -ENOENT);
		kallsyms_release(&syms);
	}
	/* It counts one name more than there are: nothing is taken from it. */
	b->v[128] ^= 1;
	write_elf(b, "vmlinux");
	assert_int_equal(kallsyms_of_elf(&syms, path, &err), -ENOEXEC);
	free(path);
	free(b);
}

TEST(text_of_the_running_kernel_is_read_or_refused)
{
	struct kallsyms syms;
	struct err err = { 0 };
	uint64_t addr;

	assert_int_equal(kallsyms_of_text(&syms,
					  "ffffffff81000000 T one\nffffffff81000010 t two\n"
					  "ffffffff81000020 t two\nffffffffc0000000 t three [m]\n",
					  &err),
			 0);
	assert_int_equal(kallsyms_find(&syms, "one", &addr, NULL), 0);
	assert_true(addr == TEXT);
	assert_int_equal(kallsyms_find(&syms, "two", &addr, &err), -ENOTUNIQ);
	assert_non_null(strstr(err.text, "more than one symbol two"));
	assert_int_equal(kallsyms_find(&syms, "three", &addr, &err), -ENOENT);
	assert_non_null(strstr(err.text, "no symbol three"));
	kallsyms_release(&syms);
	assert_int_equal(kallsyms_of_text(&syms, "0000000000000000 T one\n", &err), -EPERM);
	assert_non_null(strstr(err.text, "kptr_restrict"));
}

static void compile(const char *source, const char *object)
{
	char *from = at("x.c"), *to = at(object);
	const char *argv[] = { "cc", "-c", "-O1", "-fno-pic", "-o", to, from, NULL };

	put("x.c", source, strlen(source));
	assert_int_equal(proc_run(argv, &(struct proc_options){ .timeout_seconds = 60 }, NULL), 0);
	free(to);
	free(from);
}

static int bind_it(const char *symvers, const char *symbols, struct err *err)
{
	char *from = at("x.o"), *to = at("bound.o");
	struct kallsyms syms;
	int ret;

	put("Module.symvers", symvers, strlen(symvers));
	assert_int_equal(kallsyms_of_text(&syms, symbols, err), 0);
	ret = own_bind(from, to, dir, &syms, err);
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
	path = at("bound.o");
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

TEST(functions_of_a_unit_get_names_of_their_own)
{
	struct own_variant v = { .unit = "hmm", .policy = "a-b", .ident = "a_b" };
	struct own own = { .source = dir, .v = &v, .n = 1 };
	char *kmod = at("kmod"), *mm = at("mm"), *path, *text;
	struct err err = { 0 };

	assert_int_equal(fs_mkdir_p(mm, NULL), 0);
	put("mm/internal.h", "", 0);
	put("variant.c", unit_text, strlen(unit_text));
	v.file = at("variant.c");
	if (own_write(&own, kmod, &err))
		fail_msg("%s", err.text);
	path = at("kmod/own/hmm_a_b.c");
	text = fs_read(path, NULL, &err);
	assert_string_equal(text, "#include \"own/unit.h\"\n"
				  "#define shown own_hmm_a_b_shown\n"
				  "#define also_shown own_hmm_a_b_also_shown\n"
				  "#include \"mm/hmm-a_b.c\"\n");
	free(text);
	free(path);
	path = at("kmod/own/list.h");
	text = fs_read(path, NULL, &err);
	assert_non_null(strstr(text, "#define OWN_hmm(X) X(a_b, \"a-b\")\n#define OWN_gup(X)\n"));
	free(text);
	free(path);
	free(v.file);
	free(mm);
	free(kmod);
}

TEST(a_unit_with_data_of_its_own_is_refused)
{
	struct own_variant v = { .unit = "hmm", .policy = "p", .ident = "p", .file = (char *)"x" };
	struct own own = { .source = dir, .v = &v, .n = 1 };
	struct err err = { 0 };
	char *folder = at("own");

	assert_int_equal(fs_mkdir_p(folder, NULL), 0);
	compile("static const int table[] = { 1, 2 };\nint f(int i) { return table[i]; }\n",
		"own/hmm_p.o");
	assert_int_equal(own_check_objects(&own, dir, &err), 0);
	compile("static int calls;\nint f(void) { return calls++; }\n", "own/hmm_p.o");
	assert_int_equal(own_check_objects(&own, dir, &err), -ENOTUNIQ);
	assert_non_null(strstr(err.text, "mm/hmm.c cannot be own code: its calls"));
	free(folder);
}

static void check_units(const char *change, int ret, bool hmm, bool gup)
{
	struct err err = { 0 };
	bool has_hmm, has_gup;
	char *path = at("change");

	put("change", change, strlen(change));
	assert_int_equal(own_units_of(path, &has_hmm, &has_gup, &err), ret);
	assert_int_equal(err.text[0] != 0, ret != 0);
	if (!ret) {
		assert_int_equal(has_hmm, hmm);
		assert_int_equal(has_gup, gup);
	}
	free(path);
}

TEST(a_change_says_which_units_it_is_of)
{
	check_units("--- a/mm/hmm.c\n+++ b/mm/hmm.c\n@@ -1 +1 @@\n-a\n+b\n", 0, true, false);
	check_units("--- a/mm/gup.c\n+++ b/mm/gup.c\n--- a/mm/hmm.c\n+++ b/mm/hmm.c\t2020\n", 0,
		    true, true);
	check_units("// Files: mm/gup.c\n@@ @@\n", 0, false, true);
	check_units("--- a/mm/hmm.h\n+++ b/include/linux/hmm.h\n", -EINVAL, false, false);
	check_units("+++ b/mm/hmm.cc\n", -EINVAL, false, false);
	check_units("nothing of the kind\n", -EINVAL, false, false);
}

UNIT_GROUP(make_folder, remove_folder);
