// SPDX-License-Identifier: GPL-2.0-only
/* What options are given: read, held against their bounds, and put where they belong. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/option.h"
#include "base/size.h"

const char *opt_shown(const struct opt *o)
{
	static char text[80];

	snprintf(text, sizeof(text), "%s%s", o->name ? "--" : "", o->name ? o->name : o->argument);
	return text;
}

static int set_count(const struct opt *o, unsigned int *out, const char *arg, struct err *err)
{
	const char *what = o->type == OPT_TYPE_SECONDS ? "seconds" : "a number";
	char *end = (char *)arg;
	unsigned long n = 0;

	errno = 0;
	if (isdigit((unsigned char)*arg))
		n = strtoul(arg, &end, 10);
	if (end == arg || *end || errno || (double)n < o->min || (double)n > o->max)
		return err_set(err, EINVAL, "%s takes %s from %.0f to %.0f, not '%s'", opt_shown(o),
			       what, o->min, o->max, arg);
	*out = (unsigned int)n;
	return 0;
}

static int set_size(const struct opt *o, uint64_t *out, const char *arg, struct err *err)
{
	uint64_t n;
	int ret = size_parse(arg, &n, err);

	if (ret) {
		err_prefix(err, "%s", opt_shown(o));
		return ret;
	}
	if ((double)n < o->min || (double)n > o->max)
		return err_set(err, EINVAL, "%s takes a size from %s to %s, not '%s'", opt_shown(o),
			       size_name((uint64_t)o->min).text, size_name((uint64_t)o->max).text,
			       arg);
	*out = n;
	return 0;
}

static int set_percent(const struct opt *o, double *out, const char *arg, struct err *err)
{
	const bool share = o->type == OPT_TYPE_SHARE;
	char *end;
	double n = strtod(arg, &end);

	if (end == arg || *end || !(n >= o->min) || !(n <= o->max) ||
	    (share && (n == o->min || n == o->max)))
		return err_set(err, EINVAL, "%s takes per cent %s %g %s %g, not '%s'", opt_shown(o),
			       share ? "above" : "from", o->min, share ? "and below" : "to", o->max,
			       arg);
	*out = share ? n / 100 : n;
	return 0;
}

static const void *entry(const struct opt *o, size_t i)
{
	for (size_t k = 0; k < *o->nr_entries; k++)
		if ((!o->fits || o->fits(o->entries[k])) && !i--)
			return o->entries[k];
	return NULL;
}

/* NULL: there are no more. */
static const char *choice(const struct opt *o, size_t i)
{
	const void *e = o->entries ? entry(o, i) : NULL;

	if (o->entries)
		return e ? *(const char *const *)e : NULL;
	return o->words ? o->words[i] : NULL;
}

static size_t nr_choices(const struct opt *o)
{
	size_t n = 0;

	while (choice(o, n))
		n++;
	return n;
}

char *opt_choices(const struct opt *o)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	size_t n = nr_choices(o);
	_cleanup_free_ char *list = NULL;
	char *text;

	if (!n)
		return NULL;
	for (size_t i = 0; i + 1 < n; i++)
		strv_add(&names, choice(o, i));
	list = strv_join(&names, ", ");
	text = xasprintf("%s%s%s", list, n > 1 ? " or " : "", choice(o, n - 1));
	return text;
}

/* Which of them it is; -EINVAL: none. */
static int find_choice(const struct opt *o, const char *arg, size_t *which, struct err *err)
{
	size_t n = nr_choices(o);
	_cleanup_free_ char *known = NULL;
	int ret;

	for (*which = 0; *which < n; (*which)++)
		if (!strcmp(choice(o, *which), arg))
			return 0;
	known = opt_choices(o);
	ret = err_set(err, EINVAL, "%s takes %s, not '%s'", opt_shown(o), known, arg);
	return ret;
}

static int set_choice(const struct opt *o, void *at, const char *arg, struct err *err)
{
	size_t which;
	int ret = find_choice(o, arg, &which, err);

	if (ret)
		return ret;
	if (o->type == OPT_TYPE_WORD)
		*(unsigned int *)at = (unsigned int)which;
	else
		*(const void **)at = entry(o, which);
	return 0;
}

int opt_set(const struct opt *o, void *config, char *arg, struct err *err)
{
	void *at = (char *)config + o->offset;
	size_t which;

	switch (o->type) {
	case OPT_TYPE_FLAG:
		*(bool *)at = true;
		return 0;
	case OPT_TYPE_TEXT:
		*(const char **)at = arg;
		return 0;
	case OPT_TYPE_COPY:
		free(*(char **)at);
		*(char **)at = xstrdup(arg);
		return 0;
	case OPT_TYPE_TEXTS:
		if ((o->words || o->entries) && find_choice(o, arg, &which, err))
			return -EINVAL;
		strv_add(at, arg);
		return 0;
	case OPT_TYPE_LIST:
		strv_split(at, arg, ',');
		return 0;
	case OPT_TYPE_UINT:
	case OPT_TYPE_SECONDS:
		return set_count(o, at, arg, err);
	case OPT_TYPE_SIZE:
		return set_size(o, at, arg, err);
	case OPT_TYPE_PERCENT:
	case OPT_TYPE_SHARE:
		return set_percent(o, at, arg, err);
	case OPT_TYPE_WORD:
	case OPT_TYPE_ENTRY:
		return set_choice(o, at, arg, err);
	case OPT_TYPE_CALL:
		return o->call(config, arg, err);
	default:
		return err_set(err, EINVAL, "%s cannot be set", opt_shown(o));
	}
}
