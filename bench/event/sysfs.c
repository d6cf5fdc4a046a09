// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events that the kernel names in sysfs: PMU/EVENT/, PMU/TERM=VALUE,.../, and
 * those of the CPU's own PMU by their name alone. What a term is worth in an
 * encoding is told by the PMU's folder "format".
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "bench/event/event.h"

#define DEVICES "bus/event_source/devices"

/* The CPU's PMU, on hybrid ones that of the larger cores. */
static const char *const cpu_pmus[] = { "cpu", "cpu_core" };

/* Of a file that is an event or a term: "NAME.scale" and the like say how another is to be read. */
static bool is_word(const char *s)
{
	return *s && !s[strspn(s, "abcdefghijklmnopqrstuvwxyz"
				  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")];
}

/* First line of a file of a PMU's, or NULL. Owned by the caller. */
static char *read_of(const char *sysfs, const char *pmu, const char *folder, const char *name)
{
	_cleanup_free_ char *path = xasprintf("%s/" DEVICES "/%s/%s/%s", sysfs, pmu, folder, name);
	char *line;

	line = fs_read_line(path);
	return line;
}

static uint64_t *member(struct event *event, const char *word, size_t len)
{
	if (len == 6 && !strncmp(word, "config", len))
		return &event->config;
	if (len == 7 && !strncmp(word, "config1", len))
		return &event->config1;
	if (len == 7 && !strncmp(word, "config2", len))
		return &event->config2;
	return NULL;
}

/* Lay @value into the bits that @format names: "config:0-7,32-35". False: it does not fit. */
static bool lay(struct event *event, const char *format, uint64_t value)
{
	const char *colon = strchr(format, ':'), *at = colon;
	uint64_t *to = colon ? member(event, format, (size_t)(colon - format)) : NULL;

	if (!to)
		return false;
	while (*at) {
		char *end;
		unsigned long from = strtoul(at + 1, &end, 10), last = from;

		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		if (end == at + 1 || (*end && *end != ',') || last > 63 || from > last)
			return false;
		for (; from <= last; from++, value >>= 1)
			*to |= (value & 1) << from;
		at = end;
	}
	return !value;
}

static int add_term(const char *sysfs, const char *pmu, char *term, struct event *event,
		    struct err *err)
{
	char *equals = strchr(term, '='), *format, *end = (char *)"";
	uint64_t value = 1, *whole;
	bool fits;

	if (equals) {
		*equals = '\0';
		errno = 0;
		value = strtoull(equals + 1, &end, 0);
	}
	if (!is_word(term) || *end || (equals && (!isdigit((unsigned char)equals[1]) || errno)))
		return err_set(err, EINVAL, "event %.60s: '%.40s' is not TERM=NUMBER", event->name,
			       term);
	whole = member(event, term, strlen(term));
	if (whole) {
		*whole |= value;
		return 0;
	}
	format = read_of(sysfs, pmu, "format", term);
	if (!format)
		return err_set(err, EINVAL, "event %.60s: PMU %s has no term '%.40s'", event->name,
			       pmu, term);
	fits = lay(event, format, value);
	free(format);
	return fits ? 0
		    : err_set(err, EINVAL, "event %.60s: %#llx does not fit into term '%.40s'",
			      event->name, (unsigned long long)value, term);
}

static int add_terms(const char *sysfs, const char *pmu, const char *list, struct event *event,
		     struct err *err)
{
	_cleanup_(strv_release) struct strv terms = { 0 };
	int ret = 0;

	strv_split(&terms, list, ',');
	if (!terms.n)
		ret = err_set(err, EINVAL, "event %.60s names no term", event->name);
	for (size_t i = 0; i < terms.n && !ret; i++)
		ret = add_term(sysfs, pmu, terms.v[i], event, err);
	return ret;
}

static int read_type(const char *sysfs, const char *pmu, uint32_t *type)
{
	_cleanup_free_ char *line = read_of(sysfs, pmu, ".", "type");
	int ret = line && isdigit((unsigned char)*line) ? 0 : -ENOENT;

	if (!ret)
		*type = (uint32_t)strtoul(line, NULL, 10);
	return ret;
}

static int of_pmu(const char *sysfs, const char *pmu, const char *what, struct event *event,
		  struct err *err)
{
	_cleanup_free_ char *terms = is_word(what) ? read_of(sysfs, pmu, "events", what) : NULL;
	int ret = add_terms(sysfs, pmu, terms ? terms : what, event, err);

	return ret;
}

/* "PMU/WHAT/" */
static int slashed(const char *name, const char *slash, const char *sysfs, struct event *event,
		   struct err *err)
{
	_cleanup_free_ char *pmu = xstrndup(name, (size_t)(slash - name)),
			    *what = xstrdup(slash + 1);
	char *end = strchr(what, '/');
	int ret;

	if (!end || end[1] || !is_word(pmu))
		ret = err_set(err, EINVAL, "'%.60s' is not PMU/EVENT/ or PMU/TERM=NUMBER,.../",
			      name);
	else if (read_type(sysfs, pmu, &event->type))
		ret = err_set(err, EINVAL, "event %.60s: this machine has no PMU '%.40s'", name,
			      pmu);
	else {
		*end = '\0';
		ret = of_pmu(sysfs, pmu, what, event, err);
	}
	return ret;
}

static int resolve(const char *name, const char *sysfs, struct event *event, struct err *err)
{
	const char *slash = strchr(name, '/');

	if (slash)
		return slashed(name, slash, sysfs, event, err);
	for (size_t i = 0; i < ARRAY_SIZE(cpu_pmus) && is_word(name); i++) {
		_cleanup_free_ char *terms = read_of(sysfs, cpu_pmus[i], "events", name);
		int ret;

		if (!terms)
			continue;
		ret = read_type(sysfs, cpu_pmus[i], &event->type);
		if (!ret)
			ret = add_terms(sysfs, cpu_pmus[i], terms, event, err);
		return ret;
	}
	return -ENOENT;
}

static int visible(const struct dirent *entry)
{
	return is_word(entry->d_name);
}

static void each_of(const char *sysfs, const char *pmu, event_tell_fn *tell, void *arg)
{
	_cleanup_free_ char *folder = xasprintf("%s/" DEVICES "/%s/events", sysfs, pmu);
	_cleanup_free_ struct dirent **names = NULL;
	int n = scandir(folder, &names, visible, alphasort);

	for (int i = 0; i < n; i++) {
		char *name = xasprintf("%s/%s/", pmu, names[i]->d_name);
		char *terms = read_of(sysfs, pmu, "events", names[i]->d_name);

		tell(arg, name, terms ? terms : "");
		free(terms);
		free(name);
		free(names[i]);
	}
}

static void each(const char *sysfs, event_tell_fn *tell, void *arg)
{
	_cleanup_free_ char *folder = xasprintf("%s/" DEVICES, sysfs);
	_cleanup_free_ struct dirent **names = NULL;
	int n = scandir(folder, &names, visible, alphasort);

	for (int i = 0; i < n; i++) {
		each_of(sysfs, names[i]->d_name, tell, arg);
		free(names[i]);
	}
}

const struct event_source event_source_sysfs = {
	.title = "of this machine's kernel (sysfs)",
	.resolve = resolve,
	.each = each,
	.form = "PMU/TERM=NUMBER,.../",
};
