// SPDX-License-Identifier: GPL-2.0-only
#include "plot/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/str.h"
#include "plot/gnuplot.h"

/* A temporary folder that gnuplot works in. */
struct desk {
	char *scripts, *folder;
};

static int desk_init(struct desk *desk, const char *beside, struct err *err)
{
	desk->scripts = gnuplot_scripts();
	return gnuplot_folder(&desk->folder, beside, err);
}

static void desk_release(struct desk *desk)
{
	fs_remove(desk->folder, NULL);
	free(desk->folder);
	free(desk->scripts);
}

static char *desk_read(const struct desk *desk, const char *name, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", desk->folder, name);
	char *text = fs_read(path, NULL, err);

	unlink(path);
	return text;
}

static FILE *desk_commands(const struct desk *desk, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" GNUPLOT_COMMANDS, desk->folder);
	FILE *f = fopen(path, "we");

	if (!f)
		err_set(err, errno, "cannot write %s: %s", path, strerror(errno));
	return f;
}

static int desk_close(FILE *f, struct err *err)
{
	bool bad = ferror(f);

	return fclose(f) || bad ? err_set(err, EIO, "cannot write the commands for gnuplot") : 0;
}

static int draw_all(const struct desk *desk, const struct course *courses, size_t n,
		    struct err *err)
{
	FILE *f = desk_commands(desk, err);
	int ret;

	if (!f)
		return -EIO;
	for (size_t i = 0; i < n; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%zu.svg", i);
		if (history_has_value(&courses[i]))
			history_put(f, &courses[i], desk->scripts,
				    &(struct history_kind){
					    .kind = "svg", .output = name, .in_page = true });
	}
	ret = desk_close(f, err);
	return ret ? ret : gnuplot_run_for(desk->scripts, desk->folder, 60 + (unsigned int)n, err);
}

static int take_one(const struct desk *desk, const struct course *course, size_t i, plot_take *take,
		    void *data, struct err *err)
{
	char name[32], *drawn, *svg;
	int ret;

	snprintf(name, sizeof(name), "%zu.svg", i);
	drawn = desk_read(desk, name, err);
	if (!drawn)
		return -EIO;
	svg = history_svg(course, drawn);
	ret = take(data, i, svg, err);
	free(svg);
	free(drawn);
	return ret;
}

int plot_histories(const struct course *courses, size_t n, const char *beside, plot_take *take,
		   void *data, struct err *err)
{
	struct desk desk;
	int ret = desk_init(&desk, beside, err);

	if (!ret)
		ret = draw_all(&desk, courses, n, err);
	for (size_t i = 0; i < n && !ret; i++)
		if (history_has_value(&courses[i]))
			ret = take_one(&desk, &courses[i], i, take, data, err);
	desk_release(&desk);
	return ret;
}

/* Into the desk's folder, as kind->output. */
static int draw_one(const struct desk *desk, const struct course *course,
		    const struct history_kind *kind, struct err *err)
{
	FILE *f;
	int ret;

	if (!history_has_value(course))
		return err_set(err, ENODATA, "%s has no value to draw", course->series->name);
	f = desk_commands(desk, err);
	if (!f)
		return -EIO;
	history_put(f, course, desk->scripts, kind);
	ret = desk_close(f, err);
	return ret ? ret : gnuplot_run(desk->scripts, desk->folder, err);
}

static int finish_svg(const struct desk *desk, const struct course *course, const char *path,
		      struct err *err)
{
	_cleanup_free_ char *drawn = desk_read(desk, "history.svg", err), *svg = NULL,
			    *whole = NULL;

	if (!drawn)
		return -EIO;
	svg = history_svg(course, drawn);
	whole = xasprintf("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n%s", svg);
	return fs_write_file(path, whole, strlen(whole), 0644, err);
}

int plot_history_file(const struct course *course, const char *path, struct err *err)
{
	const bool svg = str_ends(path, ".svg");
	const struct history_kind kind = { .kind = svg ? "svg" : "png",
					   .output = svg ? "history.svg" : "history.png" };
	struct desk desk;
	_cleanup_free_ char *drawn = NULL;
	int ret;

	if (!svg && !str_ends(path, ".png"))
		return err_set(err, EINVAL, "%s: a picture's name ends in .svg or .png", path);
	ret = desk_init(&desk, NULL, err);
	if (!ret)
		ret = draw_one(&desk, course, &kind, err);
	drawn = xasprintf("%s/%s", desk.folder, kind.output);
	if (!ret)
		ret = svg ? finish_svg(&desk, course, path, err) : fs_copy(drawn, path, 0644, err);
	desk_release(&desk);
	return ret;
}

int plot_history_text(const struct course *course, FILE *f, unsigned int columns, bool ascii,
		      struct err *err)
{
	const struct history_kind kind = {
		.kind = "text",
		.output = "history.txt",
		.columns = columns ? columns : terminal_columns(f, 80),
	};
	struct desk desk;
	_cleanup_free_ char *text = NULL;
	int ret = desk_init(&desk, NULL, err);

	if (!ret)
		ret = draw_one(&desk, course, &kind, err);
	if (!ret) {
		text = desk_read(&desk, kind.output, err);
		ret = text ? 0 : -EIO;
	}
	for (const char *p = text; p && *p; p++)
		if (*p != '\f' && !(ascii && (unsigned char)*p >= 0x80))
			fputc(*p, f);
	desk_release(&desk);
	return ret;
}
