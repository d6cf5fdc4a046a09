// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/race.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "bench/driver/emit.h"
#include "bench/measure/run.h"

/* CPUs of a guest: one takes memory away, and walkers share the others. */
#define CPUS "4"

/* A boot, and the search for the fewest walkers that fail. */
#define SPARE_SECONDS 1800

/* One round, however slow the machine is. */
#define ROUND_SECONDS 3

/* What a plan takes. */
#define MOST_SECONDS 604800

/* While the guest runs. */
struct watch {
	struct run *run;
	struct race_made *made;
	int log;
};

static bool is_file(const char *protocol)
{
	return str_ends(protocol, ".c");
}

static bool has_act(const struct race_ask *ask, const char *name)
{
	for (size_t i = 0; i < ask->nr_acts; i++)
		if (!strcmp(ask->acts[i]->name, name))
			return true;
	return false;
}

static int check_protocol(const char *name, struct err *err)
{
	struct strv known = { 0 };

	for (size_t i = 0; i < nr_race_protocols; i++)
		if (!strcmp(race_protocols[i], name))
			return 0;
	for (size_t i = 0; i < nr_race_protocols; i++)
		strv_add(&known, race_protocols[i]);
	strv_add(&known, "FILE.c");
	return err_unknown(err, "protocol", name, &known);
}

/* A file's name here, what is raced there: RACE_OWN to the driver. */
static int resolve_protocols(struct race_want *w, struct err *err)
{
	struct strv *names = &w->ask.protocol_names;

	for (size_t i = 0; i < names->n; i++) {
		if (!is_file(names->v[i]) && check_protocol(names->v[i], err))
			return -EINVAL;
		if (!is_file(names->v[i]))
			continue;
		if (w->plan.protocol)
			return err_set(err, EINVAL, "--protocol takes one file, not %s and %s",
				       w->plan.protocol, names->v[i]);
		if (access(names->v[i], R_OK))
			return err_errno(err, "cannot read the protocol %s", names->v[i]);
		w->plan.protocol = names->v[i];
	}
	return 0;
}

/* Workloads are what brings devices and memory of a guest. */
static void fill_selection(struct race_want *w)
{
	struct selection *s = &w->plan.selection;

	strv_add(&s->workload_names, "anon-pte");
	if (race_ask_has(&w->ask, RACE_PAGEMAPS))
		strv_add(&s->workload_names, "pgmaps-1-low");
	if (race_ask_has(&w->ask, RACE_DAX) || race_ask_has(&w->ask, RACE_KMEM))
		strv_add(&s->workload_names, "devdax-pte");
	strv_add(&s->size_names, "2M");
	strv_add(&s->op_names, "hmm");
	for (size_t i = 0; i < w->ask.nr_walkers; i++) {
		_cleanup_free_ char *own =
			w->ask.walkers[i]->own ? xasprintf("hmm/%s", w->ask.walkers[i]->own) : NULL;

		if (own && !strv_has(&s->op_names, own))
			strv_add(&s->op_names, own);
	}
}

/* How long may it take? What hangs is told by its silence. */
static void set_limit(struct race_want *w, char **limit)
{
	const struct race_ask *ask = &w->ask;
	uint64_t each = ask->seconds ? ask->seconds : (uint64_t)ask->rounds * ROUND_SECONDS;
	uint64_t all =
		(uint64_t)RACE_NR_MEMORIES * each + 8 * (uint64_t)ask->find_seconds + SPARE_SECONDS;

	*limit = xasprintf("%" PRIu64, all < MOST_SECONDS ? all : MOST_SECONDS);
	if (!w->plan.limit_text)
		w->plan.limit_text = *limit;
}

static int check_machine(struct race_want *w, struct err *err)
{
	const struct machine *machine;
	int ret;

	if (!w->plan.machine_name)
		w->plan.machine_name = "tcg";
	ret = machine_known(w->plan.machine_name, &machine, err);
	if (!ret && machine->here)
		ret = err_set(err, EINVAL,
			      "a race that fails may take the kernel with it: it is for a guest, "
			      "and the machine %s has none",
			      machine->name);
	return ret;
}

int race_want_resolve(struct race_want *w, struct err *err)
{
	_cleanup_free_ char *limit = NULL;
	int ret = race_ask_resolve(&w->ask, err);

	if (!ret)
		ret = resolve_protocols(w, err);
	if (!ret)
		ret = check_machine(w, err);
	if (ret)
		return ret;
	fill_selection(w);
	set_limit(w, &limit);
	if (!w->plan.cpus_text)
		w->plan.cpus_text = CPUS;
	/* kmem takes no device that is of no node. */
	if (!w->plan.nodes_text && (has_act(&w->ask, "migrate") || has_act(&w->ask, "hotremove")))
		w->plan.nodes_text = "2";
	ret = plan_resolve(&w->plan, err);
	w->plan.limit_text = NULL;
	if (ret)
		return ret;
	if (w->plan.cpus < 2)
		return err_set(
			err, EINVAL,
			"a race takes two CPUs or more, and this guest has %u: --machine tcg "
			"and --cpus",
			w->plan.cpus);
	return 0;
}

void race_want_release(struct race_want *w)
{
	plan_release(&w->plan);
	race_ask_release(&w->ask);
}

static void on_mark(const struct watch *w, const char *line, size_t len)
{
	_cleanup_free_ char *name =
		xstrndup(line, strcspn(line, "\t") < len ? strcspn(line, "\t") : len);

	progress_at(w->run->progress, 0, name);
}

static int add(struct race_made *made, const char *line, size_t len, struct err *err)
{
	struct race_record record;
	int ret = race_parse(line, len, &record, err);

	if (ret)
		return ret;
	made->v = xgrow(made->v, made->n, sizeof(record));
	made->v[made->n++] = record;
	return 0;
}

static int on_record(void *arg, const char *line, size_t len, struct err *err)
{
	struct watch *w = arg;
	_cleanup_free_ char *text = NULL;
	int ret;

	if (len > strlen(EMIT_MARK) && !strncmp(line, EMIT_MARK, strlen(EMIT_MARK))) {
		on_mark(w, line + strlen(EMIT_MARK), len - strlen(EMIT_MARK));
		return 0;
	}
	ret = add(w->made, line, len, err);
	if (ret) {
		err_prefix(err, "a record from the guest");
		return ret;
	}
	text = race_line(&w->made->v[w->made->n - 1]);
	return fs_write_all(w->run->fd, text, strlen(text), FOLDER_RECORDS, err);
}

static void on_output(void *arg, const char *data, size_t len)
{
	const struct watch *w = arg;

	(void)!fs_write_all(w->log, data, len, "driver.log", NULL);
}

static void on_stage(void *arg, const char *stage)
{
	const struct watch *w = arg;

	progress_enter(w->run->progress, strcmp(stage, "program") ? "boot" : "race");
}

static void on_note(void *arg, const char *text)
{
	const struct watch *w = arg;

	progress_tell(w->run->progress, text);
}

/* In the driver's own words. */
static void add_words(const struct race_ask *ask, struct strv *argv)
{
	strv_release(argv);
	strv_add(argv, "/ptwalk-driver");
	strv_add(argv, "--race");
	strv_add(argv, "--records-fd=3");
	for (size_t i = 0; i < ask->walker_names.n; i++)
		strv_addf(argv, "--walker=%s", ask->walker_names.v[i]);
	for (size_t i = 0; i < ask->nr_acts; i++)
		strv_addf(argv, "--against=%s", ask->acts[i]->name);
	for (size_t i = 0; i < ask->protocol_names.n; i++)
		strv_addf(argv, "--protocol=%s",
			  is_file(ask->protocol_names.v[i]) ? RACE_OWN : ask->protocol_names.v[i]);
	if (ask->rounds)
		strv_addf(argv, "--rounds=%u", ask->rounds);
	if (ask->seconds)
		strv_addf(argv, "--seconds=%u", ask->seconds);
	strv_addf(argv, "--find=%u", ask->find_seconds);
	strv_addf(argv, "--delay=%u", ask->delay);
	strv_addf(argv, "--seed=%" PRIu64, ask->seed);
}

/* The program said that a phase does not end: that is what was found, whatever became of it. */
static bool hangs(const struct race_made *made)
{
	return made->n && made->v[made->n - 1].kind == RACE_VERDICT &&
	       made->v[made->n - 1].never[0];
}

static int boot(const struct race_want *want, struct watch *w, struct err *err)
{
	static const struct vm_events events = {
		.record = on_record,
		.output = on_output,
		.stage = on_stage,
		.note = on_note,
	};
	_cleanup_(guest_release) struct guest guest = { 0 };
	_cleanup_free_ char *log = xasprintf("%s/driver.log", w->run->place.partial);
	_cleanup_free_ char *append = xasprintf("preempt=full%s%s", want->plan.append ? " " : "",
						want->plan.append ? want->plan.append : "");
	struct vm_result result = { 0 };
	int ret;

	w->log = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	guest_make(&want->plan, w->run->prepared, 1, w->run->place.partial, false, &guest);
	add_words(&want->ask, &guest.argv);
	guest.config.argv = (const char *const *)guest.argv.v;
	guest.config.append = append;
	ret = want->plan.machine->run(&guest.config, &events, w, &result, err);
	closep(&w->log);
	if (hangs(w->made))
		return 0;
	if (!ret && result.status)
		ret = run_driver_failed(log, result.status, err);
	return ret;
}

static int keep(struct run *run, struct race_made *made, struct err *err)
{
	made->folder = xstrdup(run->place.path);
	made->kernel = xstrdup(record_kernel(&run->records.run));
	return whole_finish(&run->place, err);
}

int race_measure(const struct race_want *want, const char *kernel, struct race_made *made,
		 struct err *err)
{
	static const struct progress_stage stages[] = {
		{ "kernel", 1 }, { "module", 5 }, { "boot", 5 }, { "race", 60 }
	};
	_cleanup_(progress_freep) struct progress *progress =
		want->quiet ? NULL : progress_new(stages, ARRAY_SIZE(stages));
	_cleanup_(prepared_release) struct prepared prepared = { 0 };
	_cleanup_free_ char *results = xasprintf("%s/races", want->results);
	const struct run_words words = { .command = want->command, .qemu = "" };
	struct run run = { .progress = progress };
	struct watch w = { .run = &run, .made = made };
	int ret;

	*made = (struct race_made){ 0 };
	ret = prepare(&want->plan, kernel, progress, &prepared, err);
	if (ret)
		return ret;
	if (race_ask_has(&want->ask, RACE_KMEM))
		strv_add(&prepared.modules, "?kmem");
	ret = run_begin(&run, &want->plan, &prepared, results, NULL, &words, err);
	if (!ret)
		ret = boot(want, &w, err);
	closep(&run.fd);
	if (!ret)
		ret = keep(&run, made, err);
	else
		folder_abandon(&run.place,
			       (const char *const[]){ FOLDER_RECORDS, "console.log", "driver.log",
						      "qemu.log", "qemu.txt", NULL },
			       &made->kept);
	run_release(&run);
	return ret;
}

static int read_run(struct race_made *made, const char *line, struct err *err)
{
	struct record record;
	int ret = record_parse(line, strlen(line), RECORD_SCHEMA, &record, err);

	if (ret)
		return ret;
	if (record.kind == RECORD_RUN)
		made->kernel = xstrdup(record_kernel(&record.run));
	else
		ret = err_set(err, EBADMSG, "it begins with no run");
	record_release(&record);
	return ret;
}

/* The first line is of the kernel. */
static int read_lines(const struct strv *lines, struct race_made *made, struct err *err)
{
	int ret = lines->n ? 0 : err_set(err, EBADMSG, "it is empty");

	for (size_t i = 0; !ret && i < lines->n; i++) {
		const char *line = lines->v[i];

		ret = i ? add(made, line, strlen(line), err) : read_run(made, line, err);
		if (ret)
			err_prefix(err, "line %zu", i + 1);
	}
	return ret;
}

int race_read(const char *results, const char *race, struct race_made *made, struct err *err)
{
	_cleanup_free_ char *below = xasprintf("%s/races/%s", results, race);
	const char *folder = fs_is_dir(below) ? below : race;
	_cleanup_free_ char *path = xasprintf("%s/" FOLDER_RECORDS, folder);
	_cleanup_free_ char *text = fs_exists(path) ? fs_read(path, NULL, err) : NULL;
	_cleanup_(strv_release) struct strv lines = { 0 };
	int ret;

	*made = (struct race_made){ .folder = xstrdup(folder) };
	if (!text)
		return err_set(err, ENOENT, "no race '%s' in %s/races", race, results);
	strv_split(&lines, text, '\n');
	ret = read_lines(&lines, made, err);
	if (ret)
		err_prefix(err, "%s", path);
	return ret;
}

void race_made_release(struct race_made *made)
{
	for (size_t i = 0; i < made->n; i++)
		race_record_release(&made->v[i]);
	free(made->v);
	free(made->kernel);
	free(made->folder);
	free(made->kept);
	*made = (struct race_made){ 0 };
}
