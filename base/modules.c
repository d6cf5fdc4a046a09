// SPDX-License-Identifier: GPL-2.0-only
#include "base/modules.h"

#include <archive.h>
#include <archive_entry.h>
#include <endian.h>
#include <errno.h>
#include <libkmod.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"

DEFINE_CLEANUP_AS(struct kmod_ctx *, kmod_unref, kmod_unrefp);
DEFINE_CLEANUP_AS(struct kmod_module *, kmod_module_unref, kmod_module_unrefp);
DEFINE_CLEANUP_AS(struct kmod_list *, kmod_module_unref_list, kmod_list_unrefp);
DEFINE_CLEANUP_AS(struct archive *, archive_read_free, archive_read_freep);

struct resolver {
	struct kmod_ctx *kmod;
	const char *release, *dir;
	const char *dep; /* modules.dep, after a newline */
	struct strv *paths;
};

static int no_module(const struct resolver *r, const char *path, struct err *err)
{
	_cleanup_free_ char *name = module_name(path);

	return err_set(err, ENOENT, "kernel %s has no module %s", r->release, name);
}

/* libkmod leaves out, without a word, what @m depends on where one file of it is gone. */
static int check_needs(const struct resolver *r, const char *path, struct err *err)
{
	_cleanup_free_ char *key = xasprintf("\n%s:", path + strlen(r->dir) + 1), *line = NULL;
	_cleanup_(strv_release) struct strv needs = { 0 };
	const char *at = strstr(r->dep, key);

	if (!at)
		return 0;
	at += strlen(key);
	line = xstrndup(at, strcspn(at, "\n"));
	strv_split(&needs, line, ' ');
	for (size_t i = 0; i < needs.n; i++) {
		_cleanup_free_ char *need = xasprintf("%s/%s", r->dir, needs.v[i]);

		if (!fs_exists(need))
			return no_module(r, need, err);
	}
	return 0;
}

/* @m after what it depends on. */
static int add_module(struct resolver *r, struct kmod_module *m, struct err *err)
{
	const char *path = kmod_module_get_path(m), *name = kmod_module_get_name(m);
	_cleanup_(kmod_list_unrefp) struct kmod_list *needs = NULL;
	struct kmod_list *at;
	int ret;

	if (!path && kmod_module_get_initstate(m) == KMOD_MODULE_BUILTIN)
		return 0;
	if (!path || !fs_exists(path))
		return no_module(r, name, err);
	if (strv_has(r->paths, path))
		return 0;
	ret = check_needs(r, path, err);
	if (ret)
		return ret;
	needs = kmod_module_get_dependencies(m);
	kmod_list_foreach(at, needs)
	{
		_cleanup_(kmod_module_unrefp) struct kmod_module *need = kmod_module_get_module(at);

		ret = add_module(r, need, err);
		if (ret)
			return ret;
	}
	if (!strv_has(r->paths, path))
		strv_add(r->paths, path);
	return 0;
}

static int add_name(struct resolver *r, const char *name, struct err *err)
{
	_cleanup_(kmod_list_unrefp) struct kmod_list *found = NULL;
	bool optional = *name == '?';
	struct kmod_list *at;
	int ret;

	name += optional;
	ret = kmod_module_new_from_lookup(r->kmod, name, &found);
	if (ret < 0 && ret != -ENOENT)
		return err_set(err, -ret, "kernel %s, module %s: %s", r->release, name,
			       strerror(-ret));
	if (!found)
		return optional ? 0 : no_module(r, name, err);
	kmod_list_foreach(at, found)
	{
		_cleanup_(kmod_module_unrefp) struct kmod_module *m = kmod_module_get_module(at);

		ret = add_module(r, m, err);
		if (ret)
			return ret;
	}
	return 0;
}

static void say_nothing(void *data, int priority, const char *file, int line, const char *fn,
			const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line, (void)fn, (void)format, (void)args;
}

/* "\nTEXT" of modules.dep, beside which its index must be; owned by the caller. */
static char *read_dep(const char *dir, const char *root, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/modules.dep", dir);
	_cleanup_free_ char *index = xasprintf("%s.bin", path);
	_cleanup_free_ char *text = fs_exists(index) ? fs_read(path, NULL, NULL) : NULL;

	if (text)
		return xasprintf("\n%s", text);
	err_set(err, ENOENT, "%s or %s is not there: run depmod on %s", path, index, root);
	return NULL;
}

int modules_resolve(const char *root, const char *release, const char *const *names,
		    struct strv *paths, struct err *err)
{
	/* No configuration: the host's aliases and blacklists are not the guest's. */
	static const char *const no_config[] = { NULL };
	_cleanup_free_ char *path = xasprintf("%s/lib/modules/%s", root, release);
	_cleanup_free_ char *dir = realpath(path, NULL), *dep = NULL;
	_cleanup_(kmod_unrefp) struct kmod_ctx *kmod = NULL;
	int ret = 0;

	if (!dir)
		return err_errno(err, "cannot read %s", path);
	dep = read_dep(dir, root, err);
	if (!dep)
		return -ENOENT;
	kmod = kmod_new(dir, no_config);
	if (!kmod)
		return err_set(err, ENOMEM, "cannot read %s", dir);
	kmod_set_log_fn(kmod, say_nothing, NULL);
	kmod_load_resources(kmod);
	for (size_t i = 0; !ret && names && names[i]; i++) {
		struct resolver r = { kmod, release, dir, dep, paths };

		ret = add_name(&r, names[i], err);
	}
	return ret;
}

char *module_name(const char *path)
{
	const char *base = strrchr(path, '/'), *end;
	char *name;

	base = base ? base + 1 : path;
	end = strstr(base, ".ko");
	name = xstrndup(base, end ? (size_t)(end - base) : strlen(base));
	for (char *p = name; *p; p++)
		if (*p == '-')
			*p = '_';
	return name;
}

static char *read_all(struct archive *a, size_t *len)
{
	size_t room = 1 << 18;
	_cleanup_free_ char *data = xcalloc(room, 1);
	la_ssize_t n;

	for (*len = 0; (n = archive_read_data(a, data + *len, room - *len)) > 0;) {
		*len += (size_t)n;
		if (*len == room)
			data = xrealloc(data, room *= 2);
	}
	return n ? NULL : TAKE_PTR(data);
}

char *module_read(const char *path, size_t *len, struct err *err)
{
	_cleanup_(archive_read_freep) struct archive *a = archive_read_new();
	struct archive_entry *entry;
	char *data = NULL;

	archive_read_support_filter_all(a);
	archive_read_support_format_raw(a);
	if (archive_read_open_filename(a, path, 65536) == ARCHIVE_OK &&
	    archive_read_next_header(a, &entry) == ARCHIVE_OK)
		data = read_all(a, len);
	if (!data) {
		const char *why = archive_error_string(a);

		errno = -err_set(err, archive_errno(a) > 0 ? archive_errno(a) : EIO,
				 "cannot read module %s: %s", path, why ? why : "not a module");
	}
	return data;
}

size_t module_unsigned(const char *data, size_t len)
{
	static const char mark[] = "~Module signature appended~\n";
	const size_t info = 12, tail = info + strlen(mark);
	uint32_t bytes;

	if (len < tail || memcmp(data + len - strlen(mark), mark, strlen(mark)) != 0)
		return len;
	memcpy(&bytes, data + len - strlen(mark) - sizeof(bytes), sizeof(bytes));
	bytes = be32toh(bytes);
	return bytes <= len - tail ? len - tail - bytes : len;
}
