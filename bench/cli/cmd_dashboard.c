// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "base/whole.h"
#include "bench/cli/command.h"
#include "bench/cli/dashboard.h"
#include "bench/cli/options.h"
#include "bench/report/dashboard.h"
#include "plot/plot.h"

/* Pages in the making, in a folder beside the one they are for. */
struct pages {
	const struct dashboard *d;
	const char *folder;
};

/* A page's text, as one of the writers of dashboard.h makes it. */
struct text {
	char *text;
	size_t len;
	FILE *f;
};

static void text_begin(struct text *t)
{
	*t = (struct text){ 0 };
	t->f = open_memstream(&t->text, &t->len);
}

/* Nothing is synced: the folder is moved into place whole, and can be made again. */
static int put_file(const struct pages *p, const char *name, const char *text, size_t len,
		    struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", p->folder, name);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	int ret = fd < 0 ? err_errno(err, "cannot write %s", path)
			 : fs_write_all(fd, text, len, path, err);

	if (!ret && close(TAKE_FD(fd)))
		ret = err_errno(err, "cannot write %s", path);
	return ret;
}

static int text_end(struct text *t, const struct pages *p, const char *name, struct err *err)
{
	int ret;

	fclose(t->f);
	ret = put_file(p, name, t->text, t->len, err);
	free(t->text);
	return ret;
}

static int put_series(void *data, size_t i, const char *svg, struct err *err)
{
	const struct pages *p = data;
	struct text t;

	text_begin(&t);
	dashboard_write_series(p->d, i, svg, t.f);
	return text_end(&t, p, dashboard_name(&p->d->list.series[i]).text, err);
}

/* Those that have no picture. */
static int put_others(struct pages *p, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < p->d->list.n && !ret; i++) {
		_cleanup_free_ char *path =
			xasprintf("%s/%s", p->folder, dashboard_name(&p->d->list.series[i]).text);

		if (!fs_exists(path))
			ret = put_series(p, i, NULL, err);
	}
	return ret;
}

static int put_all(struct pages *p, struct err *err)
{
	struct text t;
	int ret = plot_histories(p->d->courses, p->d->list.n, p->folder, put_series, p, err);

	if (!ret)
		ret = put_others(p, err);
	if (!ret)
		ret = put_file(p, DASHBOARD_CSS, dashboard_css, strlen(dashboard_css), err);
	if (!ret)
		ret = put_file(p, DASHBOARD_JS, dashboard_js, strlen(dashboard_js), err);
	if (ret)
		return ret;
	text_begin(&t);
	dashboard_write_index(p->d, t.f);
	return text_end(&t, p, DASHBOARD_INDEX, err);
}

static bool is_empty(const char *path)
{
	_cleanup_closedir_ DIR *dir = opendir(path);
	const struct dirent *entry;
	size_t n = 0;

	while (dir && (entry = readdir(dir)))
		n += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	return dir && !n;
}

/* What is there is replaced whole: only a dashboard, or nothing, may be. */
static int check_target(const char *out, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" DASHBOARD_INDEX, out), *text = NULL;

	if (!fs_exists(out) || is_empty(out))
		return 0;
	text = fs_read(path, NULL, NULL);
	if (text && strstr(text, DASHBOARD_MARK))
		return 0;
	return err_set(err, EEXIST,
		       "%s is there and is no dashboard: name another folder, or remove it", out);
}

/* Another process that writes the same dashboard is waited for. */
static int write_all(const struct dashboard *d, const char *out, struct err *err)
{
	_cleanup_(whole_abandon) struct whole folder = WHOLE_NONE;
	struct pages p = { .d = d };
	int ret = whole_begin(&folder, out, WHOLE_REPLACE | WHOLE_WAIT | WHOLE_UNSYNCED, err);

	if (ret)
		return ret;
	p.folder = folder.partial;
	ret = put_all(&p, err);
	return ret ? ret : whole_finish(&folder, err);
}

int dashboard_make(struct store *store, const char *named, const char *out, struct err *err)
{
	struct dashboard d;
	int ret = check_target(out, err);

	if (!ret)
		ret = dashboard_load(store, named, &d, err);
	if (ret)
		return ret;
	ret = write_all(&d, out, err);
	dashboard_release(&d);
	return ret;
}

struct request {
	const char *store_path, *out;
};

static const struct opt options[] = {
	CLI_STORE(struct request, store_path),
	{ "out", 0, "FOLDER",
	  "Where it goes: a new folder, or a dashboard to replace (default: dashboard)",
	  OPT_TEXT(struct request, out) },
	{ 0 },
};

static int run(int argc, char **argv)
{
	struct request o = { .out = "dashboard" };
	struct store *store;
	struct err err = { 0 };
	int ret;

	if (command_parse(&command_dashboard, argc, argv, &o))
		return STATUS_ERROR;
	ret = store_open(o.store_path, &(struct store_options){ .read_only = true }, &store, &err);
	if (!ret) {
		ret = dashboard_make(store, o.store_path, o.out, &err);
		store_close(store);
	}
	if (ret)
		return command_fail("dashboard", &err);
	printf("%s/" DASHBOARD_INDEX "\n", o.out);
	return STATUS_CLEAN;
}

const struct command command_dashboard = {
	.name = "dashboard",
	.summary = "write the store's dashboard as static pages",
	.doc = "Write the store's dashboard: static pages that open from a file, with what needs a "
	       "person first, and the history of every series.",
	.examples = "  ptwalk dashboard --out site\n",
	.options = options,
	.run = run,
};
