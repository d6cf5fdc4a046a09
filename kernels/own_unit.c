// SPDX-License-Identifier: GPL-2.0-only
/* What own code adds to the module's sources, each unit in a namespace of its own. */
#include <ctype.h>
#include <elf.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
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
	_cleanup_free_ char *head = xcalloc(1, strlen(text) + 1);
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
}

/* Where it is written, and what was. */
struct room {
	char *folder; /* KMOD/own */
	struct strv *sources;
};

/* A file that holds this already stays as it is, and is older than what was made of it. */
static int write_text(struct room *room, const char *name, const char *text, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", room->folder, name);
	_cleanup_free_ char *is = fs_exists(path) ? fs_read(path, NULL, NULL) : NULL;

	strv_addf(room->sources, "own/%s", name);
	return is && !strcmp(is, text) ? 0 : fs_write_file(path, text, strlen(text), 0644, err);
}

/* Its functions are called own_UNIT_POLICY_*, wherever units of the policy name them. */
static int rename_functions(const struct own_variant *v, struct strv *lines, struct err *err)
{
	_cleanup_free_ char *text = fs_read(v->file, NULL, err);
	_cleanup_(strv_release) struct strv names = { 0 };

	if (!text)
		return -ENOENT;
	find_functions(text, &names);
	for (size_t i = 0; i < names.n; i++)
		strv_addf(lines, "#define %s own_%s_%s_%s\n", names.v[i], v->unit, v->ident,
			  names.v[i]);
	return 0;
}

/*
 * A function's own datum that begins as 0 is the kernel's own, not a second copy: a line
 * "	static unsigned long NAME;" declares what the compiler calls NAME.0 there.
 */
static char *borrow_data(const char *text)
{
	static const char word[] = "\tstatic ";
	struct strv parts = { 0 };
	const char *at = text;
	char *whole;

	for (const char *hit = at; (hit = strstr(hit, word)); hit++) {
		const char *end = hit + strcspn(hit, "\n"), *name = end - 1;

		if ((hit > text && hit[-1] != '\n') || *name != ';' ||
		    strcspn(hit, "=([,*") < (size_t)(end - hit))
			continue;
		while (name[-1] == '_' || isalnum((unsigned char)name[-1]))
			name--;
		strv_addf(&parts, "%.*s\textern %.*s asm(\"%.*s.0\");", (int)(hit - at), at,
			  (int)(end - 1 - hit - (ptrdiff_t)strlen(word)), hit + strlen(word),
			  (int)(end - 1 - name), name);
		at = end;
	}
	strv_add(&parts, at);
	whole = strv_join(&parts, "");
	strv_release(&parts);
	return whole;
}

/* The changed file, called in messages what it is called in the kernel. */
static int write_copy(const struct own_variant *v, struct room *room, struct err *err)
{
	_cleanup_free_ char *name = xasprintf("mm/%s-%s.c", v->unit, v->ident);
	_cleanup_free_ char *text = fs_read(v->file, NULL, err);
	_cleanup_free_ char *bound = text ? borrow_data(text) : NULL;
	_cleanup_free_ char *whole =
		bound ? xasprintf("#line 1 \"mm/%s.c\"\n%s", v->unit, bound) : NULL;

	return whole ? write_text(room, name, whole, err) : -ENOENT;
}

/* UNIT_POLICY.c: that file as the kernel compiles it. */
static int write_unit(const struct own *own, const struct own_variant *v, struct room *room,
		      struct err *err)
{
	_cleanup_free_ char *name = xasprintf("%s_%s.c", v->unit, v->ident), *whole = NULL;
	_cleanup_(strv_release) struct strv lines = { 0 };
	int ret = write_copy(v, room, err);

	strv_add(&lines, "#include \"own/unit.h\"\n");
	for (size_t i = 0; !ret && i < own->n; i++)
		if (own->v[i].file && !strcmp(own->v[i].policy, v->policy))
			ret = rename_functions(&own->v[i], &lines, err);
	strv_addf(&lines, "#include \"mm/%s-%s.c\"\n", v->unit, v->ident);
	whole = strv_join(&lines, "");
	return ret ? ret : write_text(room, name, whole, err);
}

/* What files of mm/ include from beside themselves. */
static int copy_headers(const struct own *own, struct room *room, struct err *err)
{
	_cleanup_free_ char *pattern = xasprintf("%s/mm/*.h", own->source);
	glob_t found = { 0 };
	int ret = own->source && glob(pattern, 0, NULL, &found) ? -ENOENT : 0;

	for (size_t i = 0; !ret && i < found.gl_pathc; i++) {
		const char *from = found.gl_pathv[i];
		_cleanup_free_ char *name = xasprintf("mm%s", strrchr(from, '/'));
		_cleanup_free_ char *text = fs_read(from, NULL, err);

		ret = text ? write_text(room, name, text, err) : -ENOENT;
	}
	globfree(&found);
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

/* What a race is to follow: errors are of the user's file. */
static int write_protocol(const struct own *own, struct room *room, struct err *err)
{
	_cleanup_free_ char *text = fs_read(own->protocol, NULL, err);
	_cleanup_free_ char *whole =
		text ? xasprintf("#line 1 \"%s\"\n%s", own->protocol, text) : NULL;

	return whole ? write_text(room, "protocol.c", whole, err) : -ENOENT;
}

int own_write(const struct own *own, const char *kmod, struct strv *sources, struct err *err)
{
	_cleanup_free_ char *folder = xasprintf("%s/own", kmod), *list = list_text(own);
	_cleanup_free_ char *mm = xasprintf("%s/mm", folder);
	struct room room = { folder, sources };
	int ret = fs_mkdir_p(mm, err);

	if (!ret)
		ret = copy_headers(own, &room, err);
	for (size_t i = 0; !ret && i < own->n; i++)
		if (own->v[i].file)
			ret = write_unit(own, &own->v[i], &room, err);
	if (!ret && own->protocol)
		ret = write_protocol(own, &room, err);
	return ret ? ret : write_text(&room, "list.h", list, err);
}

int own_manifest(const struct own *own, struct manifest *m, struct err *err)
{
	_cleanup_free_ char *pattern = xasprintf("%s/mm/*.h", own->source);
	glob_t found = { 0 };
	int ret = own->source && glob(pattern, 0, NULL, &found) ? -ENOENT : 0;

	manifest_addf(m, "units that call one another, and have no data of their own\n");
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
	if (!ret && own->protocol) {
		char hex[65];

		ret = fs_sha256(own->protocol, hex, err);
		if (!ret)
			manifest_addf(m, "protocol %s %s\n", own->protocol, hex);
	}
	globfree(&found);
	return ret;
}

int own_keep(const struct own *own, const char *folder, struct err *err)
{
	int ret = own->n ? fs_mkdir_p(folder, err) : 0;

	for (size_t i = 0; !ret && i < own->n; i++) {
		const struct own_variant *v = &own->v[i];
		_cleanup_free_ char *to = xasprintf("%s/%s_%s.c", folder, v->unit, v->ident);

		if (v->file)
			ret = fs_copy(v->file, to, 0644, err);
	}
	return ret;
}
