// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/dax.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"

static int read_attribute(const char *device, const char *name, uint64_t *value, struct err *err)
{
	char *path = xasprintf("/sys/bus/dax/devices/%s/%s", device, name);
	char *text = fs_read_line(path), *end = text;
	int ret = 0;

	if (text)
		*value = strtoull(text, &end, 0);
	if (!text || end == text || *end)
		ret = err_set(err, ENODEV, "%s is not a device-dax device: cannot read %s", device,
			      path);
	free(text);
	free(path);
	return ret;
}

/* -1 where the kernel does not say: one without CONFIG_NUMA has no such attribute. */
static int read_node(const char *device)
{
	char *path = xasprintf("/sys/bus/dax/devices/%s/numa_node", device);
	char *text = fs_read_line(path);
	int node = text ? atoi(text) : -1;

	free(text);
	free(path);
	return node;
}

int dax_open_site(const struct strv *paths, struct workload_site *site, struct err *err)
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

void dax_close_site(struct workload_site *site)
{
	free((void *)site->dax);
	*site = (struct workload_site){ 0 };
}
