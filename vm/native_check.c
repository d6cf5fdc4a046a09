// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "vm/native.h"

#define CAP_SYS_MODULE_BIT 16

static char *read_line(const struct native_site *site, const char *path)
{
	char *full = xasprintf("%s%s", site->root, path), *line = fs_read_line(full);

	free(full);
	return line;
}

/* Is the first line of @path @word? */
static bool says(const struct native_site *site, const char *path, const char *word)
{
	char *line = read_line(site, path);
	bool same = line && !strcmp(line, word);

	free(line);
	return same;
}

static bool may_load(const struct native_site *site)
{
	char *path = xasprintf("%s/proc/self/status", site->root),
	     *text = fs_read(path, NULL, NULL);
	const char *at = text ? strstr(text, "\nCapEff:") : NULL;
	bool may = !at || strtoull(at + strlen("\nCapEff:"), NULL, 16) >> CAP_SYS_MODULE_BIT & 1;

	free(text);
	free(path);
	return may;
}

static int check_kernel(const struct native_site *site, struct err *err)
{
	char *modules = xasprintf("%s/proc/modules", site->root);
	bool there = fs_exists(modules);

	free(modules);
	if (!there)
		return err_set(err, EOPNOTSUPP,
			       "the running kernel takes no modules (there is no /proc/modules): "
			       "boot one with CONFIG_MODULES=y, or measure on another machine");
	if (says(site, "/proc/sys/kernel/modules_disabled", "1"))
		return err_set(err, EOPNOTSUPP,
			       "the running kernel is closed to more modules "
			       "(kernel.modules_disabled is 1): reboot without that setting");
	if (!may_load(site))
		return err_set(err, EPERM,
			       "this root may not load modules (no CAP_SYS_MODULE, as in a "
			       "container): run it on the host itself");
	return 0;
}

static int check_signature(const struct native_site *site, struct err *err)
{
	char *lockdown = read_line(site, "/sys/kernel/security/lockdown");
	const char *mode = lockdown ? strchr(lockdown, '[') : NULL;
	int ret = 0;

	if (mode && !str_starts(mode, "[none]"))
		ret = err_set(err, EKEYREJECTED,
			      "the running kernel is locked down (%.*s, as under Secure Boot) and "
			      "takes no unsigned module: turn Secure Boot off (mokutil "
			      "--disable-validation), or sign ptwalk.ko and name it with --module",
			      (int)strcspn(mode + 1, "]"), mode + 1);
	else if (says(site, "/sys/module/module/parameters/sig_enforce", "Y"))
		ret = err_set(err, EKEYREJECTED,
			      "the running kernel takes signed modules alone "
			      "(module.sig_enforce=1): boot without it, or sign ptwalk.ko with a "
			      "key it knows and name it with --module");
	free(lockdown);
	return ret;
}

int native_check(const struct native_site *site, struct err *err)
{
	int ret;

	if (!site->privileged)
		return err_set(err, EPERM,
			       "the native machine loads a module into the running kernel: run "
			       "ptwalk as root (sudo)");
	ret = check_kernel(site, err);
	if (!ret && site->built_here)
		ret = check_signature(site, err);
	return ret;
}
