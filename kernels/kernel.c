// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/kernel.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "kernels/apt.h"
#include "kernels/config.h"
#include "kernels/facts.h"

#define DECLARE(name) extern const struct kernel_source name##_source;
KERNEL_SOURCES(DECLARE)

#define ENTRY(name) &name##_source,
const struct kernel_source *const kernel_sources[] = { KERNEL_SOURCES(ENTRY) };
const size_t nr_kernel_sources = ARRAY_SIZE(kernel_sources);

static int unknown_spec(const char *spec, struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	_cleanup_free_ char *list = NULL;

	for (size_t i = 0; i < nr_kernel_sources; i++)
		strv_addf(&names, "%s (%s)", kernel_sources[i]->name, kernel_sources[i]->summary);
	list = strv_join(&names, ", ");
	return err_set(err, EINVAL, "there is no kernel \"%s\"; there are: %s", spec, list);
}

/* Whose it is; NULL with @err. @whole: (out) the spec, owned: "6.1", a version alone, is Debian's. */
static const struct kernel_source *source_of(const char *spec, char **whole, struct err *err)
{
	*whole = debian_release(spec, NULL) ? xasprintf("debian:%s", spec) : xstrdup(spec);
	for (size_t i = 0; i < nr_kernel_sources; i++)
		if (kernel_sources[i]->matches(*whole))
			return kernel_sources[i];
	unknown_spec(spec, err);
	return NULL;
}

int kernel_spec_check(const char *spec, const struct arch *arch, struct err *err)
{
	_cleanup_free_ char *whole = NULL;
	const struct kernel_source *source = source_of(spec, &whole, err);

	if (!source)
		return -EINVAL;
	return source->check ? source->check(whole, arch_of(arch), err) : 0;
}

static int find(const char *spec, const struct arch *arch, bool sources, struct kernel *kernel,
		struct progress *progress, struct err *err)
{
	_cleanup_free_ char *whole = NULL;
	const struct kernel_source *source = source_of(spec, &whole, err);
	int ret;

	*kernel = (struct kernel){ 0 };
	if (!source)
		return -EINVAL;
	kernel_init(kernel, whole);
	kernel->with_sources = sources;
	kernel->arch = arch_of(arch);
	ret = source->check ? source->check(whole, kernel->arch, err) : 0;
	if (!ret)
		ret = source->find(whole, kernel, progress, err);
	if (ret)
		kernel_release(kernel);
	return ret;
}

int kernel_find(const char *spec, const struct arch *arch, struct kernel *kernel,
		struct progress *progress, struct err *err)
{
	return find(spec, arch, false, kernel, progress, err);
}

int kernel_find_own(const char *spec, const struct arch *arch, struct kernel *kernel,
		    struct progress *progress, struct err *err)
{
	return find(spec, arch, true, kernel, progress, err);
}

char *kernel_lacks(const struct kernel *kernel, const char *const *options, struct err *err)
{
	_cleanup_free_ char *text = fs_read(kernel->config, NULL, err);
	_cleanup_(strv_release) struct strv missing = { 0 };

	if (!text)
		return NULL;
	for (; *options; options++)
		if (!config_has(text, *options))
			strv_add(&missing, *options);
	return missing.n ? strv_join(&missing, ", ") : NULL;
}

/* Its config, "" where there is none; owned by the caller. */
static char *config_text(const struct kernel *kernel)
{
	char *text = *kernel->config ? fs_read(kernel->config, NULL, NULL) : NULL;

	return text ? text : xstrdup("");
}

bool kernel_has(const struct kernel *kernel, const char *option)
{
	_cleanup_free_ char *text = config_text(kernel);

	return config_has(text, option);
}

uint64_t kernel_page_size(const struct kernel *kernel)
{
	_cleanup_free_ char *text = config_text(kernel);

	return config_page_size(text);
}
