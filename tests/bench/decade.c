// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ten years of nights: what a store of that age costs to add to, judge and show.
 * One made-up run of a noisy machine is imported as the product does it; the nights
 * after it are copies of its rows with noise on the values, for they are many.
 *
 *	bench_decade [NIGHTS [COPIES]]
 *
 * A night has COPIES x 140 series (default 4: 560) of 5 samples each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "base/fs.h"
#include "base/host.h"
#include "base/str.h"
#include "bench/report/compare.h"
#include "bench/report/dashboard.h"
#include "bench/store/sql.h"
#include "bench/track/track.h"
#include "plot/history.h"
#include "tests/unit/unit.h"
#include "tests/unit/fake_noisy.h"
#include "tests/unit/fake_run.h"

#define FIRST	1451606400 /* 2016-01-01 */
#define DAY	86400
#define SAMPLES 5
#define SERIES	"{\"kind\":\"series\"," /* how lines begin */
#define END	"{\"kind\":\"end\","
#define COUNT	"\"series\":"

struct decade {
	char *folder, *path;
	struct store *store;
	unsigned int nights; /* stored so far */
	unsigned int copies;
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

static void put_copies(FILE *f, const char *line, const char *end, unsigned int copies)
{
	for (unsigned int copy = 0; copy < copies; copy++) {
		for (const char *c = line; c < end; c++) {
			fputc(*c, f);
			if (copy && (str_starts(c, "x-") || str_starts(c, "n-")) &&
			    (!memcmp(c - 5, "devda", 5) || !memcmp(c - 3, "ano", 3)))
				fprintf(f, "c%u-", copy);
		}
		fputc('\n', f);
	}
}

/* The run of one night, its workloads @copies times under other names. */
static void make_run(struct records *records, unsigned int night, unsigned int copies)
{
	const time_t when = FIRST + (time_t)night * DAY;
	struct record_series *s;
	struct records few;
	char *text, *more = NULL, *count, started[32];
	struct err err = { 0 };
	struct tm tm;
	size_t len;
	FILE *f = open_memstream(&more, &len);

	fake_noisy(&few, &(struct fake_noise){ .boots = 1, .seed = night, .sigma = 0.01 });
	text = fake_text(&few);
	for (char *line = text, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		count = str_starts(line, END) ? strstr(line, COUNT) : NULL;
		if (count) {
			fwrite(line, 1, (size_t)(count - line), f);
			fprintf(f, COUNT "%zu", few.nr_series * copies);
			line = count + sizeof(COUNT) - 1;
			line += strspn(line, "0123456789");
		}
		put_copies(f, line, end, str_starts(line, SERIES) ? copies : 1);
	}
	fclose(f);
	check(records_parse(more, len, records, &err), &err);
	free(more);
	free(text);
	records_release(&few);
	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&when, &tm));
	free(records->run.started);
	records->run.started = xstrdup(started);
	free(records->run.id);
	records->run.id = xasprintf("night-%u", night);
	for (size_t i = 0; i < records->nr_series; i++) {
		s = &records->series[i];
		if (s->nr_stages || s->nr_samples >= SAMPLES)
			continue;
		s->samples = xrealloc(s->samples, SAMPLES * sizeof(*s->samples));
		while (s->nr_samples < SAMPLES) {
			s->samples[s->nr_samples] = s->samples[s->nr_samples - 1];
			s->nr_samples++;
		}
	}
}

/* As a nightly does. Seconds. */
static struct cost import(struct decade *d, int64_t *run)
{
	const struct store_session session = { .kind = TRACK_SESSION, .command = "bench" };
	struct store_origin origin = { 0 };
	struct store_imported in;
	struct records records;
	struct err err = { 0 };
	struct cost start;

	make_run(&records, ++d->nights, d->copies);
	start = now();
	check(store_session_add(d->store, &session, &origin.session, &err), &err);
	check(store_import(d->store, &records, &origin, &in, &err), &err);
	start = since(start);
	records_release(&records);
	*run = in.run;
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
			" digest, record) SELECT 'night-%u', last_insert_rowid(), env_id, kernel_id,"
			" %lld, exact, schema, 'copy', record FROM run WHERE id = 1;"
			"INSERT INTO measure (run_id, boot, series_id, time, run_ticks, proof_id, rest_id,"
			" stages, value) SELECT (SELECT max(id) FROM run), boot, series_id, %lld, run_ticks,"
			" proof_id, rest_id, stages, value * (1 + (abs(random()) %% 2000 - 1000) / 1e5)"
			" FROM measure WHERE run_id = 1 ORDER BY id;"
			"INSERT INTO sample SELECT s.measure_id + (SELECT max(id) FROM measure) -"
			" (SELECT max(id) FROM measure WHERE run_id = 1), s.n, s.ticks, s.flags,"
			" s.interrupts, s.switches, s.retries, s.faults, s.cpu, s.events FROM sample s"
			" WHERE s.measure_id <= (SELECT max(id) FROM measure WHERE run_id = 1);"
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

static long memory(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss / 1024;
}

static struct cost judge(struct decade *d, int64_t run)
{
	const struct track_rule rule = { night_usual, 0 };
	struct track_night night;
	struct err err = { 0 };
	struct cost start = now();

	check(track_judge(d->store, run, &rule, &night, &err), &err);
	start = since(start);
	check(track_keep(d->store, &night, 0, &err), &err);
	track_release(&night);
	return start;
}

static struct cost compare(struct decade *d, int64_t base, int64_t new)
{
	const struct compare_options options = { .every_size = true };
	struct records a, b;
	struct compare c;
	struct err err = { 0 };
	struct cost start = now();

	check(store_load(d->store, base, &a, &err), &err);
	check(store_load(d->store, new, &b, &err), &err);
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

static struct cost show(struct decade *d, double *megabytes)
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
	*megabytes = (double)shown.bytes / 1e6;
	return start;
}

static void measure(struct decade *d)
{
	struct cost imported, judged, compared, shown;
	int64_t before, run;
	double megabytes;

	import(d, &before);
	imported = import(d, &run);
	judged = judge(d, run);
	compared = compare(d, before, run);
	shown = show(d, &megabytes);
	printf("%6u  %5.0f MB  %6.3f %6.3f  %6.3f %6.3f  %6.3f %6.3f  %6.2f %6.2f  %4.0f MB  %4ld MB\n",
	       d->nights, size_of(d), imported.wall, imported.cpu, judged.wall, judged.cpu,
	       compared.wall, compared.cpu, shown.wall, shown.cpu, megabytes, memory());
	fflush(stdout);
}

int main(int argc, char **argv)
{
	const unsigned int nights = argc > 1 ? (unsigned int)strtoul(argv[1], NULL, 10) : 3650;
	const char *tmp = getenv("TMPDIR");
	struct decade d = {
		.folder = xasprintf("%s/ptwalk-decade.XXXXXX", tmp && *tmp ? tmp : "/tmp"),
		.copies = argc > 2 ? (unsigned int)strtoul(argv[2], NULL, 10) : 4,
	};
	struct err err = { 0 };
	int64_t run;

	if (nights < 8 || !d.copies || !mkdtemp(d.folder)) {
		fputs("usage: bench_decade [NIGHTS [COPIES]]\n", stderr);
		return 2;
	}
	d.path = xasprintf("%s/store.db", d.folder);
	check(store_open(d.path, NULL, &d.store, &err), &err);
	import(&d, &run);
	printf("seconds by the clock, then of the processors\n"
	       "nights  database         import          judge        compare      dashboard    "
	       "pages   memory\n");
	fill(&d, nights / 2 - 2);
	measure(&d);
	fill(&d, nights - 2);
	measure(&d);
	store_close(d.store);
	fs_remove(d.folder, NULL);
	free(d.path);
	free(d.folder);
	return 0;
}
