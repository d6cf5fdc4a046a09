// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/config.h"

#include <dirent.h>
#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"
#include "base/place.h"
#include "base/str.h"

/* The first line of the comment at the top that is not its license. */
static char *summary(const char *path)
{
	_cleanup_free_ char *text = fs_read(path, NULL, NULL);
	char *found = NULL;
	_cleanup_(strv_release) struct strv lines = { 0 };

	strv_split(&lines, text ? text : "", '\n');
	for (size_t i = 0; i < lines.n && !found; i++)
		if (!strstr(lines.v[i], "SPDX"))
			found = xstrdup(lines.v[i] + strspn(lines.v[i], "#/* "));
	return found ? found : xstrdup("");
}

/* As their names without a suffix: "batch.cocci" is before "batch-late.cocci". */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	const char *x = (*a)->d_name, *y = (*b)->d_name;

	while (*x && *x == *y) {
		x++;
		y++;
	}
	return (*x == '.' ? 1 : (unsigned char)*x) - (*y == '.' ? 1 : (unsigned char)*y);
}

void catalog_list(const char *kind, const char *suffix, struct strv *names, struct strv *summaries)
{
	_cleanup_free_ char *below = xasprintf("kernels/%s", kind), *folder = place_suite(below);
	struct dirent **entries;
	int n = scandir(folder, &entries, NULL, by_name);

	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		char *path = xasprintf("%s/%s", folder, name), *text;

		if (*name != '.' && str_ends(name, suffix) && !fs_is_dir(path)) {
			strv_addf(names, "%.*s", (int)(strlen(name) - strlen(suffix)), name);
			text = summary(path);
			if (summaries)
				strv_add(summaries, text);
			free(text);
		}
		free(path);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

char *catalog_path(const char *kind, const char *name, const char *suffix, struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	_cleanup_free_ char *below = NULL;
	char *path, *list;

	if (strchr(name, '/')) {
		path = realpath(name, NULL);
		if (!path)
			err_set(err, EINVAL, "%s: %s", name, strerror(errno));
		return path;
	}
	catalog_list(kind, suffix, &names, NULL);
	below = xasprintf("kernels/%s/%s%s", kind, name, suffix);
	path = strv_has(&names, name) ? place_suite(below) : NULL;
	if (!path) {
		list = strv_join(&names, ", ");
		err_set(err, EINVAL, "there is no %s '%s'; there are: %s, and paths with a slash",
			kind, name, list);
		free(list);
	}
	return path;
}

char *config_value(const char *text, const char *option)
{
	size_t len = strlen(option);

	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *value = line + len + 1;
		size_t n;

		if (strncmp(line, option, len) || line[len] != '=')
			continue;
		n = strcspn(value, "\r\n");
		if (n >= 2 && value[0] == '"' && value[n - 1] == '"')
			return xstrndup(value + 1, n - 2);
		return xstrndup(value, n);
	}
	return NULL;
}

/* Does the line, without its end, say what an option is? */
static bool says_option(const char *line)
{
	if (str_starts(line, "CONFIG_BUILD_SALT=") || str_starts(line, "CONFIG_CC_VERSION_TEXT="))
		return false;
	return str_starts(line, "CONFIG_") || str_starts(line, "# CONFIG_");
}

void config_digest(const char *text, char hex[65])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	sha256_init(&sha);
	for (const char *line = text; *line;) {
		size_t n = strcspn(line, "\n");

		if (says_option(line)) {
			sha256_update(&sha, n, (const uint8_t *)line);
			sha256_update(&sha, 1, (const uint8_t *)"\n");
		}
		line += n + (line[n] == '\n');
	}
	sha256_digest(&sha, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
}

bool config_has(const char *text, const char *option)
{
	_cleanup_free_ char *value = config_value(text, option);
	bool has = value && (!strcmp(value, "y") || !strcmp(value, "m"));

	return has;
}

uint64_t config_page_size(const char *text)
{
	/* As arm64 calls them before 6.9, and every architecture since. */
	if (config_has(text, "CONFIG_ARM64_64K_PAGES") || config_has(text, "CONFIG_PAGE_SIZE_64KB"))
		return 64 * KIB;
	if (config_has(text, "CONFIG_ARM64_16K_PAGES") || config_has(text, "CONFIG_PAGE_SIZE_16KB"))
		return 16 * KIB;
	return 4 * KIB;
}

bool config_boots_elf(const char *text)
{
	return config_has(text, "CONFIG_PVH") && !config_has(text, "CONFIG_KASAN");
}

#define OPTIONAL  "# where there is one"
#define BASE	  "# base: "
#define MODULES	  "# modules: "
#define CHOICE	  "# one of: "
#define NOT_SET	  " is not set"
#define MAX_NAMED 6

static struct fragment_option *lookup(const struct fragments *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (!strcmp(f->options[i].name, name))
			return &f->options[i];
	return NULL;
}

static void option_release(struct fragment_option *o)
{
	free(o->name);
	free(o->value);
	free(o->from);
}

/* What @name is chosen instead of. */
static void drop_others(struct fragments *f, const char *name)
{
	for (size_t i = 0; i < f->choices.n; i++) {
		_cleanup_(strv_release) struct strv names = { 0 };

		strv_split(&names, f->choices.v[i], ' ');
		for (size_t k = 0; strv_has(&names, name) && k < names.n; k++) {
			struct fragment_option *o = lookup(f, names.v[k]);

			if (!o || !strcmp(o->name, name))
				continue;
			option_release(o);
			memmove(o, o + 1, (size_t)(f->options + --f->n - o) * sizeof(*o));
		}
	}
}

/* Takes @name and @value. */
static void set(struct fragments *f, char *name, char *value, bool optional, const char *from)
{
	struct fragment_option *o;

	if (!strcmp(value, "y"))
		drop_others(f, name);
	o = lookup(f, name);
	if (!o) {
		f->options = xrealloc(f->options, (f->n + 1) * sizeof(*f->options));
		o = &f->options[f->n++];
		*o = (struct fragment_option){ .name = xstrdup(name) };
	}
	free(name);
	free(o->value);
	free(o->from);
	o->value = value;
	o->from = xstrdup(from);
	o->optional = optional;
}

static void trim(char *text)
{
	size_t len = strlen(text);

	while (len && strchr(" \t\r", text[len - 1]))
		text[--len] = '\0';
}

static int set_base(struct fragments *f, const char *which, bool *based, const char *from,
		    struct err *err)
{
	if (*based)
		return err_set(err, EINVAL, "%s is a second base: name one of them", from);
	if (strcmp(which, "debian") && strcmp(which, "nothing"))
		return err_set(err, EINVAL, "%s: a base is \"nothing\" or \"debian\", not \"%s\"",
			       from, which);
	f->debian = !strcmp(which, "debian");
	*based = true;
	return 0;
}

static int take_line(struct fragments *f, char *line, bool *based, const char *from,
		     struct err *err)
{
	char *optional = strstr(line, OPTIONAL), *equals;

	if (optional)
		*optional = '\0';
	trim(line);
	if (str_starts(line, BASE))
		return set_base(f, line + strlen(BASE), based, from, err);
	if (str_starts(line, MODULES)) {
		strv_split(&f->modules, line + strlen(MODULES), ' ');
		return 0;
	}
	if (str_starts(line, CHOICE)) {
		strv_add(&f->choices, line + strlen(CHOICE));
		return 0;
	}
	if (str_starts(line, "# CONFIG_") && str_ends(line, NOT_SET)) {
		size_t len = strlen(line) - strlen("# ") - strlen(NOT_SET);

		set(f, xstrndup(line + 2, len), xstrdup("n"), optional, from);
		return 0;
	}
	if (!*line || *line == '#')
		return 0;
	equals = strchr(line, '=');
	if (!str_starts(line, "CONFIG_") || !equals || !equals[1])
		return err_set(err, EINVAL, "%s: \"%s\" is no line of a config: CONFIG_X=y", from,
			       line);
	set(f, xstrndup(line, (size_t)(equals - line)), xstrdup(equals + 1), optional, from);
	return 0;
}

static int load_one(struct fragments *f, const char *name, bool *based, struct err *err)
{
	_cleanup_free_ char *path = catalog_path("config", name, "", err), *text = NULL;
	_cleanup_(strv_release) struct strv lines = { 0 };
	int ret = path ? 0 : -EINVAL;

	if (ret)
		return ret;
	text = fs_read(path, NULL, err);
	ret = text ? 0 : -EINVAL;
	strv_split(&lines, text ? text : "", '\n');
	for (size_t i = 0; !ret && i < lines.n; i++)
		ret = take_line(f, lines.v[i], based, name, err);
	if (!ret)
		strv_add(&f->names, name);
	return ret;
}

static int load_all(struct fragments *f, const char *first, const struct strv *names, bool *based,
		    struct err *err)
{
	int ret = first ? load_one(f, first, based, err) : 0;

	for (size_t i = 0; !ret && i < names->n; i++)
		ret = load_one(f, names->v[i], based, err);
	return ret;
}

int fragments_load(struct fragments *f, const struct strv *names, struct err *err)
{
	bool based = false;
	int ret;

	*f = (struct fragments){ 0 };
	ret = load_all(f, NULL, names, &based, err);
	if (!ret && f->modules.n && !f->debian)
		ret = err_set(err, EINVAL,
			      "\"" MODULES "%s\" without \"" BASE "debian\": only there it is "
			      "known what a module depends on",
			      f->modules.v[0]);
	if (ret || based)
		return ret;
	fragments_release(f);
	return load_all(f, "bench", names, &based, err);
}

void fragments_release(struct fragments *f)
{
	for (size_t i = 0; i < f->n; i++)
		option_release(&f->options[i]);
	free(f->options);
	strv_release(&f->names);
	strv_release(&f->modules);
	strv_release(&f->choices);
	*f = (struct fragments){ 0 };
}

char *fragments_text(const struct fragments *f, const char *base)
{
	_cleanup_(strv_release) struct strv lines = { 0 };
	char *text;

	strv_add(&lines, base);
	for (size_t i = 0; i < f->n; i++) {
		const struct fragment_option *o = &f->options[i];

		if (strcmp(o->value, "n"))
			strv_addf(&lines, "%s=%s\n", o->name, o->value);
		else
			strv_addf(&lines, "# %s%s\n", o->name, NOT_SET);
	}
	text = strv_join(&lines, "");
	return text;
}

static bool same_value(const char *wanted, const char *is)
{
	size_t len = strlen(wanted);

	if (len >= 2 && *wanted == '"' && wanted[len - 1] == '"')
		return strlen(is) == len - 2 && !strncmp(wanted + 1, is, len - 2);
	return !strcmp(wanted, is);
}

/* What became of an option that did not take; NULL where it did. Owned by the caller. */
static char *fate(const struct fragment_option *o, const char *config)
{
	_cleanup_free_ char *is = config_value(config, o->name),
			    *unset = xasprintf("# %s%s\n", o->name, NOT_SET);
	bool off = strstr(config, unset), wanted_off = !strcmp(o->value, "n");
	char *text = NULL;

	if (is && (wanted_off || !same_value(o->value, is)))
		text = xasprintf("%s=%s (of %s) is %s", o->name, o->value, o->from, is);
	else if (!is && !wanted_off && (off || !o->optional))
		text = xasprintf("%s=%s (of %s) is %s", o->name, o->value, o->from,
				 off ? "not set"
				     : "not there: this tree has no such option, or what it needs "
				       "is off");
	return text;
}

int fragments_check(const struct fragments *f, const char *config, struct err *err)
{
	_cleanup_(strv_release) struct strv fates = { 0 };
	size_t more = 0;
	_cleanup_free_ char *list = NULL;

	for (size_t i = 0; i < f->n; i++) {
		_cleanup_free_ char *text = fate(&f->options[i], config);

		if (text && fates.n < MAX_NAMED)
			strv_add(&fates, text);
		else
			more += !!text;
	}
	if (!fates.n)
		return 0;
	if (more)
		strv_addf(&fates, "and %zu more", more);
	list = strv_join(&fates, "; ");
	err_set(err, EOPNOTSUPP, "options did not take: %s", list);
	return -EOPNOTSUPP;
}
