// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/doctor.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"

#define SSH "ssh -o BatchMode=yes -o ConnectTimeout=10"

/* What could be taken for an option, or for words of a shell, is no host. */
static bool is_login(const char *text)
{
	if (!*text || *text == '-')
		return false;
	for (const char *c = text; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr("@._-:%[]", *c))
			return false;
	return true;
}

/* "N/" in front of a login: how many. */
static const char *take_jobs(const char *text, unsigned int *jobs)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (!isdigit((unsigned char)*text) || *end != '/' || !n || n > 10000)
		return text;
	*jobs = (unsigned int)n;
	return end + 1;
}

/* What of the words of a login is before its last one is the command that reaches it. */
static void make_reach(struct fleet_host *host, const struct strv *words)
{
	const char *ssh = getenv("PTWALK_SSH");

	if (!strcmp(host->login, ":")) {
		strv_add(&host->reach, "sh");
		strv_add(&host->reach, "-c");
		return;
	}
	for (size_t i = 0; i + 1 < words->n; i++)
		strv_add(&host->reach, words->v[i]);
	if (words->n == 1)
		strv_split(&host->reach, ssh && *ssh ? ssh : SSH, ' ');
	strv_add(&host->reach, host->login);
}

static int add_host(struct fleet *fleet, const char *text, struct err *err)
{
	_cleanup_(strv_release) struct strv words = { 0 };
	unsigned int jobs = 0;
	struct fleet_host *host;

	strv_split(&words, take_jobs(text, &jobs), ' ');
	if (!words.n || !is_login(words.v[words.n - 1]))
		return err_set(err, EINVAL, "'%s' is no host: [N/][USER@]HOST, or : for this one",
			       text);
	for (size_t i = 0; i < fleet->n; i++)
		if (!strcmp(fleet->v[i].login, words.v[words.n - 1]))
			return err_set(err, EINVAL, "%s is there twice", fleet->v[i].login);
	fleet->v = xgrow(fleet->v, fleet->n, sizeof(*fleet->v));
	host = &fleet->v[fleet->n++];
	*host = (struct fleet_host){ .login = xstrdup(words.v[words.n - 1]), .jobs = jobs };
	make_reach(host, &words);
	return 0;
}

static int add_line(struct fleet *fleet, const char *line, struct err *err)
{
	_cleanup_(strv_release) struct strv logins = { 0 };
	int ret = 0;

	strv_split(&logins, line, ',');
	for (size_t i = 0; !ret && i < logins.n; i++)
		ret = add_host(fleet, logins.v[i], err);
	return ret;
}

static int read_file(const char *path, struct fleet *fleet, struct err *err)
{
	_cleanup_free_ char *text = fs_read(path, NULL, err);
	unsigned int number = 0;
	int ret = text ? 0 : -EINVAL;

	for (char *line = text, *end; !ret && line && *line; line = end) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		line[strcspn(line, "#\r")] = '\0';
		for (char *tab = line; (tab = strchr(tab, '\t'));)
			*tab = ' ';
		line += strspn(line, " ");
		number++;
		ret = *line ? add_line(fleet, line, err) : 0;
		if (ret)
			err_prefix(err, "%s, line %u", path, number);
	}
	return ret;
}

int fleet_read(const char *hosts, struct fleet *fleet, struct err *err)
{
	int ret;

	*fleet = (struct fleet){ 0 };
	ret = fs_exists(hosts) ? read_file(hosts, fleet, err) : add_line(fleet, hosts, err);
	if (!ret && !fleet->n)
		ret = err_set(err, EINVAL, "no host in '%s'", hosts);
	if (ret)
		fleet_release(fleet);
	return ret;
}

void fleet_release(struct fleet *fleet)
{
	for (size_t i = 0; i < fleet->n; i++) {
		free(fleet->v[i].login);
		strv_release(&fleet->v[i].reach);
	}
	free(fleet->v);
	*fleet = (struct fleet){ 0 };
}
