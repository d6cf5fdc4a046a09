// SPDX-License-Identifier: GPL-2.0-only
#include "bench/event/event.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "kmod/uapi/ptwalk.h"

#define X(name) extern const struct event_source event_source_##name;
EVENT_SOURCES(X)
#undef X

#define X(name) &event_source_##name,
const struct event_source *const event_sources[] = { EVENT_SOURCES(X) };
#undef X
const size_t nr_event_sources = ARRAY_SIZE(event_sources);

#define NEAR_MOST 4
#define TOO_FAR	  SIZE_MAX

/* The names that one may have meant. { .to = NAME } is one that was told of none. */
struct near {
	const char *to;
	char *names[NEAR_MOST]; /* the nearest first */
	size_t far[NEAR_MOST], n;
};

/* One that holds what was typed is near, the nearer the less it adds. */
static size_t how_far(const char *to, const char *name)
{
	size_t far = str_distance(to, name), len = strlen(to);

	if (len >= 3 && strcasestr(name, to))
		return far < 2 ? far : 2;
	return far <= (len < 6 ? 1 : len / 3) ? far : TOO_FAR;
}

/* Take a name into account: an event_tell_fn. */
static void near_tell(void *arg, const char *name, const char *what)
{
	struct near *near = arg;
	size_t far = how_far(near->to, name), i;

	(void)what;
	if (far == TOO_FAR)
		return;
	for (i = 0; i < near->n && near->far[i] <= far; i++)
		if (!strcmp(near->names[i], name))
			return;
	if (i == NEAR_MOST)
		return;
	if (near->n == NEAR_MOST)
		free(near->names[--near->n]);
	memmove(&near->names[i + 1], &near->names[i], (near->n - i) * sizeof(*near->names));
	memmove(&near->far[i + 1], &near->far[i], (near->n - i) * sizeof(*near->far));
	near->names[i] = xstrdup(name);
	near->far[i] = far;
	near->n++;
}

/* Those that are near, with commas between them; "" where none is. Ends @near; owned by the caller. */
static char *near_list(struct near *near)
{
	_cleanup_(strv_release) struct strv names = { 0 };

	for (size_t i = 0; i < near->n; i++) {
		strv_add(&names, near->names[i]);
		free(near->names[i]);
	}
	near->n = 0;
	return strv_join(&names, ", ");
}

static int unknown(const char *name, const char *sysfs, struct err *err)
{
	struct near near = { .to = name };
	_cleanup_free_ char *list = NULL;

	for (size_t i = 0; i < nr_event_sources; i++)
		if (event_sources[i]->each)
			event_sources[i]->each(sysfs, near_tell, &near);
	list = near_list(&near);
	err_set(err, EINVAL, "unknown event '%.60s'%s%s; --events help lists what there is", name,
		*list ? "; near it: " : "", list);
	return -EINVAL;
}

static int resolve(const char *name, const char *sysfs, struct event *event, struct err *err)
{
	for (size_t i = 0; i < nr_event_sources; i++) {
		int ret = event_sources[i]->resolve(name, sysfs, event, err);

		if (ret != -ENOENT)
			return ret;
	}
	return unknown(name, sysfs, err);
}

/* Where the name at @from ends: at a comma that is not within slashes, or at the end. */
static const char *name_end(const char *from)
{
	bool slashed = false;

	for (; *from && (slashed || *from != ','); from++)
		slashed ^= *from == '/';
	return from;
}

static int add(struct event_list *list, char *name, const char *sysfs, struct err *err)
{
	struct event *event;

	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i].name, name))
			return err_set(err, EINVAL, "event %.60s is named twice", name);
	if (list->n == PTWALK_MAX_EVENTS)
		return err_set(err, E2BIG,
			       "%.60s is one event too many: the module counts %d at most in one "
			       "window",
			       name, PTWALK_MAX_EVENTS);
	list->v = xrealloc(list->v, (list->n + 1) * sizeof(*list->v));
	event = &list->v[list->n++];
	*event = (struct event){ .name = xstrdup(name) };
	return resolve(name, sysfs, event, err);
}

int event_list_resolve(const char *names, const char *sysfs, struct event_list *list,
		       struct err *err)
{
	const char *end = names;
	int ret = 0;

	*list = (struct event_list){ 0 };
	for (const char *from = names; !ret; from = end + 1) {
		char *name;

		end = name_end(from);
		name = xstrndup(from, (size_t)(end - from));
		ret = *name ? add(list, name, sysfs, err)
			    : err_set(err, EINVAL, "an empty name among the events '%.60s'", names);
		free(name);
		if (!*end)
			break;
	}
	return ret;
}

void event_list_release(struct event_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i].name);
	free(list->v);
	*list = (struct event_list){ 0 };
}
