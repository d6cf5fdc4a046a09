// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/apt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/proc.h"
#include "kernels/cache.h"

#define KEYRING	       "/usr/share/keyrings/debian-archive-keyring.gpg"
#define LISTS_MAX_AGE  (24L * 3600)
#define UPDATE_SECONDS 900
#define FETCH_MIB      512 /* lists, packages, and what the least of them unpacks to */

const char *const apt_words[] = { "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive", NULL };

/*
 * The system's own settings are read first, which is how proxies and logins
 * get here; what would lead out of the folder, or run commands meant for the
 * system, is undone. As root apt would drop to a user that cannot enter root's
 * home, hence the sandbox user.
 */
static const char conf_template[] = "#clear APT::Update::Pre-Invoke;\n"
				    "#clear APT::Update::Post-Invoke;\n"
				    "#clear APT::Update::Post-Invoke-Success;\n"
				    "#clear APT::Default-Release;\n"
				    "#clear APT::Architectures;\n"
				    "APT::Architecture \"%2$s\";\n"
				    "APT::Architectures { \"%2$s\"; \"%3$s\"; };\n"
				    "APT::Get::AllowUnauthenticated \"false\";\n"
				    "APT::Sandbox::User \"root\";\n"
				    "APT::Update::Error-Mode \"any\";\n"
				    "Acquire::AllowInsecureRepositories \"false\";\n"
				    "Acquire::Languages \"none\";\n"
				    "Acquire::Retries \"3\";\n"
				    "Dir::State \"%1$s/state/\";\n"
				    "Dir::State::lists \"%1$s/lists/\";\n"
				    "Dir::State::status \"%1$s/status\";\n"
				    "Dir::Cache \"%1$s/cache/\";\n"
				    "Dir::Cache::archives \"%1$s/cache/archives/\";\n"
				    "Dir::Cache::pkgcache \"pkgcache.bin\";\n"
				    "Dir::Cache::srcpkgcache \"srcpkgcache.bin\";\n"
				    "Dir::Log \"%1$s/\";\n"
				    "Dir::Etc::sourcelist \"%1$s/sources.list\";\n"
				    "Dir::Etc::sourceparts \"/dev/null\";\n"
				    "Dir::Etc::preferences \"/dev/null\";\n"
				    "Dir::Etc::preferencesparts \"/dev/null\";\n";

static int write_text(const char *path, const char *text, struct err *err)
{
	return fs_write_file(path, text, strlen(text), 0644, err);
}

static int make_state(const struct apt *apt, struct err *err)
{
	static const char *const parts[] = { "state", "lists/partial", "cache/archives/partial" };
	_cleanup_free_ char *path = xasprintf("%s/status", apt->folder), *text = NULL;
	int ret = 0;

	for (size_t i = 0; !ret && i < ARRAY_SIZE(parts); i++) {
		_cleanup_free_ char *part = xasprintf("%s/%s", apt->folder, parts[i]);

		ret = fs_mkdir_p(part, err);
	}
	if (!ret && !fs_exists(path))
		ret = write_text(path, "", err);
	text = xasprintf(conf_template, apt->folder, apt->arch->debian, arch_host->debian);
	if (!ret)
		ret = write_text(apt->conf, text, err);
	return ret;
}

int apt_open(struct apt *apt, const struct apt_release *release, const struct arch *arch,
	     struct err *err)
{
	int ret;

	*apt = (struct apt){
		.release = release,
		.arch = arch,
		.folder = cache_path("apt/%s%s%s", release->suite, ARCH_SUFFIX(arch)),
	};
	apt->conf = xasprintf("%s/apt.conf", apt->folder);
	apt->log = xasprintf("%s/log", apt->folder);
	ret = make_state(apt, err);
	if (!ret && unlink(apt->log) && errno != ENOENT)
		ret = err_errno(err, "%s", apt->log);
	if (!ret && !fs_exists(KEYRING))
		ret = err_set(err, ENOENT,
			      "%s is missing: install the package debian-archive-keyring", KEYRING);
	if (ret)
		apt_close(apt);
	return ret;
}

void apt_close(struct apt *apt)
{
	free(apt->folder);
	free(apt->conf);
	free(apt->log);
	*apt = (struct apt){ 0 };
}

static int run(const struct apt *apt, const char *const *argv, unsigned int seconds,
	       const char *cwd, char **output, struct err *err)
{
	struct proc_options options = {
		.cwd = cwd,
		.log = apt->log,
		.output = output,
		.env = apt_words,
		.timeout_seconds = seconds,
		.missing = "packaged kernels need apt; name a kernel build tree",
	};

	return proc_run(argv, &options, err);
}

/* From the system's own sources, which is why this runs without our configuration. */
static int find_mirrors(const struct apt *apt, struct apt_mirrors *mirrors, struct err *err)
{
	const char *argv[] = { "apt-get",	   "indextargets",	   "--format",
			       APT_TARGETS_FORMAT, "Created-By: Packages", NULL };
	_cleanup_free_ char *targets = NULL;
	int ret = run(apt, argv, 60, NULL, &targets, err);

	return ret ? ret : apt_mirrors_parse(targets, mirrors, err);
}

static int write_sources(const struct apt *apt, const struct apt_mirrors *mirrors, struct err *err)
{
	const char *more = apt->arch == arch_host ? "" : ",";
	_cleanup_free_ char *options =
		xasprintf("arch=%s%s%s lang=none target=Packages signed-by=" KEYRING,
			  apt->arch->debian, more, *more ? arch_host->debian : "");
	_cleanup_free_ char *path = xasprintf("%s/sources.list", apt->folder), *text = NULL;
	const char *suite = apt->release->suite;
	_cleanup_(strv_release) struct strv lines = { 0 };

	strv_addf(&lines, "deb [%s] %s %s main\n", options, mirrors->debian, suite);
	if (apt->release->updates)
		strv_addf(&lines, "deb [%s] %s %s-updates main\n", options, mirrors->debian, suite);
	if (apt->release->security && mirrors->security)
		strv_addf(&lines, "deb [%s] %s %s-security main\n", options, mirrors->security,
			  suite);
	text = strv_join(&lines, "");
	return write_text(path, text, err);
}

static int fetch_lists(const struct apt *apt, const struct apt_mirrors *mirrors, struct err *err)
{
	const char *argv[] = { "apt-get", "-c", apt->conf, "-q", "update", NULL };
	int ret = write_sources(apt, mirrors, err);

	return ret ? ret : run(apt, argv, UPDATE_SECONDS, NULL, NULL, err);
}

static bool is_fresh(const char *stamp)
{
	time_t now = time(NULL);
	struct stat st;

	return !stat(stamp, &st) && st.st_mtime <= now && now - st.st_mtime < LISTS_MAX_AGE;
}

int apt_update(struct apt *apt, bool force, struct err *err)
{
	_cleanup_free_ char *stamp = xasprintf("%s/updated", apt->folder);
	_cleanup_(apt_mirrors_release) struct apt_mirrors mirrors = { 0 };
	int ret;

	ret = cache_room(FETCH_MIB, err);
	if (ret || (!force && is_fresh(stamp)))
		return ret;
	ret = find_mirrors(apt, &mirrors, err);
	if (ret)
		return ret;
	if (str_starts(mirrors.debian, "http") && !strstr(mirrors.debian, "//localhost") &&
	    !strstr(mirrors.debian, "//127.") && !host_has_network())
		return err_set(
			err, ENETUNREACH,
			"there is no network, and %s has no lists of Debian %s: fetch a "
			"kernel where there is one, or take one that is here (--kernel host, "
			"build:NAME or a folder)",
			apt->folder, apt->release->suite);
	ret = fetch_lists(apt, &mirrors, err);
	if (ret == -ECHILD && mirrors.guessed) {
		/* Many mirrors carry no security archive: what the release has is still good. */
		free(mirrors.security);
		mirrors.security = NULL;
		ret = fetch_lists(apt, &mirrors, err);
	}
	if (ret == -ECHILD)
		err_prefix(err,
			   "cannot fetch the lists of Debian %s from %s (no network, or not served "
			   "there: PTWALK_DEBIAN_MIRROR names another mirror)",
			   apt->release->suite, mirrors.debian);
	if (!ret)
		ret = write_text(stamp, "", err);
	apt->updated = !ret;
	return ret;
}

char *apt_field(const struct apt *apt, const char *package, const char *field, struct err *err)
{
	const char *argv[] = { "apt-cache", "-c",    apt->conf, "--no-all-versions",
			       "show",	    package, NULL };
	_cleanup_free_ char *record = NULL, *name = xasprintf("%s: ", field);
	_cleanup_(strv_release) struct strv lines = { 0 };
	int ret = run(apt, argv, 120, NULL, &record, err);

	if (ret == -ECHILD)
		err_set(err, ENOENT, "the mirror of Debian %s has no package %s%s; see %s",
			apt->release->suite, package,
			apt->release->security ? ": if it is in the security archive, set "
						 "PTWALK_DEBIAN_SECURITY to the address of one"
					       : "",
			apt->log);
	if (ret)
		return NULL;
	strv_split(&lines, record, '\n');
	for (size_t i = 0; i < lines.n; i++)
		if (str_starts(lines.v[i], name))
			return xstrdup(lines.v[i] + strlen(name));
	err_set(err, ENOENT, "package %s of Debian %s has no field %s", package,
		apt->release->suite, field);
	return NULL;
}

void apt_depends(const char *depends, const char *prefix, struct strv *names)
{
	_cleanup_(strv_release) struct strv parts = { 0 };

	strv_split(&parts, depends, ',');
	for (size_t i = 0; i < parts.n; i++) {
		const char *part = parts.v[i] + strspn(parts.v[i], " ");

		if (str_starts(part, prefix))
			strv_addf(names, "%.*s", (int)strcspn(part, " (|:"), part);
	}
}

int apt_closure(const struct apt *apt, const struct arch *arch, const struct strv *names,
		struct strv *packages, struct err *err)
{
	static const char *const words[] = { "-s", "-q", "--no-install-recommends", "install" };
	_cleanup_free_ char *is = xasprintf("[%s]", arch->debian);
	const bool own = arch == apt->arch;
	_cleanup_(strv_release) struct strv argv = { 0 }, lines = { 0 };
	_cleanup_free_ char *text = NULL;
	int ret;

	strv_add(&argv, "apt-get");
	strv_add(&argv, "-c");
	strv_add(&argv, apt->conf);
	strv_addf(&argv, "-oAPT::Architecture=%s", arch->debian);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		strv_add(&argv, words[i]);
	for (size_t i = 0; i < names->n; i++)
		strv_add(&argv, names->v[i]);
	ret = run(apt, (const char *const *)argv.v, 120, NULL, &text, err);
	strv_split(&lines, text ? text : "", '\n');
	for (size_t i = 0; i < lines.n && !ret; i++) {
		/* What is of all architectures is of the state folder's own, too. */
		const bool more = !own && strstr(lines.v[i], is);
		char name[128], version[128];

		if (sscanf(lines.v[i], "Inst %127s (%127s", name, version) == 2)
			strv_addf(packages, "%s%s%s=%s", name, more ? ":" : "",
				  more ? arch->debian : "", version);
	}
	return ret;
}

enum {
	ORIGIN,
	RELEASE,
	COMPONENT,
	REPO_URI,
	NR_FIELDS
};

struct target {
	char *field[NR_FIELDS];
};

/* Empty fields count, so strv_split() is not for this. */
static bool target_split(struct target *t, char *line)
{
	for (int i = 0; i < NR_FIELDS; i++)
		t->field[i] = strsep(&line, "|");
	return t->field[NR_FIELDS - 1];
}

static bool is_security(const struct target *t)
{
	return str_ends(t->field[RELEASE], "-security") || str_ends(t->field[RELEASE], "/updates");
}

/* The "debian" of ".../debian/..." in an address, or NULL. */
static const char *debian_part(const char *uri)
{
	const char *p = uri, *found = NULL;

	while ((p = strstr(p, "/debian"))) {
		p += strlen("/debian");
		if (!*p || *p == '/')
			found = p;
	}
	return found;
}

/* Before the first update apt does not know the origin: then the address has to look right. */
static bool is_debian(const struct target *t)
{
	const char *origin = t->field[ORIGIN], *uri = t->field[REPO_URI];

	if (str_starts(uri, "cdrom:") || strcmp(t->field[COMPONENT], "main"))
		return false;
	if (*origin)
		return !strcmp(origin, "Debian") || !strcmp(origin, "Debian Backports");
	return debian_part(uri) || strstr(uri, "/debian-security") ||
	       strstr(uri, "/mirrors/debian");
}

static char *without_slash(const char *uri)
{
	size_t len = strlen(uri);

	while (len && uri[len - 1] == '/')
		len--;
	return xstrndup(uri, len);
}

static char *from_environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? without_slash(value) : NULL;
}

static void take_target(struct apt_mirrors *m, char *line)
{
	struct target t;

	if (target_split(&t, line) && is_debian(&t)) {
		char **mirror = is_security(&t) ? &m->security : &m->debian;

		if (!*mirror)
			*mirror = without_slash(t.field[REPO_URI]);
	}
}

static void guess_security(struct apt_mirrors *m)
{
	const char *after = debian_part(m->debian);

	if (!after)
		return;
	m->security = xasprintf("%.*s-security%s", (int)(after - m->debian), m->debian, after);
	m->guessed = true;
}

int apt_mirrors_parse(const char *targets, struct apt_mirrors *m, struct err *err)
{
	_cleanup_(strv_release) struct strv lines = { 0 };

	*m = (struct apt_mirrors){
		.debian = from_environment("PTWALK_DEBIAN_MIRROR"),
		.security = from_environment("PTWALK_DEBIAN_SECURITY"),
	};
	strv_split(&lines, targets, '\n');
	for (size_t i = 0; i < lines.n; i++)
		take_target(m, lines.v[i]);
	if (!m->debian) {
		apt_mirrors_release(m);
		return err_set(err, ENOENT,
			       "apt's sources name no Debian mirror: set PTWALK_DEBIAN_MIRROR to "
			       "the address of one");
	}
	if (!m->security)
		guess_security(m);
	return 0;
}

void apt_mirrors_release(struct apt_mirrors *m)
{
	free(m->debian);
	free(m->security);
	*m = (struct apt_mirrors){ 0 };
}
