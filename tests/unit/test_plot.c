// SPDX-License-Identifier: GPL-2.0-only
/* plot: pictures are drawn whole or not at all, and say what they show. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "plot/plot.h"

struct fixture {
	struct records records;
	char folder[32];
};

static int set_up(void **state)
{
	static struct fixture fixture;

	fake_run(&fixture.records);
	strcpy(fixture.folder, "/tmp/ptwalk-test.XXXXXX");
	assert_non_null(mkdtemp(fixture.folder));
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	records_release(&f->records);
	return fs_remove(f->folder, NULL);
}

static size_t files_in(const char *folder)
{
	DIR *dir = opendir(folder);
	size_t n = 0;

	assert_non_null(dir);
	for (struct dirent *d; (d = readdir(dir));)
		n += strcmp(d->d_name, ".") && strcmp(d->d_name, "..");
	closedir(dir);
	return n;
}

static char *read_in(const struct fixture *f, const char *name)
{
	char *path = xasprintf("%s/%s", f->folder, name), *text = fs_read(path, NULL, NULL);

	free(path);
	assert_non_null(text);
	return text;
}

static void says(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("no '%s' in:\n%s", what, text);
}

static void draw(struct fixture *f)
{
	struct err err = { "" };

	if (plot_run(&f->records, f->folder, &(struct plot_options){ 0 }, &err))
		fail_msg("%s", err.text);
}

/* What is drawn in text; owned by the caller. */
static char *drawn(struct fixture *f, bool ascii)
{
	struct err err = { "" };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	if (plot_run(&f->records, NULL,
		     &(struct plot_options){ .terminal = out, .columns = 90, .ascii = ascii },
		     &err))
		fail_msg("%s", err.text);
	fclose(out);
	return text;
}

/* Beside 6 instructions 274 are drawn to one scale; beside 0.06 not, and it says so. */
TEST_WITH(the_title_is_the_finding, set_up, tear_down)
{
	struct fixture *f = *state;
	char *text = drawn(f, true);

	says(text, "A cached dev_pagemap reference adds 26 to 37 instructions a device page,");
	says(text, "one for every entry 165 to 180");
	says(text, "Cost of a call by bytes walked: points measured, lines call + page x pages");
	assert_null(strstr(text, "page, log scale"));
	free(text);
}

/* Device memory is known by what was mapped, whatever its workload is called. */
TEST_WITH(the_title_asks_what_was_mapped, set_up, tear_down)
{
	struct fixture *f = *state;
	char *text;

	for (size_t i = 0; i < f->records.nr_series; i++) {
		struct record_series *s = &f->records.series[i];
		char *name = s->workload;

		s->workload = xasprintf("%s-x", str_starts(name, "devdax") ? name + 3 : name);
		free(name);
	}
	text = drawn(f, true);
	says(text, "A cached dev_pagemap reference adds 26 to 37 instructions a device page,");
	free(text);
	for (size_t i = 0; i < f->records.nr_series; i++)
		f->records.series[i].proof.zone_device_pages = 0;
	text = drawn(f, true);
	says(text, "Cost of a 4 KiB page by dev_pagemap policy");
	free(text);
}

TEST_WITH(pictures_say_what_they_show, set_up, tear_down)
{
	static const char *const names[] = { "levels.svg", "sizes.svg", "matrix.svg" };
	static const char *const words[] = { "instructions, not time", "debian:6.1", "6.1.192-2",
					     "machine exact",	       "entry",	     "devdax-pud" };
	struct fixture *f = *state;
	char *svg;

	draw(f);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		svg = read_in(f, names[i]);
		says(svg, "</svg>");
		for (size_t w = 0; w < ARRAY_SIZE(words); w++)
			says(svg, words[w]);
		free(svg);
	}
}

TEST_WITH(pictures_hold_the_figures, set_up, tear_down)
{
	struct fixture *f = *state;
	char *svg;

	draw(f);
	svg = read_in(f, "levels.svg");
	says(svg, ">274.4<");
	says(svg, ">6.06<");
	free(svg);
}

/* Policies are those of own code today, of the replica in runs of former times. */
TEST_WITH(own_code_has_its_bars, set_up, tear_down)
{
	struct fixture *f = *state;
	char *svg;

	for (size_t i = 0; i < f->records.nr_series; i++) {
		struct record_series *s = &f->records.series[i];

		if (strcmp(s->op, "walk") != 0)
			continue;
		strcpy(s->op, "hmm");
		memmove(s->name + 3, s->name + 4, strlen(s->name + 4) + 1);
		memcpy(s->name, "hmm", 3);
	}
	/* The gate: unchanged, it counts what is built in. */
	for (size_t i = 0; i < f->records.nr_series; i++) {
		struct record_series *s = &f->records.series[i], *built_in;
		_cleanup_free_ char *name = xasprintf("hmm/%s", s->name + strlen("hmm/none/"));

		if (strcmp(s->policy, "none") != 0)
			continue;
		built_in = fake_series(&f->records, s->boot, name);
		memcpy(built_in->samples, s->samples, s->nr_samples * sizeof(*s->samples));
	}
	draw(f);
	svg = read_in(f, "levels.svg");
	says(svg, ">274.4<");
	says(svg, "hmm/entry");
	free(svg);
}

TEST_WITH(all_six_are_there_and_nothing_else, set_up, tear_down)
{
	struct fixture *f = *state;
	char *png;

	draw(f);
	assert_int_equal(files_in(f->folder), 6);
	for (const char *const *name = plot_files; *name; name++) {
		if (!str_ends(*name, ".png"))
			continue;
		png = read_in(f, *name);
		assert_memory_equal(png, "\x89PNG", 4);
		free(png);
	}
}

TEST_WITH(text_says_it_too, set_up, tear_down)
{
	struct fixture *f = *state;
	char *text = drawn(f, true);

	says(text, "instructions, not time");
	says(text, "debian:6.1");
	says(text, "devdax-pud walk/entry |");
	says(text, "186.1");
	says(text, "bytes walked");
	for (const char *p = text; *p; p++)
		assert_true((unsigned char)*p < 0x80 && (*p == '\n' || *p >= ' '));
	free(text);
	assert_int_equal(files_in(f->folder), 0);
}

TEST_WITH(a_time_is_not_called_instructions, set_up, tear_down)
{
	struct fixture *f = *state;
	char *text;

	f->records.run.exact = false;
	free(f->records.run.unit);
	f->records.run.unit = xstrdup("ticks");
	text = drawn(f, true);
	assert_null(strstr(text, "not time"));
	says(text, "ticks a 4 KiB page");
	assert_null(strstr(text, "exactly"));
	free(text);
}

TEST_WITH(what_is_missing_is_said, set_up, tear_down)
{
	struct fixture *f = *state;
	char *svg;

	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++)
		fake_missing(&f->records, boot, "hmm/devdax-pud/1G", "needs CONFIG_X");
	draw(f);
	svg = read_in(f, "levels.svg");
	says(svg, ">missing<");
	says(svg, "2 series missing");
	free(svg);
}

TEST_WITH(names_cannot_give_commands, set_up, tear_down)
{
	struct fixture *f = *state;
	char *svg;

	free(f->records.run.kernel.spec);
	f->records.run.kernel.spec = xstrdup("x'; system \"touch ran\"; y='`touch ran`\n_{a} \\n");
	draw(f);
	assert_int_equal(files_in(f->folder), 6);
	svg = read_in(f, "levels.svg");
	says(svg, "system");
	says(svg, "_{a}");
	free(svg);
}

static void keep_only(struct records *r, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->nr_series; i++) {
		struct record record = { .kind = RECORD_SERIES, .series = r->series[i] };

		if (!strcmp(record.series.name, name))
			r->series[kept++] = record.series;
		else
			record_release(&record);
	}
	r->nr_series = kept;
}

static void draw_only(struct fixture *f, const char *name)
{
	keep_only(&f->records, name);
	draw(f);
	free(drawn(f, false));
}

TEST_WITH(one_size_of_one_workload_suffices, set_up, tear_down)
{
	draw_only(*state, "hmm/devdax-pte/2M");
}

TEST_WITH(bare_alone_suffices, set_up, tear_down)
{
	draw_only(*state, "bare/devdax-pud/1G");
}

TEST_WITH(a_cost_of_nothing_is_drawn_as_such, set_up, tear_down)
{
	struct fixture *f = *state;
	char *svg;

	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++)
		fake_series(&f->records, boot, "hmm/devdax-pud/1G")->samples[1].ticks = 3;
	draw(f);
	svg = read_in(f, "levels.svg");
	says(svg, ">0.00<");
	assert_null(strstr(svg, ">missing<"));
	free(svg);
}

TEST_WITH(a_run_with_no_cost_is_refused, set_up, tear_down)
{
	struct fixture *f = *state;
	struct err err = { "" };

	for (size_t i = 0; i < f->records.nr_series; i++)
		f->records.series[i].nr_samples = 0;
	assert_int_equal(plot_run(&f->records, f->folder, &(struct plot_options){ 0 }, &err),
			 -ENODATA);
	assert_int_equal(files_in(f->folder), 0);
}

/* Set @name for one drawing; what it said is in @err. */
static int draw_with(struct fixture *f, const char *name, const char *value, struct err *err)
{
	char *old = getenv(name) ? xstrdup(getenv(name)) : NULL;
	int ret;

	setenv(name, value, 1);
	ret = plot_run(&f->records, f->folder, &(struct plot_options){ 0 }, err);
	if (old)
		setenv(name, old, 1);
	else
		unsetenv(name);
	free(old);
	return ret;
}

TEST_WITH(without_gnuplot_nothing_is_left, set_up, tear_down)
{
	struct fixture *f = *state;
	struct err err = { "" };

	assert_int_equal(draw_with(f, "PATH", f->folder, &err), -ENOENT);
	assert_string_equal(err.text, "gnuplot is missing: install the package gnuplot-nox");
	assert_int_equal(files_in(f->folder), 0);
}

TEST_WITH(without_scripts_nothing_is_left, set_up, tear_down)
{
	struct fixture *f = *state;
	struct err err = { "" };

	assert_int_equal(draw_with(f, "PTWALK_SOURCE", "/no/such/tree", &err), -ENOENT);
	says(err.text, "/no/such/tree/plot/style.gp is not there");
	assert_int_equal(files_in(f->folder), 0);
}

/* A gnuplot that draws half of them, and one that fails. */
TEST_WITH(half_the_pictures_are_none, set_up, tear_down)
{
	static const char half[] = "#!/bin/sh\n: > levels.svg; : > levels.png\n";
	static const char fails[] = "#!/bin/sh\necho 'line 3: no such thing'; exit 1\n";
	struct fixture *f = *state;
	char *bin = xasprintf("%s/bin", f->folder), *program = xasprintf("%s/gnuplot", bin);
	struct err err = { "" };
	char *path;

	assert_int_equal(mkdir(bin, 0755), 0);
	path = xasprintf("%s:%s", bin, getenv("PATH"));
	assert_int_equal(fs_write_file(program, half, strlen(half), 0755, NULL), 0);
	assert_int_equal(draw_with(f, "PATH", path, &err), -EIO);
	says(err.text, "did not draw sizes.svg");
	assert_int_equal(files_in(f->folder), 1);
	assert_int_equal(fs_write_file(program, fails, strlen(fails), 0755, NULL), 0);
	assert_int_equal(draw_with(f, "PATH", path, &err), -ECHILD);
	says(err.text, "line 3: no such thing");
	assert_null(strstr(err.text, "gnuplot.log"));
	assert_int_equal(files_in(f->folder), 1);
	free(path);
	free(program);
	free(bin);
}

TEST_WITH(a_folder_that_is_not_there_is_said, set_up, tear_down)
{
	struct fixture *f = *state;
	struct err err = { "" };

	assert_int_equal(
		plot_run(&f->records, "/no/such/folder", &(struct plot_options){ 0 }, &err),
		-ENOENT);
	says(err.text, "/no/such/folder");
}
