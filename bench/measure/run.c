// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"

/* What is kept of a run that failed: what it said, and the series that were finished. */
static const char *const kept_files[] = { FOLDER_RECORDS, "console.log", "qemu.log", "qemu.txt",
					  "binding.txt",  "driver.log",	 NULL };

char *run_stamp(const char *format)
{
	time_t t = time(NULL);
	char text[64];
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), format, &tm);
	return xstrdup(text);
}

char *run_stage(const struct run *run, const char *stage, unsigned int boot)
{
	const char *who = run->who ? run->who : "";
	const char *comma = run->who ? ", " : "";

	if (run->plan->boots > 1)
		return xasprintf("%s%s%s, %s %u", stage, comma, who, run->plan->machine->replicate,
				 boot);
	return xasprintf("%s%s%s", stage, comma, who);
}

const char *run_id(const struct run *run)
{
	return folder_called(run->place.path);
}

void run_tell_boot(const struct run *run, const struct record_boot *boot)
{
	for (size_t i = 0; i < boot->warnings.n; i++)
		progress_note(run->progress, "before the first window the kernel said: %s",
			      boot->warnings.v[i]);
}

int run_record(struct run *run, struct record *record, struct err *err)
{
	_cleanup_free_ char *line = record_line(record);
	int ret = fs_write_all(run->fd, line, strlen(line), FOLDER_RECORDS, err);

	if (!ret && fdatasync(run->fd))
		ret = err_set(err, errno, "cannot write %s: %s", FOLDER_RECORDS, strerror(errno));
	if (!ret)
		return records_add(&run->records, record, err);
	record_release(record);
	return ret;
}

static int write_run(struct run *run, const struct run_words *words, struct err *err)
{
	const struct plan *plan = run->plan;
	const struct kernel *kernel = &run->prepared->kernel;
	struct record record = { .kind = RECORD_RUN };

	record.run = (struct record_run){
		.schema = RECORD_SCHEMA,
		.id = xstrdup(run_id(run)),
		.started = run_stamp("%Y-%m-%dT%H:%M:%SZ"),
		.ptwalk = xstrdup(PTWALK_VERSION),
		.command = xstrdup(words->command),
		.machine = xstrdup(plan->machine->name),
		.unit = xstrdup(plan->machine->unit),
		.exact = plan->machine->exact,
		.functional = plan->machine->functional,
		.replicate = xstrdup(plan->machine->replicate),
		.arch = xstrdup(kernel->arch->name),
		.page_size = run->prepared->page_size,
		.boots = (unsigned int)plan->looks.units[0],
		.mitigations = plan->mitigations,
		.kernel = {
			.spec = xstrdup(kernel->spec),
			.release = xstrdup(kernel->release),
			.version = xstrdup(kernel->version),
			.image_sha256 = xstrdup(kernel->image_sha256),
			.config_sha256 = xstrdup(kernel->config_sha256),
			.compiler = xstrdup(kernel->compiler),
		},
		.qemu = xstrdup(words->qemu),
		.host = host_cpu_model(),
		.quiet = xstrdup(words->quiet ? words->quiet : ""),
		.sampling = record_sampling_none(),
		.method_evidence = plan->method_evidence,
	};
	return run_record(run, &record, err);
}

char *run_new_id(const char *release, const char *machine)
{
	_cleanup_free_ char *when = run_stamp("%Y%m%dT%H%M%SZ");

	return xasprintf("%s-%s-%s", when, release, machine);
}

int run_begin(struct run *run, const struct plan *plan, const struct prepared *prepared,
	      const char *results, const char *path, const struct run_words *words, struct err *err)
{
	_cleanup_free_ char *id = run_new_id(prepared->kernel.release, plan->machine->name);
	_cleanup_free_ char *file = NULL;
	int ret;

	*run = (struct run){
		.plan = plan,
		.prepared = prepared,
		.progress = run->progress,
		.who = run->who,
		.place = WHOLE_NONE,
		.fd = -1,
	};
	ret = folder_begin(&run->place, results, id, path, err);
	if (ret)
		return ret;
	file = xasprintf("%s/" FOLDER_RECORDS, run->place.partial);
	run->fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0644);
	if (run->fd < 0)
		return err_set(err, errno, "cannot make %s: %s", FOLDER_RECORDS, strerror(errno));
	return write_run(run, words, err);
}

static void sampling_release(struct record_sampling *s)
{
	free(s->session);
	free(s->arm);
	free(s->order);
	free(s->looks);
	free(s->stop);
}

int run_settle(struct run *run, struct record_sampling *sampling, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" FOLDER_RECORDS, run->place.partial);
	_cleanup_free_ char *text = NULL;

	sampling_release(&run->records.run.sampling);
	run->records.run.sampling = *sampling;
	run->records.run.boots = run->boots;
	text = records_text(&run->records);
	return fs_write_file(path, text, strlen(text), 0644, err);
}

static void close_records(struct run *run)
{
	if (run->fd >= 0)
		close(run->fd);
	run->fd = -1;
}

int run_end(struct run *run, struct err *err)
{
	_cleanup_free_ char *path = xstrdup(run->place.path);
	int ret = run->part ? 0 : records_check(&run->records, err);

	if (ret) {
		run_abandon(run, true);
		return ret;
	}
	close_records(run);
	ret = whole_finish(&run->place, err);
	if (ret)
		return ret;
	run->folder = TAKE_PTR(path);
	run->whole = true;
	return 0;
}

void run_take_words(struct run *run, const char *failed)
{
	for (size_t i = 0; kept_files[i]; i++) {
		_cleanup_free_ char *from = xasprintf("%s/%s", failed, kept_files[i]);
		_cleanup_free_ char *to = xasprintf("%s/%s", run->place.partial, kept_files[i]);

		if (strcmp(kept_files[i], FOLDER_RECORDS) != 0)
			rename(from, to);
	}
}

/* The series of a boot that was not whole, as a run of what there is of it; else nothing. */
static void close_unfinished(struct run *run)
{
	_cleanup_free_ char *path = xasprintf("%s/" FOLDER_RECORDS, run->place.partial);
	_cleanup_free_ char *text = NULL;
	struct records *r = &run->records;
	struct record end = { .kind = RECORD_END, .end = { .boot = run->boots } };

	if (!r->nr_series) {
		unlink(path);
		return;
	}
	for (size_t i = 0; i < r->nr_series; i++)
		end.end.series += r->series[i].boot == run->boots;
	for (size_t i = 0; i < r->nr_missing; i++)
		end.end.missing += r->missing[i].boot == run->boots;
	if (r->nr_ends < run->boots && records_add(r, &end, NULL))
		return;
	r->run.boots = run->boots;
	text = records_text(r);
	fs_write_file(path, text, strlen(text), 0644, NULL);
}

void run_abandon(struct run *run, bool keep)
{
	close_records(run);
	if (keep)
		close_unfinished(run);
	folder_abandon(&run->place, keep ? kept_files : NULL, &run->kept);
}

void run_take(struct run *run, char *folder, struct records *records)
{
	run->folder = folder;
	run->records = *records;
	run->whole = run->reused = true;
}

void run_release(struct run *run)
{
	records_release(&run->records);
	free(run->folder);
	free(run->kept);
	*run = (struct run){ .fd = -1 };
}
