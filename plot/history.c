// SPDX-License-Identifier: GPL-2.0-only
#include "plot/plot.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "bench/report/render.h"
#include "bench/report/report.h"
#include "plot/gnuplot.h"

static bool has_value(const struct course *course)
{
	for (size_t i = 0; i < course->n; i++)
		if (!isnan(course->points[i].value))
			return true;
	return false;
}

static bool is_drawn(const struct course *course, size_t i)
{
	const struct course_point *p = &course->points[i];

	if (isnan(p->value))
		return false;
	/* A step is drawn right only with the value before it. */
	return course->n - i <= HISTORY_NEWEST || i % 7 == 0 || p->env || p->change || p->differs ||
	       (course->series->exact && (p->value != course->points[i - 1].value ||
					  p->value != course->points[i + 1].value));
}

static long long time_of(const struct course *course, size_t i)
{
	return (long long)course->points[i].run->time;
}

/* As it is drawn: of a count all of it, for one more must show; of a time what a page takes. */
static double drawn(const struct course *course, double value)
{
	return course->series->exact ? value : value / course->pages;
}

static void put_points(FILE *f, const struct course *course, const char *block)
{
	fprintf(f, "%s << EOD\n", block);
	for (size_t i = 0; i < course->n; i++)
		if (is_drawn(course, i))
			fprintf(f, "%lld %.17g %zu\n", time_of(course, i),
				drawn(course, course->points[i].value), i);
	fputs("EOD\n", f);
}

static void put_levels(FILE *f, const struct course *course)
{
	fputs("$levels << EOD\n", f);
	for (size_t i = 0; i < course->nr_levels; i++) {
		const struct course_level *l = &course->levels[i];

		fprintf(f, "%lld %.17g\n%lld %.17g\n\n", time_of(course, l->first),
			drawn(course, l->level), time_of(course, l->first + l->count - 1),
			drawn(course, l->level));
	}
	/* gnuplot takes no empty block. */
	fputs(course->nr_levels ? "EOD\n$bounds << EOD\n" : "NaN NaN\nEOD\n$bounds << EOD\n", f);
	fputs("NaN NaN NaN NaN\n", f);
	for (size_t i = 0; i < course->nr_levels; i++) {
		const struct course_level *l = &course->levels[i];

		if (!isnan(l->low))
			fprintf(f, "%lld %.17g %lld %.17g\n", time_of(course, l->first),
				drawn(course, l->low), time_of(course, l->first + l->count - 1),
				drawn(course, l->high));
	}
	fputs("EOD\n", f);
}

static void put_marks(FILE *f, const struct course *course)
{
	size_t n = 0;

	for (size_t i = 0; i < course->n; i++)
		n += course->points[i].change || course->points[i].env;
	fprintf(f, "marks = %zu\narray mark_at[%zu]\narray mark_kind[%zu]\n", n, n + 1, n + 1);
	n = 0;
	for (size_t i = 0; i < course->n; i++)
		if (course->points[i].change || course->points[i].env) {
			n++;
			fprintf(f, "mark_at[%zu] = %lld.; mark_kind[%zu] = %d\n", n,
				time_of(course, i), n, course->points[i].change ? 1 : 2);
		}
}

/* What must be in sight: all values, levels and bounds. A picture needs a height and a width. */
static void put_ranges(FILE *f, const struct course *course)
{
	double least = INFINITY, most = -INFINITY;
	long long first = time_of(course, 0), last = time_of(course, course->n - 1);

	for (size_t i = 0; i < course->n; i++) {
		least = fmin(least, course->points[i].value);
		most = fmax(most, course->points[i].value);
	}
	for (size_t i = 0; i < course->nr_levels; i++) {
		least = fmin(least, course->levels[i].low);
		most = fmax(most, course->levels[i].high);
	}
	least = drawn(course, least);
	most = drawn(course, most);
	if (!(most > least)) {
		const double room = course->series->exact ? 3 : fmax(fabs(most) * 0.05, 1e-3);

		least -= room;
		most += room;
	}
	if (last - first < 86400) {
		first -= 86400;
		last += 86400;
	}
	fprintf(f, "least = %.17g\nmost = %.17g\nfirst = %lld.\nlast = %lld.\n", least, most, first,
		last);
}

static void put_string(FILE *f, const char *name, const char *value)
{
	fprintf(f, "%s = ", name);
	plot_quote(f, value);
	fputc('\n', f);
}

struct kind {
	const char *kind; /* "svg", "png", "text" */
	const char *output;
	unsigned int columns; /* of text */
	bool in_page;	      /* an SVG that has the page's own ground */
};

/* What draws it. A hovering text is the point's number alone: described() puts the words in. */
static void put_course(FILE *f, const struct course *course, const char *scripts,
		       const struct kind *kind)
{
	const struct store_series *s = course->series;
	_cleanup_free_ char *on = store_series_on(s);
	char *heading =
		xasprintf("%s on %s%s%s", s->name, on, *record_note(s->functional) ? ": " : "",
			  record_note(s->functional));
	_cleanup_free_ char *axis =
		xasprintf("%s a %s", s->unit, s->exact ? "call (not time)" : "page");

	put_string(f, "scripts", scripts);
	put_string(f, "kind", kind->kind);
	put_string(f, "output", kind->output);
	put_string(f, "heading", heading);
	put_string(f, "axis", axis);
	/* style.gp asks for these. */
	fputs("kernel = ''\nmachine = ''\nmissing = ''\n", f);
	fprintf(f, "columns = %u\ninline = %d\nexact = %d\n", kind->columns, kind->in_page,
		s->exact);
	put_points(f, course, "$values");
	put_points(f, course, "$hover");
	put_levels(f, course);
	put_marks(f, course);
	put_ranges(f, course);
	fputs("load scripts.'/history.gp'\n", f);
	free(heading);
}

static const char hover[] = "<g onmousemove=\"gnuplot_svg.showHypertext(evt,'";
static const char hover_end[] = "<title> </title>";

/* The element of point @number, which begins a line. */
static void put_point(FILE *f, const struct course *course, const char *number)
{
	size_t i = strtoul(number, NULL, 10);
	_cleanup_free_ char *text = NULL;

	fputs("<g class=\"point\">", f);
	if (i >= course->n)
		return;
	text = course_describe(course, i);
	fputs("<title>", f);
	html_text(f, text);
	fputs("</title>", f);
}

static void put_line(FILE *f, const struct course *course, const char *line, size_t len)
{
	const char *at = memmem(line, len, hover, sizeof(hover) - 1);
	const char *end =
		at ? memmem(at, len - (size_t)(at - line), hover_end, sizeof(hover_end) - 1) : NULL;
	const char *name;

	if (end) {
		put_point(f, course, at + sizeof(hover) - 1);
		end += sizeof(hover_end) - 1;
		fwrite(end, 1, len - (size_t)(end - line), f);
	} else if ((name = memmem(line, len, "<title>gnuplot_plot_", 20))) {
		fwrite(line, 1, (size_t)(name - line), f); /* a hovering text of no use */
	} else {
		fwrite(line, 1, len, f);
	}
	fputc('\n', f);
}

static bool is_empty_group(const char *line, const char *end)
{
	static const char group[] = "<g fill=\"none\"", close[] = "\n</g>\n";

	return !strncmp(line, group, sizeof(group) - 1) && !strncmp(end, close, sizeof(close) - 1);
}

/* gnuplot's SVG as an element of its own: no prolog, no script, points described. Owned by the caller. */
static char *described(const struct course *course, const char *drawn)
{
	const char *line = strstr(drawn, "<svg"), *end;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	for (; line && *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		if (is_empty_group(line, end))
			end = strchrnul(end + 1, '\n');
		else if (!strncmp(line, "<title>Gnuplot", 14) || !strncmp(line, "<desc>", 6))
			continue;
		else
			put_line(f, course, line, (size_t)(end - line));
	}
	fclose(f);
	return text;
}

/* A temporary folder that gnuplot works in. */
struct desk {
	char *scripts, *folder;
};

static int desk_init(struct desk *desk, const char *beside, struct err *err)
{
	desk->scripts = gnuplot_scripts();
	desk->folder = gnuplot_folder(beside, err);
	return desk->folder ? 0 : -errno;
}

static void desk_release(struct desk *desk)
{
	fs_temp_endp(&desk->folder);
	free(desk->scripts);
}

static char *desk_read(const struct desk *desk, const char *name, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", desk->folder, name);
	char *text = fs_read(path, NULL, err);

	unlink(path);
	return text;
}

static int draw_all(const struct desk *desk, const struct course *courses, size_t n,
		    struct err *err)
{
	FILE *f = gnuplot_commands(desk->folder, err);
	int ret;

	if (!f)
		return -EIO;
	for (size_t i = 0; i < n; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%zu.svg", i);
		if (has_value(&courses[i]))
			put_course(
				f, &courses[i], desk->scripts,
				&(struct kind){ .kind = "svg", .output = name, .in_page = true });
	}
	ret = gnuplot_commands_end(f, err);
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
	svg = described(course, drawn);
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
		if (has_value(&courses[i]))
			ret = take_one(&desk, &courses[i], i, take, data, err);
	desk_release(&desk);
	return ret;
}

/* Into the desk's folder, as kind->output. */
static int draw_one(const struct desk *desk, const struct course *course, const struct kind *kind,
		    struct err *err)
{
	FILE *f;
	int ret;

	if (!has_value(course))
		return err_set(err, ENODATA, "%s has no value to draw", course->series->name);
	f = gnuplot_commands(desk->folder, err);
	if (!f)
		return -EIO;
	put_course(f, course, desk->scripts, kind);
	ret = gnuplot_commands_end(f, err);
	return ret ? ret : gnuplot_run(desk->scripts, desk->folder, err);
}

static int finish_svg(const struct desk *desk, const struct course *course, const char *path,
		      struct err *err)
{
	_cleanup_free_ char *drawn = desk_read(desk, "history.svg", err), *svg = NULL,
			    *whole = NULL;

	if (!drawn)
		return -EIO;
	svg = described(course, drawn);
	whole = xasprintf("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n%s", svg);
	return fs_write_file(path, whole, strlen(whole), 0644, err);
}

int plot_history_file(const struct course *course, const char *path, struct err *err)
{
	const bool svg = str_ends(path, ".svg");
	const struct kind kind = { .kind = svg ? "svg" : "png",
				   .output = svg ? "history.svg" : "history.png" };
	struct desk desk;
	_cleanup_free_ char *drawn = NULL;
	int ret;

	if (!svg && !str_ends(path, ".png"))
		return err_set(err, EINVAL, "%s: a picture's name ends in .svg or .png", path);
	ret = desk_init(&desk, NULL, err);
	if (!ret)
		ret = draw_one(&desk, course, &kind, err);
	if (!ret && svg) {
		ret = finish_svg(&desk, course, path, err);
	} else if (!ret) {
		drawn = xasprintf("%s/%s", desk.folder, kind.output);
		ret = fs_copy(drawn, path, 0644, err);
	}
	desk_release(&desk);
	return ret;
}

int plot_history_text(const struct course *course, FILE *f, unsigned int columns, bool ascii,
		      struct err *err)
{
	const struct kind kind = {
		.kind = "text",
		.output = "history.txt",
		.columns = columns ? columns : pen_to(f, false).width,
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
