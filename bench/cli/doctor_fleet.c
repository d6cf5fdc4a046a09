// SPDX-License-Identifier: GPL-2.0-only
/* Which hosts of a fleet can run it, and whether they count alike: a short run on each. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/place.h"
#include "base/proc.h"
#include "bench/cli/command.h"
#include "bench/cli/doctor.h"
#include "bench/record/record.h"

#define AT_ONCE	 32   /* hosts */
#define PATIENCE 1200 /* seconds for a host: it may have to fetch a kernel, and build a module */
#define OURS	 "ptwalk " PTWALK_VERSION
#define SERIES	 "-w anon-pte,anon-thp,devdax-pte -o hmm,bare,gup_fast -s 64K,2M -n 2"

/*
 * What a host is asked to do, by a shell: this program where it has the same folder, else that of its
 * PATH. It prints its version, and where that is ours CPUs, KiB of free memory, KiB of room for its
 * cache, and the records of a run.
 */
#define SCRIPT                                                                                      \
	"p=%s; [ -x \"$p\" ] || p=ptwalk\n"                                                         \
	"command -v \"$p\" >/dev/null || { echo \"ptwalk is not installed there\" >&2; exit 1; }\n" \
	"v=$(\"$p\" --version) && echo \"$v\" || exit\n"                                            \
	"[ \"$v\" = \"" OURS "\" ] || exit 0\n"                                                     \
	"nproc\n"                                                                                   \
	"sed -n \"s/^MemAvailable: *\\([0-9]*\\) kB$/\\1/p\" /proc/meminfo\n"                       \
	"c=${PTWALK_CACHE:-${PTWALK_HOME:+$PTWALK_HOME/cache}}\n"                                   \
	"c=${c:-${XDG_CACHE_HOME:-$HOME/.cache}/ptwalk}\n"                                          \
	"mkdir -p \"$c\" && df -Pk \"$c\" | tail -n 1 | tr -s \" \" | cut -d \" \" -f 4\n"          \
	"t=$(mktemp -d) && trap \"rm -rf $t\" EXIT || exit\n"                                       \
	"\"$p\" run %s --quiet --no-store --no-plot --out \"$t/run\" >/dev/null || exit\n"          \
	"cat \"$t/run/records.jsonl\"\n"

/* What is known of one host. */
struct look {
	const struct fleet_host *host;
	struct proc proc;
	double until;	  /* it is waited for */
	char *out, *said; /* files with what it printed, and what it complained of */
	bool began, weak;
	struct strv
		counts; /* what must be the same of all hosts, a line each; none: it cannot run */
	char text[DOCTOR_TEXT];
};

struct looks_at {
	char *folder;
	char *command;
	struct look *v;
	size_t n;
};

static void begin(struct look *l, const char *command)
{
	_cleanup_free_ const char **argv = xcalloc(l->host->reach.n + 2, sizeof(*argv));
	_cleanup_close_ int out = open(l->out, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	_cleanup_close_ int said = open(l->said, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	const struct proc_fd fds[] = { { out, 1 }, { said, 2 } };
	struct err err;

	for (size_t i = 0; i < l->host->reach.n; i++)
		argv[i] = l->host->reach.v[i];
	argv[l->host->reach.n] = command;
	l->began = true;
	l->until = host_seconds() + PATIENCE;
	if (proc_spawn(&l->proc, argv,
		       &(struct proc_spawn){ .fds = fds, .nr_fds = ARRAY_SIZE(fds) }, &err))
		snprintf(l->text, sizeof(l->text), "%.500s", err.text);
}

/* The last that it complained of, or how it ended. */
static void say_failure(struct look *l, const char *why)
{
	_cleanup_free_ char *said = fs_read(l->said, NULL, NULL);
	char *end = said ? said + strlen(said) : NULL;

	while (end && end > said && (end[-1] == '\n' || end[-1] == '\r'))
		*--end = '\0';
	while (end && end > said && end[-1] != '\n')
		end--;
	snprintf(l->text, sizeof(l->text), "%s", end && *end ? end : why);
}

/* A series' counts, and what was found to be walked. */
static void add_series(struct strv *counts, const struct record_series *s)
{
	_cleanup_free_ char *line = NULL;
	size_t len;
	FILE *f = open_memstream(&line, &len);

	fprintf(f, "%s:", s->name);
	for (size_t i = 0; i < s->nr_samples; i++)
		fprintf(f, " %llu", (unsigned long long)s->samples[i].ticks);
	fprintf(f, " instructions, entries %llx", (unsigned long long)s->entry_sum);
	fclose(f);
	strv_add(counts, line);
}

static void add_counts(struct strv *counts, const struct records *records)
{
	strv_addf(counts, "QEMU %s", records->run.qemu);
	strv_addf(counts, "kernel %s, image %.12s", records->run.kernel.release,
		  records->run.kernel.image_sha256);
	for (size_t i = 0; i < records->nr_series; i++)
		add_series(counts, &records->series[i]);
	for (size_t i = 0; i < records->nr_missing; i++)
		strv_addf(counts, "%s: missing, %s", records->missing[i].name,
			  records->missing[i].reason);
}

/* A number that is a line of its own; @at is moved behind it. */
static unsigned long long take_number(char **at)
{
	char *end;
	unsigned long long n = strtoull(*at, &end, 10);

	*at = end + (*end == '\n');
	return n;
}

static void read_out(struct look *l, char *text)
{
	_cleanup_(records_release) struct records records = { 0 };
	char *version = strsep(&text, "\n");
	unsigned long long cpus, memory, room;
	struct err err;

	if (!text || strcmp(version, OURS) != 0) {
		snprintf(l->text, sizeof(l->text), "%s there, " OURS " here", version);
		return;
	}
	cpus = take_number(&text);
	memory = take_number(&text) / 1024;
	room = take_number(&text) / 1024;
	if (records_parse(text, strlen(text), &records, &err)) {
		snprintf(l->text, sizeof(l->text), "its run cannot be read: %.400s", err.text);
		return;
	}
	add_counts(&l->counts, &records);
	l->weak = memory < DOCTOR_RAM_MIB || room < DOCTOR_CACHE_MIB;
	snprintf(l->text, sizeof(l->text),
		 "%llu CPU%s, %llu MiB free, %llu MiB for its cache, QEMU %s; %zu series", cpus,
		 cpus == 1 ? "" : "s", memory, room, records.run.qemu, records.nr_series);
}

static void take(struct look *l)
{
	_cleanup_free_ char *out = fs_read(l->out, NULL, NULL);
	_cleanup_free_ char *how = proc_status_text(l->proc.status);

	if (l->proc.status || !out)
		say_failure(l, how);
	else
		read_out(l, out);
}

/* All that have ended are taken; true where one is waited for. */
static bool await(struct looks_at *at, size_t *running)
{
	*running = 0;
	for (size_t i = 0; i < at->n; i++) {
		struct look *l = &at->v[i];

		if (!l->began || *l->text)
			continue;
		if (proc_ended(&l->proc)) {
			take(l);
		} else if (host_seconds() < l->until) {
			++*running;
		} else {
			proc_end(&l->proc, 3, 1);
			snprintf(l->text, sizeof(l->text), "nothing came of it in %d s", PATIENCE);
		}
	}
	return *running;
}

static int ask_all(struct looks_at *at, struct err *err)
{
	const struct timespec nap = { .tv_nsec = 50000000 };
	size_t next = 0, running = 0;

	while (next < at->n || running) {
		if (interrupt_pending())
			return err_set(err, EINTR, "interrupted");
		for (; next < at->n && running < AT_ONCE; running++)
			begin(&at->v[next++], at->command);
		if (await(at, &running))
			nanosleep(&nap, NULL);
	}
	return 0;
}

/* What of two hosts differs first; NULL: nothing does. @other: what the other has there. */
static const char *differs(const struct strv *a, const struct strv *b, const char **other)
{
	for (size_t i = 0; i < a->n || i < b->n; i++) {
		const char *x = i < a->n ? a->v[i] : "nothing more";

		*other = i < b->n ? b->v[i] : "nothing more";
		if (strcmp(x, *other) != 0)
			return x;
	}
	return NULL;
}

/* The host whose counts most others have. */
static const struct look *most_like(const struct looks_at *at)
{
	const struct look *best = NULL;
	size_t most = 0;

	for (size_t i = 0; i < at->n; i++) {
		const char *other;
		size_t alike = 0;

		for (size_t j = 0; j < at->n; j++)
			alike += at->v[i].counts.n && at->v[j].counts.n &&
				 !differs(&at->v[i].counts, &at->v[j].counts, &other);
		if (alike > most) {
			most = alike;
			best = &at->v[i];
		}
	}
	return best;
}

static enum status print(const struct looks_at *at)
{
	const struct look *best = most_like(at);
	enum status status = STATUS_CLEAN;

	for (size_t i = 0; i < at->n; i++) {
		const struct look *l = &at->v[i];
		const char *other,
			*mine = l->counts.n ? differs(&l->counts, &best->counts, &other) : "";
		_cleanup_free_ char *line = NULL, *head = NULL;

		head = xasprintf("%-4s  %-11s ",
				 mine	   ? "BAD"
				 : l->weak ? "weak"
					   : "ok",
				 l->host->login);
		if (!l->counts.n)
			line = xstrdup(l->text);
		else if (!mine)
			line = xasprintf("%s, counts agree", l->text);
		else
			line = xasprintf("%s; %s has %s", mine, best->host->login, other);
		printf("%s%s\n", head, line);
		if (mine && status != STATUS_NOT_REPEATABLE)
			status = l->counts.n ? STATUS_NOT_REPEATABLE : STATUS_ERROR;
	}
	return status;
}

static void looks_release(struct looks_at *at)
{
	for (size_t i = 0; i < at->n; i++) {
		struct look *l = &at->v[i];

		proc_end(&l->proc, interrupt_pending() ? 3 : 0, 1);
		free(l->out);
		free(l->said);
		strv_release(&l->counts);
	}
	fs_temp_endp(&at->folder);
	free(at->command);
	free(at->v);
}

static int make_looks(struct looks_at *at, const struct fleet *fleet, const char *kernel,
		      struct err *err)
{
	_cleanup_free_ char *program = place_beside("ptwalk", "PTWALK_PROGRAM");
	_cleanup_free_ char *quoted = NULL, *kernel_quoted = NULL;
	_cleanup_free_ char *words = NULL, *lines = NULL;

	at->folder = fs_temp(NULL, "ptwalk-fleet", err);
	if (!at->folder)
		return -EIO;
	quoted = str_quoted(program);
	kernel_quoted = str_quoted(kernel);
	words = xasprintf("-k %s " SERIES, kernel_quoted);
	lines = xasprintf(SCRIPT, quoted, words);
	free(quoted);
	quoted = str_quoted(lines);
	at->command = xasprintf("sh -c %s", quoted);
	at->n = fleet->n;
	at->v = xcalloc(at->n, sizeof(*at->v));
	for (size_t i = 0; i < at->n; i++) {
		at->v[i].host = &fleet->v[i];
		at->v[i].out = xasprintf("%s/%zu.out", at->folder, i);
		at->v[i].said = xasprintf("%s/%zu.said", at->folder, i);
	}
	return 0;
}

int doctor_fleet(const char *hosts, const char *kernel)
{
	_cleanup_(fleet_release) struct fleet fleet = { 0 };
	_cleanup_(looks_release) struct looks_at at = { 0 };
	struct err err = { 0 };

	if (fleet_read(hosts, &fleet, &err) || make_looks(&at, &fleet, kernel, &err) ||
	    ask_all(&at, &err))
		return command_fail("doctor", &err);
	return print(&at);
}
