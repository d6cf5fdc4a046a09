// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/apt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	ORIGIN,
	RELEASE,
	COMPONENT,
	REPO_URI,
	NR_FIELDS
};

struct target {
	char *field[NR_FIELDS];
	char *line;
};

/* Empty fields count, so strv_split() is not for this. */
static bool target_split(struct target *t, const char *line)
{
	char *p = xstrdup(line);

	t->line = p;
	for (int i = 0; i < NR_FIELDS; i++) {
		t->field[i] = p;
		if (i == NR_FIELDS - 1)
			break;
		p = strchr(p, '|');
		if (!p)
			return false;
		*p++ = '\0';
	}
	return true;
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

static void take_target(struct apt_mirrors *m, const char *line)
{
	struct target t;

	if (target_split(&t, line) && is_debian(&t)) {
		char **mirror = is_security(&t) ? &m->security : &m->debian;

		if (!*mirror)
			*mirror = without_slash(t.field[REPO_URI]);
	}
	free(t.line);
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
	struct strv lines = { 0 };

	*m = (struct apt_mirrors){
		.debian = from_environment("PTWALK_DEBIAN_MIRROR"),
		.security = from_environment("PTWALK_DEBIAN_SECURITY"),
	};
	strv_split(&lines, targets, '\n');
	for (size_t i = 0; i < lines.n; i++)
		take_target(m, lines.v[i]);
	strv_release(&lines);
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
