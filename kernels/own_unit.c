// SPDX-License-Identifier: GPL-2.0-only
/* What own code adds to the module's sources, each unit in a namespace of its own. */
#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "kernels/cache.h"
#include "kernels/own.h"

/* Past what is no code: a comment, a string, a directive. NULL where @at is none of these. */
static const char *skip(const char *text, const char *at)
{
	const char *end;

	if (!strncmp(at, "/*", 2)) {
		end = strstr(at, "*/");
		return end ? end + 2 : at + strlen(at);
	}
	if (!strncmp(at, "//", 2))
		return at + strcspn(at, "\n");
	if (*at == '#' && (at == text || at[-1] == '\n')) {
		while (*(at += strcspn(at, "\n")) && at[-1] == '\\')
			at++;
		return at;
	}
	if (*at == '"' || *at == '\'') {
		for (end = at + 1; *end && *end != *at; end++)
			if (*end == '\\' && end[1])
				end++;
		return *end ? end + 1 : end;
	}
	return NULL;
}

static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at += len)
		if ((at == text || isspace((unsigned char)at[-1])) &&
		    isspace((unsigned char)at[len]))
			return true;
	return false;
}

/* The name of the function that a head defines, unless it is static or none. */
static void add_function(struct strv *names, const char *head)
{
	const char *end = strchr(head, '('), *begin;

	if (!end || strchr(head, '=') || has_word(head, "static") || has_word(head, "typedef"))
		return;
	while (end > head && isspace((unsigned char)end[-1]))
		end--;
	for (begin = end; begin > head && (isalnum((unsigned char)begin[-1]) || begin[-1] == '_');)
		begin--;
	if (begin == end)
		return;
	strv_addf(names, "%.*s", (int)(end - begin), begin);
}

/*
 * The functions that a file defines for others: those of the kernel keep their names.
 * What it misses, two definitions of one symbol or one of the kernel's own will tell.
 */
static void find_functions(const char *text, struct strv *names)
{
	char *head = xcalloc(1, strlen(text) + 1);
	size_t len = 0;
	int depth = 0;

	for (const char *at = text; *at;) {
		const char *past = skip(text, at);

		if (past) {
			at = past;
			continue;
		}
		if (*at == '{' && !depth++) {
			head[len] = '\0';
			add_function(names, head);
		} else if ((*at == '}' && depth && !--depth) || (*at == ';' && !depth)) {
			len = 0;
		} else if (!depth) {
			head[len++] = *at;
		}
		at++;
	}
	free(head);
}

/* OBJECT.c: the changed file as the kernel compiles it, its functions called own_UNIT_POLICY_*. */
static int write_unit(const struct own_variant *v, const char *folder, struct err *err)
{
	char *copy = xasprintf("%s/mm/%s-%s.c", folder, v->unit, v->ident);
	char *path = xasprintf("%s/%s_%s.c", folder, v->unit, v->ident), *whole = NULL;
	char *text = fs_read(v->file, NULL, err);
	struct strv names = { 0 }, lines = { 0 };
	int ret = text ? fs_write_file(copy, text, strlen(text), 0644, err) : -ENOENT;

	if (!ret) {
		find_functions(text, &names);
		strv_add(&lines, "#include \"own/unit.h\"\n");
		for (size_t i = 0; i < names.n; i++)
			strv_addf(&lines, "#define %s own_%s_%s_%s\n", names.v[i], v->unit,
				  v->ident, names.v[i]);
		strv_addf(&lines, "#include \"mm/%s-%s.c\"\n", v->unit, v->ident);
		whole = strv_join(&lines, "");
		ret = fs_write_file(path, whole, strlen(whole), 0644, err);
	}
	strv_release(&names);
	strv_release(&lines);
	free(whole);
	free(text);
	free(path);
	free(copy);
	return ret;
}

/* What files of mm/ include from beside themselves. */
static int copy_headers(const struct own *own, const char *folder, struct err *err)
{
	char *pattern = xasprintf("%s/mm/*.h", own->source);
	glob_t found = { 0 };
	int ret = glob(pattern, 0, NULL, &found) ? -ENOENT : 0;

	for (size_t i = 0; !ret && i < found.gl_pathc; i++) {
		const char *from = found.gl_pathv[i];
		char *to = xasprintf("%s/mm%s", folder, strrchr(from, '/')), *text;
		size_t len;

		text = fs_read(from, &len, err);
		ret = text ? fs_write_file(to, text, len, 0644, err) : -ENOENT;
		free(text);
		free(to);
	}
	globfree(&found);
	free(pattern);
	return ret;
}

/* X-macros: the module makes windows and a table of them. */
static char *list_text(const struct own *own)
{
	struct strv lines = { 0 };
	char *text;

	strv_add(&lines, "/* What was made for this kernel: X(identifier, name). */\n");
#define LIST(unit_)                                                                             \
	strv_add(&lines, "#define OWN_" #unit_ "(X)");                                          \
	for (size_t i = 0; i < own->n; i++)                                                     \
		if (own->v[i].file && !strcmp(own->v[i].unit, #unit_))                          \
			strv_addf(&lines, " X(%s, \"%s\")", own->v[i].ident, own->v[i].policy); \
	strv_add(&lines, "\n");
	OWN_UNITS(LIST)
	text = strv_join(&lines, "");
	strv_release(&lines);
	return text;
}

static int write_text(const char *folder, const char *name, char *text, struct err *err)
{
	char *path = xasprintf("%s/%s", folder, name);
	int ret = fs_write_file(path, text, strlen(text), 0644, err);

	free(path);
	free(text);
	return ret;
}

int own_write(const struct own *own, const char *kmod, struct err *err)
{
	char *folder = xasprintf("%s/own", kmod), *mm = xasprintf("%s/mm", folder);
	int ret = fs_mkdir_p(mm, err);

	if (!ret)
		ret = copy_headers(own, folder, err);
	for (size_t i = 0; !ret && i < own->n; i++)
		if (own->v[i].file)
			ret = write_unit(&own->v[i], folder, err);
	if (!ret)
		ret = write_text(folder, "list.h", list_text(own), err);
	free(mm);
	free(folder);
	return ret;
}

int own_manifest(const struct own *own, struct manifest *m, struct err *err)
{
	char *pattern = xasprintf("%s/mm/*.h", own->source);
	glob_t found = { 0 };
	int ret = glob(pattern, 0, NULL, &found) ? -ENOENT : 0;

	for (size_t i = 0; !ret && i < found.gl_pathc; i++)
		ret = manifest_add_file(m, own->source, found.gl_pathv[i] + strlen(own->source) + 1,
					err);
	for (size_t i = 0; !ret && i < own->n; i++) {
		char hex[65];

		if (!own->v[i].file)
			continue;
		ret = fs_sha256(own->v[i].file, hex, err);
		manifest_addf(m, "own %s %s %s\n", own->v[i].unit, own->v[i].policy, hex);
	}
	globfree(&found);
	free(pattern);
	return ret;
}
