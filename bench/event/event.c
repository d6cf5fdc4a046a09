// SPDX-License-Identifier: GPL-2.0-only
#include "bench/event/event.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "bench/event/near.h"
#include "kmod/uapi/ptwalk.h"

#define X(name) extern const struct event_source event_source_##name;
EVENT_SOURCES(X)
#undef X

#define X(name) &event_source_##name,
const struct event_source *const event_sources[] = { EVENT_SOURCES(X) };
#undef X
const size_t nr_event_sources = ARRAY_SIZE(event_sources);

static int unknown(const char *name, const char *sysfs, struct err *err)
{
	struct near near = { .to = name };
	char *list;

	for (size_t i = 0; i < nr_event_sources; i++)
		if (event_sources[i]->each)
			event_sources[i]->each(sysfs, near_tell, &near);
	list = near_list(&near);
	err_set(err, EINVAL, "unknown event '%.60s'%s%s; --events help lists what there is", name,
		*list ? "; near it: " : "", list);
	free(list);
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
