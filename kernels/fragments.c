// SPDX-License-Identifier: GPL-2.0-only
/* Config fragments: read, merged, and held against the .config that Kconfig made of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "kernels/config.h"

#define OPTIONAL  "# where there is one"
#define BASE	  "# base: "
#define MODULES	  "# modules: "
#define CHOICE	  "# one of: "
#define OF_ARCH	  " # of "
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

/* Is the line of the kernel's architecture? Cuts off what it says of one. */
static int is_of_arch(const struct fragments *f, char *line, const char *from, bool *is,
		      struct err *err)
{
	char *of = strstr(line, OF_ARCH);
	const struct arch *arch = f->arch;
	int ret = 0;

	if (of) {
		*of = '\0';
		trim(of + strlen(OF_ARCH));
		ret = arch_known(of + strlen(OF_ARCH), &arch, err);
	}
	if (ret)
		err_prefix(err, "%s, \"%s\"", from, line);
	*is = arch == f->arch;
	return ret;
}

static int take_line(struct fragments *f, char *line, bool *based, const char *from,
		     struct err *err)
{
	char *optional, *equals;
	bool is;
	int ret = is_of_arch(f, line, from, &is, err);

	if (ret || !is)
		return ret;
	optional = strstr(line, OPTIONAL);
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

int fragments_load(struct fragments *f, const struct strv *names, const struct arch *arch,
		   struct err *err)
{
	bool based = false;
	int ret;

	*f = (struct fragments){ .arch = arch_of(arch) };
	ret = load_all(f, NULL, names, &based, err);
	if (!ret && f->modules.n && !f->debian)
		ret = err_set(err, EINVAL,
			      "\"" MODULES "%s\" without \"" BASE "debian\": only there it is "
			      "known what a module depends on",
			      f->modules.v[0]);
	if (ret || based)
		return ret;
	fragments_release(f);
	f->arch = arch_of(arch);
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
