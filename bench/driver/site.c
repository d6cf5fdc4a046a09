// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/site.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/size.h"

static int read_attribute(const char *device, const char *name, uint64_t *value, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("/sys/bus/dax/devices/%s/%s", device, name);
	_cleanup_free_ char *text = fs_read_line(path);
	char *end = text;

	if (text)
		*value = strtoull(text, &end, 0);
	if (text && end != text && !*end)
		return 0;
	return err_set(err, ENODEV, "%s is not a device-dax device: cannot read %s", device, path);
}

/* -1 where the kernel does not say: one without CONFIG_NUMA has no such attribute. */
static int read_node(const char *device)
{
	_cleanup_free_ char *path = xasprintf("/sys/bus/dax/devices/%s/numa_node", device);
	_cleanup_free_ char *text = fs_read_line(path);

	return text ? atoi(text) : -1;
}

int site_open(const struct strv *paths, struct workload_site *site, struct err *err)
{
	struct workload_dax *dax = xcalloc(paths->n, sizeof(*dax));
	int ret = 0;

	for (size_t i = 0; i < paths->n && !ret; i++) {
		const char *slash = strrchr(paths->v[i], '/');
		const char *device = slash ? slash + 1 : paths->v[i];

		dax[i].path = paths->v[i];
		ret = read_attribute(device, "size", &dax[i].size, err);
		if (!ret)
			ret = read_attribute(device, "align", &dax[i].align, err);
		dax[i].node = read_node(device);
	}
	*site = (struct workload_site){ .dax = dax, .nr_dax = ret ? 0 : paths->n };
	return ret;
}

void site_close(struct workload_site *site)
{
	free((void *)site->dax);
	*site = (struct workload_site){ 0 };
}

/* ":NUMBER" at *@text, which is moved past it. */
static bool number(const char **text, uint64_t *n)
{
	char *end;

	if (**text != ':' || !isdigit((unsigned char)(*text)[1]))
		return false;
	errno = 0;
	*n = strtoull(*text + 1, &end, 0);
	*text = end;
	return !errno;
}

int site_parse_spare(const char *text, struct workload_spare *spare, struct err *err)
{
	static const struct {
		const char *name;
		enum workload_height height;
	} places[] = { { "low", WORKLOAD_LOW }, { "high", WORKLOAD_HIGH } };
	struct workload_spare found = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const char *rest = text + strlen(places[i].name);

		if (!str_starts(text, places[i].name) || !number(&rest, &found.start) ||
		    !number(&rest, &found.size) || *rest)
			continue;
		if (!found.size || (found.start | found.size) % (2 * MIB))
			break;
		spare[places[i].height] = found;
		return 0;
	}
	return err_set(err, EINVAL,
		       "'%s' is not low:START:SIZE or high:START:SIZE, in multiples of 2 MiB",
		       text);
}
