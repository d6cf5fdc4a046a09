// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "kernels/cache.h"

#define MOST_TOLD 8

/* Words of options that change what a walk executes. */
static const char *const telling[] = {
	"HMM",	     "ZONE_",	     "DEVICE_P", "PAGE_TABLE", "PAGETABLE", "TRANSPARENT_HUGE",
	"HUGETLB",   "PREEMPT",	     "KASAN",	 "KMSAN",      "KCSAN",	    "UBSAN",
	"DEBUG_VM",  "DEBUG_PAGE",   "CC_OPTIM", "LTO_",       "CFI",	    "RETPOLINE",
	"RETHUNK",   "CALL_PADDING", "FTRACE",	 "STACKPRO",   "LOCKDEP",   "PROVE_",
	"SPARSEMEM", "USERFAULT",    "LRU_GEN",	 "GUP",
};

static char *path_of(const char *digest)
{
	return cache_path("configs/%s", digest);
}

void configs_keep(const struct kernel *kernel)
{
	_cleanup_free_ char *folder = cache_path("configs"), *path = NULL;

	if (!*kernel->config || !*kernel->config_sha256)
		return;
	path = path_of(kernel->config_sha256);
	if (!fs_exists(path) && !fs_mkdir_p(folder, NULL))
		fs_copy(kernel->config, path, 0644, NULL);
}

struct option {
	char *name, *value;
};

struct options {
	struct option *v;
	size_t n;
};

static void release(struct options *o)
{
	for (size_t i = 0; i < o->n; i++) {
		free(o->v[i].name);
		free(o->v[i].value);
	}
	free(o->v);
}

/* Those of the digest, and no others. */
static bool counts(const char *name)
{
	return strcmp(name, "BUILD_SALT") != 0 && strcmp(name, "CC_VERSION_TEXT") != 0;
}

static void add(struct options *o, const char *line, size_t len)
{
	static const char prefix[] = "CONFIG_";
	const size_t skip = sizeof(prefix) - 1;
	const char *equals = memchr(line, '=', len);
	char *name;

	if (!equals || len < skip || strncmp(line, prefix, skip) != 0)
		return;
	name = xstrndup(line + skip, (size_t)(equals - line) - skip);
	if (!counts(name)) {
		free(name);
		return;
	}
	o->v = xgrow(o->v, o->n, sizeof(*o->v));
	o->v[o->n++] = (struct option){
		.name = name,
		.value = xstrndup(equals + 1, len - (size_t)(equals + 1 - line)),
	};
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct option *)a)->name, ((const struct option *)b)->name);
}

static bool load(const char *digest, struct options *o)
{
	_cleanup_free_ char *path = path_of(digest), *text = fs_read(path, NULL, NULL);
	size_t len;

	*o = (struct options){ 0 };
	for (const char *line = text; line && *line; line += len + (line[len] == '\n')) {
		len = strcspn(line, "\n");
		add(o, line, len);
	}
	if (o->n)
		qsort(o->v, o->n, sizeof(*o->v), by_name);
	return text;
}

static bool tells(const char *name)
{
	/* What there is to choose from, and drivers. */
	if (str_starts(name, "ARCH_") || str_starts(name, "HAVE_") || str_starts(name, "DRM_"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(telling); i++)
		if (strstr(name, telling[i]))
			return true;
	return false;
}

/* Those of one kind, of both in step. */
static void add_changes(const struct options *a, const struct options *b, bool first,
			struct strv *changes)
{
	static const struct option none = { .name = (char *)"", .value = (char *)"n" };

	for (size_t i = 0, k = 0; i < a->n || k < b->n;) {
		const int order = i == a->n ? 1 : k == b->n ? -1 : by_name(&a->v[i], &b->v[k]);
		const struct option *base = order <= 0 ? &a->v[i++] : &none;
		const struct option *new = order >= 0 ? &b->v[k++] : &none;
		const char *name = order <= 0 ? base->name : new->name;

		if (strcmp(base->value, new->value) != 0 && tells(name) == first)
			strv_addf(changes, "%s: %s -> %s", name, base->value, new->value);
	}
}

/*
 * The options in which two kernels' configs differ, by digest: "PREEMPT_RCU: n -> y", without
 * CONFIG_; those of memory management and of how code is compiled first, else by name. An
 * option that is not set is n. False where the cache lacks either config.
 */
static bool configs_changes(const char *base, const char *new, struct strv *changes)
{
	struct options a, b;
	const bool has_base = load(base, &a), has_new = load(new, &b);

	for (int first = 1; has_base && has_new && first >= 0; first--)
		add_changes(&a, &b, first, changes);
	release(&a);
	release(&b);
	return has_base && has_new;
}

char *configs_told(const char *base, const char *new)
{
	_cleanup_(strv_release) struct strv all = { 0 }, told = { 0 };
	_cleanup_free_ char *list = NULL;

	if (!configs_changes(base, new, &all) || !all.n)
		return NULL;
	for (size_t i = 0; i < all.n && i < MOST_TOLD; i++)
		strv_add(&told, all.v[i]);
	list = strv_join(&told, ", ");
	return all.n > MOST_TOLD ? xasprintf("%zu options differ: %s, and %zu more", all.n, list,
					     all.n - MOST_TOLD)
				 : xasprintf("%zu option%s: %s", all.n,
					     all.n > 1 ? "s differ" : " differs", list);
}
