// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/builds.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "kernels/cache.h"
#include "kernels/config.h"
#include "kernels/facts.h"

#define PREFIX	   "build:"
#define KEY_DIGITS 24
#define MIN_DIGITS 6
#define NAME_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-"

static bool is_key(const char *name)
{
	return strlen(name) == KEY_DIGITS && strspn(name, "0123456789abcdef") == KEY_DIGITS;
}

static int set_vmlinux(struct kernel *kernel, const char *folder)
{
	_cleanup_free_ char *text = fs_read(kernel->config, NULL, NULL);
	char *path;

	if (text && config_boots_elf(text)) {
		path = xasprintf("%s/boot/vmlinux", folder);
		if (fs_exists(path))
			kernel_take(&kernel->vmlinux, path);
		else
			free(path);
	}
	return 0;
}

int builds_load(const char *key, struct kernel *kernel)
{
	_cleanup_free_ char *folder = cache_path("builds/%s", key);
	int ret = facts_load(kernel, folder);

	if (!ret)
		ret = set_vmlinux(kernel, folder);
	return ret;
}

int builds_check_name(const char *name, struct err *err)
{
	if (!*name || *name == '.' || *name == '-' || name[strspn(name, NAME_CHARS)])
		return err_set(err, EINVAL,
			       "'%s' cannot name a build: letters, digits and ._+- can", name);
	if (is_key(name))
		return err_set(err, EINVAL, "'%s' cannot name a build: it looks like a key", name);
	return 0;
}

int builds_set_name(const char *name, const char *key, struct err *err)
{
	_cleanup_free_ char *folder = cache_path("builds/names"),
			    *path = xasprintf("%s/%s", folder, name);
	int ret = fs_mkdir_p(folder, err);

	if (!ret)
		ret = fs_write_file(path, key, strlen(key), 0644, err);
	return ret;
}

/* The value of "KEY value" in a build's file about; "" where there is none. Owned. */
static char *about(const char *text, const char *key)
{
	_cleanup_(strv_release) struct strv lines = { 0 };
	size_t len = strlen(key);
	char *value = NULL;

	strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.n && !value; i++)
		if (!strncmp(lines.v[i], key, len) && lines.v[i][len] == ' ')
			value = xstrdup(lines.v[i] + len + 1);
	return value ? value : xstrdup("");
}

static void add_entry(struct build_entry **entries, size_t *n, const char *key, const char *name)
{
	char *path = cache_path("builds/%s/about", key), *text = fs_read(path, NULL, NULL);
	_cleanup_free_ char *arch = text ? about(text, "arch") : NULL;

	free(path);
	if (!text)
		return;
	*entries = xrealloc(*entries, (*n + 1) * sizeof(**entries));
	(*entries)[(*n)++] = (struct build_entry){
		.key = xstrdup(key),
		.name = xstrdup(name),
		.label = about(text, "label"),
		.configs = about(text, "configs"),
		.release = about(text, "release"),
		/* Builds of before there were others say nothing. */
		.arch = *arch ? arch_find(arch) : arch_host,
	};
	free(text);
}

/* The names in a folder of the cache, sorted, those with a dot in front left out. */
static void list_folder(const char *part, struct strv *names)
{
	_cleanup_free_ char *folder = cache_path("%s", part);
	struct dirent **found;
	int n = scandir(folder, &found, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		if (*found[i]->d_name != '.')
			strv_add(names, found[i]->d_name);
		free(found[i]);
	}
	if (n >= 0)
		free(found);
}

struct build_entry *builds_list(size_t *n)
{
	_cleanup_(strv_release) struct strv names = { 0 }, keys = { 0 }, named = { 0 };
	struct build_entry *entries = NULL;

	*n = 0;
	list_folder("builds/names", &names);
	list_folder("builds", &keys);
	for (size_t i = 0; i < names.n; i++) {
		_cleanup_free_ char *path = cache_path("builds/names/%s", names.v[i]),
				    *key = fs_read_line(path);

		if (key && is_key(key)) {
			add_entry(&entries, n, key, names.v[i]);
			strv_add(&named, key);
		}
	}
	for (size_t i = 0; i < keys.n; i++)
		if (is_key(keys.v[i]) && !strv_has(&named, keys.v[i]))
			add_entry(&entries, n, keys.v[i], "");
	return entries;
}

void builds_free(struct build_entry *entries, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(entries[i].key);
		free(entries[i].name);
		free(entries[i].label);
		free(entries[i].configs);
		free(entries[i].release);
	}
	free(entries);
}

static bool build_matches(const char *spec)
{
	return str_starts(spec, PREFIX);
}

static int unknown(const char *name, const struct build_entry *entries, size_t n, struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	_cleanup_free_ char *list = NULL;

	for (size_t i = 0; i < n; i++)
		strv_addf(&names, PREFIX "%s", *entries[i].name ? entries[i].name : entries[i].key);
	list = strv_join(&names, ", ");
	err_set(err, EINVAL, "there is no kernel \"" PREFIX "%s\"; %s%s", name,
		n ? "built are: " : "none is built yet: `ptwalk kernel build` builds one", list);
	return -EINVAL;
}

/* By name, by key, or by the first digits of a key where only one begins so. */
static const struct build_entry *choose(const struct build_entry *entries, size_t n,
					const char *name)
{
	const struct build_entry *found = NULL;

	for (size_t i = 0; i < n; i++)
		if (!strcmp(entries[i].name, name))
			return &entries[i];
	if (strlen(name) < MIN_DIGITS)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (!str_starts(entries[i].key, name))
			continue;
		if (found && strcmp(found->key, entries[i].key))
			return NULL;
		found = &entries[i];
	}
	return found;
}

static int build_check(const char *spec, const struct arch *arch, struct err *err)
{
	const char *name = spec + strlen(PREFIX);
	size_t n;
	struct build_entry *entries = builds_list(&n);
	const struct build_entry *entry = choose(entries, n, name);
	int ret = entry ? 0 : unknown(name, entries, n, err);

	if (entry && entry->arch != arch)
		ret = err_set(err, EINVAL, "%s is a kernel of %s: --arch %s", spec,
			      entry->arch->name, entry->arch->name);
	builds_free(entries, n);
	return ret;
}

static int build_find(const char *spec, struct kernel *kernel, struct progress *progress,
		      struct err *err)
{
	const char *name = spec + strlen(PREFIX);
	const struct build_entry *entry;
	size_t n;
	struct build_entry *entries = builds_list(&n);
	int ret = 0;

	(void)progress;
	entry = choose(entries, n, name);
	if (!entry)
		ret = unknown(name, entries, n, err);
	else if (builds_load(entry->key, kernel))
		ret = err_set(err, ENOENT,
			      "%s is damaged: remove builds/%s in the cache, and "
			      "build it again",
			      spec, entry->key);
	builds_free(entries, n);
	return ret;
}

const struct kernel_source build_source = {
	.name = PREFIX "NAME",
	.summary = "a kernel that `ptwalk kernel build` built",
	.matches = build_matches,
	.check = build_check,
	.find = build_find,
};
