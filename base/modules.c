// SPDX-License-Identifier: GPL-2.0-only
#include "base/modules.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <libkmod.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"

struct resolver {
	struct kmod_ctx *kmod;
	const char *release, *dir;
	char *dep; /* modules.dep, after a newline */
	struct strv *paths;
};

/* libkmod leaves out, without a word, what @m depends on where one file of it is gone. */
static int check_needs(const struct resolver *r, const char *path, struct err *err)
{
	char *key = xasprintf("\n%s:", path + strlen(r->dir) + 1), *at = strstr(r->dep, key);
	size_t skip = strlen(key);
	struct strv needs = { 0 };
	char *line;
	int ret = 0;

	free(key);
	if (!at)
		return 0;
	line = xstrndup(at + skip, strcspn(at + skip, "\n"));
	strv_split(&needs, line, ' ');
	for (size_t i = 0; !ret && i < needs.n; i++) {
		char *need = xasprintf("%s/%s", r->dir, needs.v[i]), *name = module_name(need);

		if (!fs_exists(need))
			ret = err_set(err, ENOENT, "kernel %s has no module %s", r->release, name);
		free(name);
		free(need);
	}
	strv_release(&needs);
	free(line);
	return ret;
}

/* @m after what it depends on. */
static int add_module(struct resolver *r, struct kmod_module *m, struct err *err)
{
	const char *path = kmod_module_get_path(m), *name = kmod_module_get_name(m);
	struct kmod_list *needs, *at;
	int ret = 0;

	if (!path && kmod_module_get_initstate(m) == KMOD_MODULE_BUILTIN)
		return 0;
	if (!path || !fs_exists(path))
		return err_set(err, ENOENT, "kernel %s has no module %s", r->release, name);
	if (strv_has(r->paths, path))
		return 0;
	ret = check_needs(r, path, err);
	if (ret)
		return ret;
	needs = kmod_module_get_dependencies(m);
	kmod_list_foreach(at, needs)
	{
		struct kmod_module *need = kmod_module_get_module(at);

		ret = add_module(r, need, err);
		kmod_module_unref(need);
		if (ret)
			break;
	}
	kmod_module_unref_list(needs);
	if (!ret && !strv_has(r->paths, path))
		strv_add(r->paths, path);
	return ret;
}

static int add_name(struct resolver *r, const char *name, struct err *err)
{
	struct kmod_list *found = NULL, *at;
	bool optional = *name == '?';
	int ret;

	name += optional;
	ret = kmod_module_new_from_lookup(r->kmod, name, &found);

	if (ret < 0 && ret != -ENOENT)
		return err_set(err, -ret, "kernel %s, module %s: %s", r->release, name,
			       strerror(-ret));
	if (!found && optional)
		return 0;
	if (!found)
		return err_set(err, ENOENT, "kernel %s has no module %s", r->release, name);
	ret = 0;
	kmod_list_foreach(at, found)
	{
		struct kmod_module *m = kmod_module_get_module(at);

		if (!ret)
			ret = add_module(r, m, err);
		kmod_module_unref(m);
	}
	kmod_module_unref_list(found);
	return ret;
}

static void say_nothing(void *data, int priority, const char *file, int line, const char *fn,
			const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line, (void)fn, (void)format, (void)args;
}

/* "\nTEXT" of modules.dep, beside which its index must be; owned by the caller. */
static char *read_dep(const char *dir, const char *root, struct err *err)
{
	char *path = xasprintf("%s/modules.dep", dir), *index = xasprintf("%s.bin", path);
	char *text = fs_exists(index) ? fs_read(path, NULL, NULL) : NULL, *dep = NULL;

	if (text)
		dep = xasprintf("\n%s", text);
	else
		err_set(err, ENOENT, "%s or %s is not there: run depmod on %s", path, index, root);
	free(text);
	free(index);
	free(path);
	return dep;
}

int modules_resolve(const char *root, const char *release, const char *const *names,
		    struct strv *paths, struct err *err)
{
	/* No configuration: the host's aliases and blacklists are not the guest's. */
	static const char *const no_config[] = { NULL };
	char *path = xasprintf("%s/lib/modules/%s", root, release), *dir = realpath(path, NULL);
	struct resolver r = { .release = release, .dir = dir, .paths = paths };
	int ret = 0;

	if (!dir) {
		ret = err_set(err, errno, "cannot read %s: %s", path, strerror(errno));
		free(path);
		return ret;
	}
	free(path);
	r.dep = read_dep(dir, root, err);
	r.kmod = r.dep ? kmod_new(dir, no_config) : NULL;
	if (!r.dep) {
		ret = -ENOENT;
	} else if (!r.kmod) {
		ret = err_set(err, ENOMEM, "cannot read %s", dir);
	} else {
		kmod_set_log_fn(r.kmod, say_nothing, NULL);
		kmod_load_resources(r.kmod);
	}
	for (size_t i = 0; !ret && names && names[i]; i++)
		ret = add_name(&r, names[i], err);
	kmod_unref(r.kmod);
	free(r.dep);
	free(dir);
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
	char *data = xcalloc(room, 1);
	la_ssize_t n;

	for (*len = 0; (n = archive_read_data(a, data + *len, room - *len)) > 0;) {
		*len += (size_t)n;
		if (*len == room)
			data = xrealloc(data, room *= 2);
	}
	if (!n)
		return data;
	free(data);
	return NULL;
}

char *module_read(const char *path, size_t *len, struct err *err)
{
	struct archive *a = archive_read_new();
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
	archive_read_free(a);
	return data;
}
