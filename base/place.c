// SPDX-License-Identifier: GPL-2.0-only
#include "base/place.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* @below the folder that @xdg names, else @below @home of the home folder; NULL without one. */
static char *of_user(const char *xdg, const char *home, const char *below)
{
	const char *base = variable(xdg);

	/* One that is not absolute is not to be looked at: the XDG specification. */
	if (base && *base == '/')
		return xasprintf("%s/%s", base, below);
	base = variable("HOME");
	return base ? xasprintf("%s/%s/%s", base, home, below) : NULL;
}

/* @name below $PTWALK_HOME; NULL where that is not set. */
static char *of_own(const char *name)
{
	const char *own = variable("PTWALK_HOME");

	return own ? xasprintf("%s/%s", own, name) : NULL;
}

static char *found_cache(void)
{
	const char *given = variable("PTWALK_CACHE");
	char *own = given ? xstrdup(given) : of_own("cache");

	return own ? own : of_user("XDG_CACHE_HOME", ".cache", "ptwalk");
}

/* The folder above that of this program. */
static char *prefix(void)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n < 0 ? 0 : n] = '\0';
	for (int i = 0; i < 2 && strrchr(self, '/'); i++)
		*strrchr(self, '/') = '\0';
	return xstrdup(self);
}

/* share/ptwalk, where this program is installed; else NULL. */
static char *installed(void)
{
	_cleanup_free_ char *above = prefix(), *share = xasprintf("%s/share/ptwalk", above);
	_cleanup_free_ char *kmod = xasprintf("%s/kmod", share);

	return fs_is_dir(kmod) ? TAKE_PTR(share) : NULL;
}

static char *found_runs(void)
{
	const char *given = variable("PTWALK_RESULTS");
	char *own = given ? xstrdup(given) : of_own("runs");
	_cleanup_free_ char *share = NULL;

	if (own)
		return own;
	share = installed();
	if (!share && fs_is_dir(PTWALK_CHECKOUT "/results"))
		return xstrdup(PTWALK_CHECKOUT "/results/local");
	return of_user("XDG_DATA_HOME", ".local/share", "ptwalk/runs");
}

static char *found_store(void)
{
	const char *given = variable("PTWALK_RESULTS");
	char *own = given ? xasprintf("%s/store.db", given) : of_own("store.db");

	return own ? own : of_user("XDG_DATA_HOME", ".local/share", "ptwalk/store.db");
}

int place_check(struct err *err)
{
	_cleanup_free_ char *cache = found_cache(), *runs = found_runs(), *store = found_store();

	if (cache && runs && store)
		return 0;
	return err_set(
		err, ENOENT,
		"nothing says where cache, runs and store are to be: neither PTWALK_HOME nor "
		"HOME is set");
}

static char *must(char *path)
{
	struct err err = { 0 };

	if (path)
		return path;
	place_check(&err);
	fprintf(stderr, "ptwalk: %s\n", err.text);
	exit(2);
}

char *place_cache(void)
{
	return must(found_cache());
}

char *place_runs(void)
{
	return must(found_runs());
}

char *place_store(const char *runs)
{
	char *own = place_own_store(runs);

	return own ? own : must(found_store());
}

char *place_own_store(const char *runs)
{
	_cleanup_free_ char *usual = place_runs();

	return runs && strcmp(runs, usual) ? xasprintf("%s/store.db", runs) : NULL;
}

char *place_suite(const char *below)
{
	const char *own = variable("PTWALK_SOURCE");
	_cleanup_free_ char *share = own ? NULL : installed();

	return xasprintf("%s/%s", own ? own : share ? share : PTWALK_CHECKOUT, below);
}

char *place_beside(const char *name, const char *named)
{
	const char *own = variable(named);
	_cleanup_free_ char *above = NULL, *lib = NULL;
	char self[PATH_MAX];
	ssize_t n;

	if (own)
		return xstrdup(own);
	above = prefix();
	lib = xasprintf("%s/lib/ptwalk/%s", above, name);
	if (fs_exists(lib))
		return TAKE_PTR(lib);
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n < 0 ? 0 : n] = '\0';
	if (strrchr(self, '/'))
		*strrchr(self, '/') = '\0';
	return xasprintf("%s/%s", self, name);
}
