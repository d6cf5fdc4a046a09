// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/config.h"

#include <dirent.h>
#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/place.h"
#include "base/size.h"
#include "base/str.h"
#include "kernels/cache.h"

/* The first line of the comment at the top that is not its license. */
static char *summary(const char *path)
{
	_cleanup_free_ char *text = fs_read(path, NULL, NULL);
	char *found = NULL;
	_cleanup_(strv_release) struct strv lines = { 0 };

	strv_split(&lines, text ? text : "", '\n');
	for (size_t i = 0; i < lines.n && !found; i++)
		if (!strstr(lines.v[i], "SPDX"))
			found = xstrdup(lines.v[i] + strspn(lines.v[i], "#/* "));
	return found ? found : xstrdup("");
}

/* As their names without a suffix: "batch.cocci" is before "batch-late.cocci". */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	const char *x = (*a)->d_name, *y = (*b)->d_name;

	while (*x && *x == *y) {
		x++;
		y++;
	}
	return (*x == '.' ? 1 : (unsigned char)*x) - (*y == '.' ? 1 : (unsigned char)*y);
}

void catalog_list(const char *kind, const char *suffix, struct strv *names, struct strv *summaries)
{
	_cleanup_free_ char *below = xasprintf("kernels/%s", kind), *folder = place_suite(below);
	struct dirent **entries;
	int n = scandir(folder, &entries, NULL, by_name);

	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		char *path = xasprintf("%s/%s", folder, name), *text;

		if (*name != '.' && str_ends(name, suffix) && !fs_is_dir(path)) {
			strv_addf(names, "%.*s", (int)(strlen(name) - strlen(suffix)), name);
			text = summary(path);
			if (summaries)
				strv_add(summaries, text);
			free(text);
		}
		free(path);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

char *catalog_path(const char *kind, const char *name, const char *suffix, struct err *err)
{
	_cleanup_(strv_release) struct strv names = { 0 };
	_cleanup_free_ char *below = NULL;
	char *path, *list;

	if (strchr(name, '/')) {
		path = realpath(name, NULL);
		if (!path)
			err_set(err, EINVAL, "%s: %s", name, strerror(errno));
		return path;
	}
	catalog_list(kind, suffix, &names, NULL);
	below = xasprintf("kernels/%s/%s%s", kind, name, suffix);
	path = strv_has(&names, name) ? place_suite(below) : NULL;
	if (!path) {
		list = strv_join(&names, ", ");
		err_set(err, EINVAL, "there is no %s '%s'; there are: %s, and paths with a slash",
			kind, name, list);
		free(list);
	}
	return path;
}

char *config_value(const char *text, const char *option)
{
	size_t len = strlen(option);

	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *value = line + len + 1;
		size_t n;

		if (strncmp(line, option, len) || line[len] != '=')
			continue;
		n = strcspn(value, "\r\n");
		if (n >= 2 && value[0] == '"' && value[n - 1] == '"')
			return xstrndup(value + 1, n - 2);
		return xstrndup(value, n);
	}
	return NULL;
}

/* Does the line, without its end, say what an option is? */
static bool says_option(const char *line)
{
	if (str_starts(line, "CONFIG_BUILD_SALT=") || str_starts(line, "CONFIG_CC_VERSION_TEXT="))
		return false;
	return str_starts(line, "CONFIG_") || str_starts(line, "# CONFIG_");
}

void config_digest(const char *text, char hex[65])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx sha;

	sha256_init(&sha);
	for (const char *line = text; *line;) {
		size_t n = strcspn(line, "\n");

		if (says_option(line)) {
			sha256_update(&sha, n, (const uint8_t *)line);
			sha256_update(&sha, 1, (const uint8_t *)"\n");
		}
		line += n + (line[n] == '\n');
	}
	sha256_digest(&sha, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
}

bool config_has(const char *text, const char *option)
{
	_cleanup_free_ char *value = config_value(text, option);
	bool has = value && (!strcmp(value, "y") || !strcmp(value, "m"));

	return has;
}

uint64_t config_page_size(const char *text)
{
	/* As arm64 calls them before 6.9, and every architecture since. */
	if (config_has(text, "CONFIG_ARM64_64K_PAGES") || config_has(text, "CONFIG_PAGE_SIZE_64KB"))
		return 64 * KIB;
	if (config_has(text, "CONFIG_ARM64_16K_PAGES") || config_has(text, "CONFIG_PAGE_SIZE_16KB"))
		return 16 * KIB;
	return 4 * KIB;
}

bool config_boots_elf(const char *text)
{
	return config_has(text, "CONFIG_PVH") && !config_has(text, "CONFIG_KASAN");
}

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

static int by_option(const void *a, const void *b)
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
		qsort(o->v, o->n, sizeof(*o->v), by_option);
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
		const int order = i == a->n ? 1 : k == b->n ? -1 : by_option(&a->v[i], &b->v[k]);
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
