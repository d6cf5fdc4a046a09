// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/kernel.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "kernels/config.h"
#include "kernels/facts.h"
#include "kernels/list.h"

#define DECLARE(name) extern const struct kernel_source name##_source;
KERNEL_SOURCES(DECLARE)

#define ENTRY(name) &name##_source,
const struct kernel_source *const kernel_sources[] = { KERNEL_SOURCES(ENTRY) };
const size_t nr_kernel_sources = ARRAY_SIZE(kernel_sources);

static int unknown_spec(const char *spec, struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	_cleanup_free_ char *list = NULL;
	int ret;

	for (size_t i = 0; i < nr_kernel_sources; i++)
		strv_addf(&names, "%s (%s)", kernel_sources[i]->name, kernel_sources[i]->summary);
	list = strv_join(&names, ", ");
	ret = err_set(err, EINVAL, "there is no kernel \"%s\"; there are: %s", spec, list);
	return ret;
}

int kernel_find(const char *spec, struct kernel *kernel, struct progress *progress, struct err *err)
{
	int ret;

	kernel_init(kernel, spec);
	for (size_t i = 0; i < nr_kernel_sources; i++) {
		if (!kernel_sources[i]->matches(spec))
			continue;
		ret = kernel_sources[i]->find(spec, kernel, progress, err);
		if (ret) {
			kernel_release(kernel);
			*kernel = (struct kernel){ 0 };
		}
		return ret;
	}
	kernel_release(kernel);
	*kernel = (struct kernel){ 0 };
	return unknown_spec(spec, err);
}

void kernel_release(struct kernel *kernel)
{
	free(kernel->spec);
	free(kernel->release);
	free(kernel->version);
	free(kernel->image);
	free(kernel->vmlinux);
	free(kernel->config);
	free(kernel->root);
	free(kernel->build);
	free(kernel->build_key);
	free(kernel->image_sha256);
	free(kernel->config_sha256);
	free(kernel->compiler);
	free(kernel->cc);
	free(kernel->tools);
}

char *kernel_lacks(const struct kernel *kernel, const char *const *options, struct err *err)
{
	char *text = fs_read(kernel->config, NULL, err), *list = NULL;
	struct strv missing = { 0 };

	if (!text)
		return NULL;
	for (; *options; options++)
		if (!config_has(text, *options))
			strv_add(&missing, *options);
	if (missing.n)
		list = strv_join(&missing, ", ");
	strv_release(&missing);
	free(text);
	return list;
}
