// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ten years of nights: what a store of that age costs to add to, judge and show.
 * One made-up run of a noisy machine is imported as the product does it; the nights
 * after it are copies of its rows with noise on the values, for they are many.
 *
 *	bench_decade [NIGHTS [COPIES]]
 *	bench_decade RUNS FILE
 *
 * A night has COPIES x 140 series (default 4: 560) of 5 samples each. With FILE, the records of a
 * run, it is RUNS of one night: each is that run with the figures of another kernel, of 8
 * environments in turn, and each is imported. Every task is
 * a process of its own, for its memory to be known; first with half of the nights,
 * then with all. Exit status: 1 where an aim is missed, but of FILE.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/str.h"
#include "bench/report/compare.h"
#include "bench/report/dashboard.h"
#include "bench/store/sql.h"
#include "bench/track/track.h"
#include "plot/plot.h"
#include "tests/unit/unit.h"
#include "tests/bench/copies.h"

#define FIRST 1451606400 /* 2016-01-01 */
#define DAY   86400

struct decade {
	char *folder, *path;
	struct store *store;
	unsigned int nights; /* stored so far */
	unsigned int copies;
	struct records *file; /* of which the runs of one night are; NULL: one a night, made up */
	int64_t before, run;  /* the last two that can be compared */
};

/* Seconds by the clock, and of the processors: of this process and those it waited for. */
struct cost {
	double wall, cpu;
};

static struct cost now(void)
{
	static const int whose[] = { RUSAGE_SELF, RUSAGE_CHILDREN };
	struct cost cost = { .wall = host_seconds() };
	struct rusage u;

	for (size_t i = 0; i < ARRAY_SIZE(whose); i++) {
		getrusage(whose[i], &u);
		cost.cpu += (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
			    (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
	}
	return cost;
}

static struct cost since(struct cost start)
{
	struct cost end = now();

	return (struct cost){ end.wall - start.wall, end.cpu - start.cpu };
}

static void check(int ret, const struct err *err)
{
	if (!ret)
		return;
	fprintf(stderr, "bench_decade: %s\n", err->text);
	exit(1);
}

/* As a nightly does. */
static struct cost import(struct decade *d)
{
	const struct store_session session = { .kind = TRACK_SESSION, .command = "bench" };
	struct store_origin origin = { 0 };
	struct store_imported in;
	struct records night = { 0 }, *records = d->file ? d->file : &night;
	struct err err = { 0 };
	struct cost start;

	if (d->file)
		copies_kernel(records, ++d->nights, FIRST);
	else
		copies_run(records, ++d->nights, FIRST, d->copies);
	start = now();
	check(store_session_add(d->store, &session, &origin.session, &err), &err);
	check(store_import(d->store, records, &origin, &in, &err), &err);
	start = since(start);
	records_release(&night);
	d->before = d->file ? in.run - COPIES_ENVIRONMENTS : d->run;
	d->run = in.run;
	return start;
}

static void sql(struct decade *d, const char *text)
{
	char *message = NULL;

	if (sqlite3_exec(d->store->db, text, NULL, NULL, &message)) {
		fprintf(stderr, "bench_decade: %s: %s\n", text, message);
		exit(1);
	}
}

/* Copies of the first run, with what was said of them. */
static void fill(struct decade *d, unsigned int nights)
{
	sql(d, "BEGIN");
	while (d->nights < nights) {
		const long long when = FIRST + (long long)++d->nights * DAY;
		char *text = xasprintf(
			"INSERT INTO session (kind, command, plan, time) VALUES ('nightly', '', '', %lld);"
			"INSERT INTO run (name, session_id, env_id, kernel_id, time, exact, schema,"
			" digest, machine) SELECT 'night-%u', last_insert_rowid(), env_id, kernel_id,"
			" %lld, exact, schema, 'copy', machine FROM run WHERE id = 1;"
			"INSERT INTO measure (run_id, boot, series_id, time, value)"
			" SELECT (SELECT max(id) FROM run), boot, series_id, %lld,"
			" value * (1 + (abs(random()) %% 2000 - 1000) / 1e5)"
			" FROM measure WHERE run_id = 1 ORDER BY id;"
			"INSERT INTO records SELECT (SELECT max(id) FROM run), size, text FROM records"
			" WHERE run_id = 1;"
			"INSERT INTO verdict (session_id, new_run_id, series_id, time, method, nr_base,"
			" nr_new, base, new, ratio, low, high, p, effect, outcome, note)"
			" SELECT (SELECT max(id) FROM session), run_id, series_id, time, 'segment', 100, 1,"
			" value, value, 1, .98, 1.02, .5, 0, 'same', '' FROM measure"
			" WHERE run_id = (SELECT max(id) FROM run)",
			when, d->nights, when, when);

		sql(d, text);
		free(text);
	}
	sql(d, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
}

static double size_of(const struct decade *d)
{
	struct stat st;

	return stat(d->path, &st) ? 0 : (double)st.st_size / 1e6;
}

static struct cost judge(struct decade *d)
{
	const struct track_rule rule = { night_usual, 1 };
	struct track_night night;
	struct err err = { 0 };
	struct cost start = now();

	check(track_judge(d->store, d->run, &rule, &night, &err), &err);
	check(track_keep(d->store, &night, 0, &err), &err);
	start = since(start);
	track_release(&night);
	return start;
}

static struct cost compare(struct decade *d)
{
	const struct compare_options options = { .every_size = true };
	struct records a, b;
	struct compare c;
	struct err err = { 0 };
	struct cost start = now();

	check(store_load(d->store, d->before, &a, &err), &err);
	check(store_load(d->store, d->run, &b, &err), &err);
	check(compare_build(&a, &b, &options, &c, &err), &err);
	compare_release(&c);
	start = since(start);
	records_release(&a);
	records_release(&b);
	return start;
}

struct shown {
	const struct dashboard *d;
	size_t bytes;
};

static int take(void *data, size_t i, const char *svg, struct err *err)
{
	struct shown *shown = data;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	(void)err;
	dashboard_write_series(shown->d, i, svg, f);
	fclose(f);
	shown->bytes += len;
	free(text);
	return 0;
}

static struct cost show(struct decade *d)
{
	struct dashboard dashboard;
	struct shown shown = { &dashboard, 0 };
	struct err err = { 0 };
	struct cost start = now();

	check(dashboard_load(d->store, NULL, &dashboard, &err), &err);
	check(plot_histories(dashboard.courses, dashboard.list.n, d->folder, take, &shown, &err),
	      &err);
	start = since(start);
	dashboard_release(&dashboard);
	return start;
}

/* All but the newest 400 nights; of one night, but its last 100 runs. */
static struct cost prune(struct decade *d)
{
	struct err err = { 0 };
	struct cost start = now();
	const int64_t since_start = d->file ? ((int64_t)d->nights - 100) * COPIES_APART
					    : ((int64_t)d->nights - 400) * DAY;
	int64_t *runs;
	size_t n;

	check(store_prunable(d->store, FIRST + since_start, &runs, &n, &err), &err);
	check(store_prune(d->store, runs, n, &err), &err);
	check(store_compact(d->store, &err), &err);
	free(runs);
	return since(start);
}

/* What is timed, and what it may take. Of one night's runs 6,180 pictures are not drawn. */
static const struct task {
	const char *name;
	struct cost (*run)(struct decade *);
	double aim; /* seconds by the clock, of all nights; 0: none */
} tasks[] = {
	{ "import a night", import, 0 },      { "judge it", judge, 2 },
	{ "compare two runs", compare, 0.2 }, { "dashboard", show, 20 },
	{ "prune, compact", prune, 0 },
};

struct figures {
	struct cost cost;
	struct decade d; /* as it is then */
	long memory;	 /* MB, at most */
};

static void open_store(struct decade *d)
{
	struct err err = { 0 };

	check(store_open(d->path, NULL, &d->store, &err), &err);
}

static struct figures measure(struct decade *d, const struct task *task)
{
	struct figures figures = { 0 };
	struct rusage usage;
	int ends[2], status;
	pid_t pid;

	fflush(stdout);
	pid = pipe(ends) ? -1 : fork();
	if (!pid) {
		open_store(d);
		figures.cost = task->run(d);
		store_close(d->store);
		figures.d = *d;
		_exit(write(ends[1], &figures, sizeof(figures)) != sizeof(figures));
	}
	close(ends[1]);
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || status ||
	    read(ends[0], &figures, sizeof(figures)) != sizeof(figures)) {
		fprintf(stderr, "bench_decade: %s failed\n", task->name);
		exit(1);
	}
	close(ends[0]);
	figures.memory = usage.ru_maxrss / 1024;
	*d = figures.d;
	return figures;
}

static void grow(struct decade *d, unsigned int nights)
{
	struct cost start = now(), took;
	const unsigned int before = d->nights;

	open_store(d);
	while (d->file && d->nights < nights)
		import(d);
	if (!d->file)
		fill(d, nights);
	store_close(d->store);
	took = since(start);
	if (d->file)
		printf("%u runs imported in %.0f s, %.0f s of CPU\n", nights - before, took.wall,
		       took.cpu);
	fflush(stdout);
}

/* Half of the nights, then all: a task that looks at all of them may take twice as long. */
static bool measure_all(struct decade *d, unsigned int nights)
{
	struct figures half[ARRAY_SIZE(tasks)], whole;
	double before;
	bool met = true;

	grow(d, nights / 2 - 1);
	for (size_t i = 0; i + 1 < ARRAY_SIZE(tasks); i++)
		if (!d->file || tasks[i].run != show)
			half[i] = measure(d, &tasks[i]);
	before = size_of(d);
	grow(d, nights - 1);
	printf("%-17s %6u nights, %4.0f MB  %6u nights, %4.0f MB\n%-17s %8s %5s %7s  %8s %5s %7s  %5s"
	       "    aim\n",
	       "", nights / 2, before, nights, size_of(d), "seconds: clock,", "", "CPU", "memory",
	       "", "CPU", "memory", "ratio");
	for (size_t i = 0; i < ARRAY_SIZE(tasks); i++) {
		const struct task *t = &tasks[i];

		if (d->file && t->run == show)
			continue;
		whole = measure(d, t);
		printf("%-17s", t->name);
		if (t->run != prune)
			printf(" %8.3f %5.2f %4ld MB ", half[i].cost.wall, half[i].cost.cpu,
			       half[i].memory);
		else
			printf("%24s", "");
		printf(" %8.3f %5.2f %4ld MB ", whole.cost.wall, whole.cost.cpu, whole.memory);
		if (t->run != prune)
			printf("  %4.2f", whole.cost.cpu / half[i].cost.cpu);
		if (t->aim > 0 && !d->file)
			printf("  %5.1f s%s", t->aim, whole.cost.wall > t->aim ? ": MISSED" : "");
		putchar('\n');
		met &= t->aim <= 0 || d->file || whole.cost.wall <= t->aim;
	}
	printf("%-17s %38.0f MB\n", "pruned, the file", size_of(d));
	return met;
}

/* The records of which all runs of the night are. */
static struct records *read_file(const char *path)
{
	struct records *records = xcalloc(1, sizeof(*records));
	struct err err = { 0 };
	struct cost start = now();

	check(records_read(path, records, &err), &err);
	start = since(start);
	printf("%zu series and %zu missing, read in %.2f s, %.2f s of CPU\n", records->nr_series,
	       records->nr_missing, start.wall, start.cpu);
	return records;
}

int main(int argc, char **argv)
{
	const unsigned int nights = argc > 1 ? (unsigned int)strtoul(argv[1], NULL, 10) : 3650;
	const bool file = argc > 2 && fs_exists(argv[2]);
	struct decade d = {
		.copies = argc > 2 && !file ? (unsigned int)strtoul(argv[2], NULL, 10) : 4,
	};
	bool met;

	if (nights < 2 * COPIES_ENVIRONMENTS + 2 || !d.copies ||
	    !(d.folder = fs_temp(NULL, "ptwalk-decade", NULL))) {
		fputs("usage: bench_decade [NIGHTS [COPIES]]\n       bench_decade RUNS FILE\n",
		      stderr);
		return 2;
	}
	d.file = file ? read_file(argv[2]) : NULL;
	d.path = xasprintf("%s/store.db", d.folder);
	open_store(&d);
	import(&d);
	store_close(d.store);
	met = measure_all(&d, nights);
	fs_temp_endp(&d.folder);
	free(d.path);
	return !met;
}
