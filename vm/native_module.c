// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <libkmod.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/modules.h"
#include "base/str.h"
#include "vm/native.h"

#define LOG_BYTES (1 << 16)

/* Not the kernel's last line, which may be anyone's: the last that names the module. */
static char *kernel_said(const char *name)
{
	_cleanup_free_ char *key = xasprintf("%s: ", name);
	char *log = xcalloc(1, LOG_BYTES), *said = NULL;
	int n = klogctl(3 /* SYSLOG_ACTION_READ_ALL */, log, LOG_BYTES - 1);
	_cleanup_(strv_release) struct strv lines = { 0 };

	if (n > 0)
		strv_split(&lines, log, '\n');
	for (size_t i = lines.n; i-- > 0 && !said;) {
		const char *at = strstr(lines.v[i], key);

		if (at)
			said = xstrdup(at);
	}
	free(log);
	return said ? said : xstrdup("the kernel's log does not say why");
}

/*
 * A kernel that asks for signatures answers EKEYREJECTED, one that is locked down EPERM, which
 * otherwise is for those who may load nothing: native_check() has told them already.
 */
static const char *unsigned_why(int code)
{
	switch (code) {
	case -EKEYREJECTED:
	case -ENOKEY:
		return "it takes signed modules alone (module.sig_enforce, or a kernel built so), "
		       "and this one has no signature by a key it knows: sign it with such a key, "
		       "or boot without module.sig_enforce";
	case -EPERM:
		return "it is locked down (as under Secure Boot), and this one has no signature "
		       "by a key it knows: sign it with such a key, or turn Secure Boot off "
		       "(mokutil --disable-validation)";
	default:
		return NULL;
	}
}

static int refused(const char *path, int code, struct err *err)
{
	const char *why = unsigned_why(code);
	_cleanup_free_ char *name = module_name(path), *said = why ? NULL : kernel_said(name);

	if (why)
		err_set(err, code, "the kernel refused %s: %s", path, why);
	else
		err_set(err, code, "the kernel refused %s: %s (%s)", path, strerror(-code), said);
	return code;
}

/* Note it, then load it. */
static int insert(struct kmod_module *m, struct settings *settings, struct err *err)
{
	const char *name = kmod_module_get_name(m);
	int ret = settings_note(settings, SETTINGS_MODULE, name, err);

	if (ret)
		return ret;
	ret = kmod_module_insert_module(m, 0, "");
	if (ret < 0) {
		settings_forget(settings, name, NULL);
		return ret == -EEXIST ? ret : refused(kmod_module_get_path(m), ret, err);
	}
	return 0;
}

static bool is_there(struct kmod_module *m)
{
	int state = kmod_module_get_initstate(m);

	return state == KMOD_MODULE_BUILTIN || state == KMOD_MODULE_LIVE ||
	       state == KMOD_MODULE_COMING;
}

/* With what it depends on, which comes first. One that another loads meanwhile is there. */
static int insert_with_needs(struct kmod_module *m, struct settings *settings, struct err *err)
{
	struct kmod_list *needs, *at;
	int ret = 0;

	if (is_there(m))
		return 0;
	needs = kmod_module_get_dependencies(m);
	kmod_list_foreach(at, needs)
	{
		struct kmod_module *need = kmod_module_get_module(at);

		if (!ret)
			ret = insert_with_needs(need, settings, err);
		kmod_module_unref(need);
	}
	kmod_module_unref_list(needs);
	if (!ret)
		ret = insert(m, settings, err);
	return ret == -EEXIST ? 0 : ret;
}

static int load_by_name(struct kmod_ctx *kmod, const char *name, struct settings *settings,
			struct err *err)
{
	struct kmod_list *found = NULL, *at;
	int ret = 0;

	name += *name == '?';
	if (kmod_module_new_from_lookup(kmod, name, &found) < 0)
		return 0;
	kmod_list_foreach(at, found)
	{
		struct kmod_module *m = kmod_module_get_module(at);

		if (!ret)
			ret = insert_with_needs(m, settings, err);
		kmod_module_unref(m);
	}
	kmod_module_unref_list(found);
	return ret;
}

/* One that was built for another kernel is told before the kernel tells it. */
static int check_release(struct kmod_module *m, struct err *err)
{
	const char *path = kmod_module_get_path(m);
	struct kmod_list *info = NULL, *at;
	struct utsname uts;
	int ret = 0, n = kmod_module_get_info(m, &info);

	uname(&uts);
	if (n < 0)
		return err_set(err, n, "%s is not a module: %s", path, strerror(-n));
	kmod_list_foreach(at, info)
	{
		const char *release = kmod_module_info_get_value(at);
		size_t len = strcspn(release, " ");

		if (strcmp(kmod_module_info_get_key(at), "vermagic") != 0)
			continue;
		if (strlen(uts.release) != len || strncmp(uts.release, release, len) != 0)
			ret = err_set(err, ENOEXEC,
				      "%s was built for kernel %.*s, and %s is running", path,
				      (int)len, release, uts.release);
	}
	kmod_module_info_free_list(info);
	return ret;
}

static int load_own(struct kmod_ctx *kmod, const char *path, struct settings *settings,
		    struct err *err)
{
	struct kmod_module *m;
	int ret = kmod_module_new_from_path(kmod, path, &m);

	if (ret < 0)
		return err_set(err, ret, "cannot read %s: %s", path, strerror(-ret));
	ret = check_release(m, err);
	if (!ret)
		ret = is_there(m) ? -EEXIST : insert(m, settings, err);
	if (ret == -EEXIST)
		err_set(err, EEXIST,
			"a module %s is loaded already, and not by a run: unload it (rmmod %s)",
			kmod_module_get_name(m), kmod_module_get_name(m));
	kmod_module_unref(m);
	return ret;
}

static void say_nothing(void *data, int priority, const char *file, int line, const char *fn,
			const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line, (void)fn, (void)format, (void)args;
}

int native_load(const struct vm_config *config, struct settings *settings, struct err *err)
{
	struct kmod_ctx *kmod = kmod_new(NULL, NULL);
	int ret = 0;

	if (!kmod)
		return err_set(err, ENOMEM, "cannot begin to load modules");
	kmod_set_log_fn(kmod, say_nothing, NULL);
	for (const char *const *name = config->modules; !ret && name && *name; name++)
		ret = load_by_name(kmod, *name, settings, err);
	if (!ret)
		ret = load_own(kmod, config->module, settings, err);
	kmod_unref(kmod);
	return ret;
}

#define CAP_SYS_MODULE_BIT 16

static char *read_line(const struct native_site *site, const char *path)
{
	_cleanup_free_ char *full = xasprintf("%s%s", site->root, path);
	char *line = fs_read_line(full);

	return line;
}

/* Is the first line of @path @word? */
static bool says(const struct native_site *site, const char *path, const char *word)
{
	_cleanup_free_ char *line = read_line(site, path);
	bool same = line && !strcmp(line, word);

	return same;
}

/* @set: "CapEff": what this process may; "CapBnd": what any may here, root too. */
static bool may_load(const struct native_site *site, const char *set)
{
	_cleanup_free_ char *path = xasprintf("%s/proc/self/status", site->root),
			    *text = fs_read(path, NULL, NULL), *line = xasprintf("\n%s:", set);
	const char *at = text ? strstr(text, line) : NULL;
	bool may = !at || strtoull(at + strlen(line), NULL, 16) >> CAP_SYS_MODULE_BIT & 1;

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
	if (!may_load(site, "CapEff"))
		return err_set(err, EPERM,
			       "this root may not load modules (no CAP_SYS_MODULE, as in a "
			       "container): run it on the host itself");
	return 0;
}

static int check_signature(const struct native_site *site, struct err *err)
{
	_cleanup_free_ char *lockdown = read_line(site, "/sys/kernel/security/lockdown");
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
	return ret;
}

/* As podman and Docker mark theirs. */
static bool in_container(const struct native_site *site)
{
	_cleanup_free_ char *podman = xasprintf("%s/run/.containerenv", site->root);
	_cleanup_free_ char *docker = xasprintf("%s/.dockerenv", site->root);

	return fs_exists(podman) || fs_exists(docker);
}

int native_check(const struct native_site *site, struct err *err)
{
	int ret;

	/* Whoever one is in there: root would be told the next thing that is in the way. */
	if (in_container(site) && !may_load(site, "CapBnd"))
		return err_set(err, EPERM,
			       "the native machine loads a module into the running kernel, which "
			       "this container may not (no CAP_SYS_MODULE): run ptwalk on the host "
			       "itself");
	if (!site->privileged)
		return err_set(err, EPERM,
			       "the native machine loads a module into the running kernel: run "
			       "ptwalk as root (sudo)");
	ret = check_kernel(site, err);
	if (!ret && site->built_here)
		ret = check_signature(site, err);
	return ret;
}
