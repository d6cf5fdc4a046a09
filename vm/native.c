// SPDX-License-Identifier: GPL-2.0-only
/*
 * The native machine: the running kernel. The module is loaded into it, the
 * driver runs here, and whatever ends it the module goes and settings are put
 * back (base/settings.h).
 */
#include "vm/native.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/proc.h"
#include "base/str.h"
#include "vm/vm.h"

#define DEFAULT_LIMIT 3600 /* seconds */
#define TERM_SECONDS  3
#define KILL_SECONDS  60 /* a walk of a huge range ends no sooner than it is done */
#define MAX_LINE      (64 << 20)
#define LOCK_FD	      10 /* in the driver: above those that it is given */

static int supported(const struct vm_config *config, struct err *err)
{
	const struct native_site site = {
		.root = "",
		.privileged = !geteuid(),
		.built_here = !config->module,
	};

	return native_check(&site, err);
}

static void note_all(const struct strv *lines, const struct vm_events *events, void *arg)
{
	for (size_t i = 0; i < lines->n && events->note; i++)
		events->note(arg, lines->v[i]);
}

static int send_file(const char *folder, const char *name, const struct vm_events *events,
		     void *arg, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", folder, name);
	size_t len;
	_cleanup_free_ char *data = fs_read(path, &len, err);

	if (!data)
		return -errno;
	return events->file ? events->file(arg, name, data, len, err) : 0;
}

static int send_files(const char *folder, const struct vm_events *events, void *arg,
		      struct err *err)
{
	_cleanup_free_ struct dirent **names = NULL;
	int n = scandir(folder, &names, NULL, alphasort), ret = 0;

	if (n < 0)
		return err_errno(err, "cannot read %s", folder);
	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.' && !ret)
			ret = send_file(folder, names[i]->d_name, events, arg, err);
		free(names[i]);
	}
	return ret;
}

/* The driver, while it runs: its records, line by line, and what it prints. */
struct driver {
	struct proc proc;
	int record, output; /* read ends; -1 at their end */
	char *line;	    /* of a record that is not whole yet */
	size_t len;
};

static void driver_release(struct driver *d)
{
	if (d->record >= 0)
		close(d->record);
	if (d->output >= 0)
		close(d->output);
	free(d->line);
}

/* Records on descriptor 3; a copy of @lock is open until the last of its own children ends. */
static int driver_start(struct driver *d, const char *const *argv, int lock, struct err *err)
{
	_cleanup_close_ int record = -1, output = -1;
	int ends[2];

	if (proc_pipe(ends, err))
		return -errno;
	d->record = ends[0];
	record = ends[1];
	if (proc_pipe(ends, err))
		return -errno;
	d->output = ends[0];
	output = ends[1];
	return proc_spawn(&d->proc, argv,
			  &(struct proc_spawn){
				  .fds = (struct proc_fd[]){ { output, 1 },
							     { output, 2 },
							     { record, 3 },
							     { lock, LOCK_FD } },
				  .nr_fds = 4,
			  },
			  err);
}

/* Whole lines, each to the event; what is left of the last one is kept. */
static int take_record(struct driver *d, const char *data, size_t n, const struct vm_events *events,
		       void *arg, struct err *err)
{
	const char *end;
	int ret = 0;

	if (d->len + n > MAX_LINE)
		return err_set(err, EPROTO, "the driver wrote a record of more than %d bytes",
			       MAX_LINE);
	d->line = xrealloc(d->line, d->len + n + 1);
	memcpy(d->line + d->len, data, n);
	d->len += n;
	while (!ret && (end = memchr(d->line, '\n', d->len))) {
		size_t len = (size_t)(end - d->line);

		d->line[len] = '\0';
		if (events->record)
			ret = events->record(arg, d->line, len, err);
		d->len -= len + 1;
		memmove(d->line, end + 1, d->len);
	}
	return ret;
}

static int drain(struct driver *d, int *fd, const struct vm_events *events, void *arg,
		 struct err *err)
{
	static char buf[1 << 16];
	ssize_t n = read(*fd, buf, sizeof(buf));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0) {
		close(TAKE_FD(*fd));
		return 0;
	}
	if (fd == &d->record)
		return take_record(d, buf, (size_t)n, events, arg, err);
	if (events->output)
		events->output(arg, buf, (size_t)n);
	return 0;
}

/*
 * Pass on what it says, until it ends. Walkers that it may have left, which hold the module,
 * have ended then as well. Where this fails it may be alive.
 */
/* A walk that does not end is named, whether the driver can be ended or not. */
static int check_patience(const struct vm_events *events, void *arg, double silent, struct err *err)
{
	const char *doing = NULL;
	unsigned int most = events->patience ? events->patience(arg, &doing) : 0;

	if (!most || !doing || silent <= most)
		return 0;
	return err_set(err, ETIMEDOUT,
		       "the driver hangs, or its walk does not end: nothing for %u s (in %s)", most,
		       doing);
}

static int driver_watch(struct driver *d, unsigned int limit, const struct vm_events *events,
			void *arg, struct err *err)
{
	double started = host_seconds(), active = started;
	int ret = 0;

	while (!ret) {
		struct pollfd p[2] = { { .fd = d->record, .events = POLLIN },
				       { .fd = d->output, .events = POLLIN } };
		bool ended = proc_ended(&d->proc);
		int n = poll(p, 2, ended ? 0 : 100);

		if (interrupt_pending())
			return err_set(err, EINTR, "interrupted");
		if (!ended && host_seconds() - started > limit)
			return err_set(err, ETIMEDOUT, "the driver did not end within %u s", limit);
		if (n > 0)
			active = host_seconds();
		ret = ended ? 0 : check_patience(events, arg, host_seconds() - active, err);
		if (!ret && n > 0 && p[0].revents)
			ret = drain(d, &d->record, events, arg, err);
		if (!ret && n > 0 && p[1].revents)
			ret = drain(d, &d->output, events, arg, err);
		if (ended && n <= 0)
			break;
	}
	return ret;
}

static int driver_end(struct driver *d, struct err *err)
{
	if (proc_end(&d->proc, TERM_SECONDS, KILL_SECONDS))
		return 0;
	return err_set(err, EBUSY, "process %d, the driver, does not end: the module stays loaded",
		       (int)d->proc.pid);
}

static int judge(const struct driver *d, struct err *err)
{
	_cleanup_free_ char *how = NULL;

	if (d->len)
		return err_set(err, EPROTO, "the driver's last record is cut off");
	if (!WIFSIGNALED(d->proc.status))
		return 0;
	how = proc_status_text(d->proc.status);
	return err_set(err, ECHILD, "the driver %s", how);
}

/* The driver, from its start to its end; @err is of what came first. */
static int run_driver(const struct vm_config *config, const struct settings *settings,
		      struct driver *driver, const struct vm_events *events, void *arg,
		      struct err *err)
{
	unsigned int limit = config->limit_seconds ? config->limit_seconds : DEFAULT_LIMIT;
	_cleanup_(strv_release) struct strv argv = { 0 };
	struct err later;
	int ret, ended;

	for (const char *const *word = config->argv; *word; word++)
		strv_add(&argv, *word);
	strv_addf(&argv, "--journal=%s", settings_journal(settings));
	if (events->stage)
		events->stage(arg, "program");
	ret = driver_start(driver, (const char *const *)argv.v, settings_lock(settings), err);
	if (!ret)
		ret = driver_watch(driver, limit, events, arg, err);
	ended = driver_end(driver, ret ? &later : err);
	if (!ret)
		ret = ended;
	return ret ? ret : judge(driver, err);
}

/* With the module loaded; @settings has what was changed, the driver's changes are undone. */
static int run_loaded(const struct vm_config *config, struct settings *settings, double begun,
		      struct vm_result *result, const struct vm_events *events, void *arg,
		      struct err *err)
{
	_cleanup_(driver_release) struct driver driver = { .record = -1, .output = -1 };
	_cleanup_(strv_release) struct strv undone = { 0 };
	double started = host_seconds() - begun;
	struct err later;
	int ret = run_driver(config, settings, &driver, events, arg, err);
	int undo = settings_undo_children(settings, &undone, ret ? &later : err);

	note_all(&undone, events, arg);
	ret = ret ? ret : undo;
	if (!ret)
		ret = send_files(config->out, events, arg, err);
	*result = (struct vm_result){
		.status = WEXITSTATUS(driver.proc.status),
		.program_seconds = started,
		.total_seconds = host_seconds() - begun,
		.peak_rss_kib = driver.proc.peak_rss_kib,
	};
	return ret;
}

static int run(const struct vm_config *config, const struct vm_events *events, void *arg,
	       struct vm_result *result, struct err *err)
{
	static const struct vm_events none = { 0 };
	_cleanup_(strv_release) struct strv repaired = { 0 };
	double begun = host_seconds();
	struct settings *settings;
	struct err later;
	int ret, closed;

	if (!events)
		events = &none;
	ret = settings_open(&settings, NULL, &repaired, err);
	note_all(&repaired, events, arg);
	if (ret)
		return ret;
	if (events->stage)
		events->stage(arg, "kernel");
	ret = fs_mkdir_p(config->out, err);
	if (!ret)
		ret = native_load(config, settings, err);
	if (!ret)
		ret = run_loaded(config, settings, begun, result, events, arg, err);
	closed = settings_close(settings, ret ? &later : err);
	if (ret && closed && events->note)
		events->note(arg, later.text);
	fs_remove(config->out, NULL);
	return ret ? ret : closed;
}

const struct machine machine_native = {
	.name = "native",
	.summary = "this host's running kernel, as root: time, which is noisy",
	.unit = "ticks",
	.replicate = "round",
	.here = true,
	.cpus = 1,
	.most_cpus = VM_MAX_CPUS,
	.supported = supported,
	.run = run,
};
