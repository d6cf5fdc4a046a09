// SPDX-License-Identifier: GPL-2.0-only
/*
 * The native machine: the running kernel. The module is loaded into it, the
 * driver runs here, and whatever ends it the module goes and settings are put
 * back (base/settings.h).
 */
#include "vm/native.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/host.h"
#include "vm/list.h"

#define DEFAULT_LIMIT 3600 /* seconds */

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
	char *path = xasprintf("%s/%s", folder, name);
	size_t len;
	char *data = fs_read(path, &len, err);
	int ret = data ? 0 : -errno;

	if (!ret && events->file)
		ret = events->file(arg, name, data, len, err);
	free(data);
	free(path);
	return ret;
}

static int send_files(const char *folder, const struct vm_events *events, void *arg,
		      struct err *err)
{
	struct dirent **names;
	int n = scandir(folder, &names, NULL, alphasort), ret = 0;

	if (n < 0)
		return err_errno(err, "cannot read %s", folder);
	for (int i = 0; i < n; i++) {
		if (names[i]->d_name[0] != '.' && !ret)
			ret = send_file(folder, names[i]->d_name, events, arg, err);
		free(names[i]);
	}
	free(names);
	return ret;
}

static int judge(const struct native_child *child, struct err *err)
{
	if (child->len)
		return err_set(err, EPROTO, "the driver's last record is cut off");
	if (WIFSIGNALED(child->status))
		return err_set(err, ECHILD, "the driver was ended by signal %d (%s)",
			       WTERMSIG(child->status), strsignal(WTERMSIG(child->status)));
	return 0;
}

/* The driver, from its start to its end; @err is of what came first. */
static int run_driver(const struct vm_config *config, const struct settings *settings,
		      struct native_child *child, const struct vm_events *events, void *arg,
		      struct err *err)
{
	unsigned int limit = config->limit_seconds ? config->limit_seconds : DEFAULT_LIMIT;
	struct strv argv = { 0 };
	struct err later;
	int ret, ended;

	for (const char *const *word = config->argv; *word; word++)
		strv_add(&argv, *word);
	strv_addf(&argv, "--journal=%s", settings_journal(settings));
	if (events->stage)
		events->stage(arg, "program");
	ret = native_child_start(child, argv.v, settings_lock(settings), err);
	if (!ret)
		ret = native_child_watch(child, limit, events, arg, err);
	ended = native_child_end(child, ret ? &later : err);
	strv_release(&argv);
	if (!ret)
		ret = ended;
	return ret ? ret : judge(child, err);
}

/* With the module loaded; @settings has what was changed, the driver's changes are undone. */
static int run_loaded(const struct vm_config *config, struct settings *settings, double begun,
		      struct vm_result *result, const struct vm_events *events, void *arg,
		      struct err *err)
{
	struct native_child child = { .record = -1, .output = -1 };
	double started = host_seconds() - begun;
	struct strv undone = { 0 };
	struct err later;
	int ret = run_driver(config, settings, &child, events, arg, err);
	int undo = settings_undo_children(settings, &undone, ret ? &later : err);

	note_all(&undone, events, arg);
	strv_release(&undone);
	ret = ret ? ret : undo;
	if (!ret)
		ret = send_files(config->out, events, arg, err);
	*result = (struct vm_result){
		.status = WEXITSTATUS(child.status),
		.program_seconds = started,
		.total_seconds = host_seconds() - begun,
		.peak_rss_kib = child.peak_rss_kib,
	};
	native_child_release(&child);
	return ret;
}

static int run(const struct vm_config *config, const struct vm_events *events, void *arg,
	       struct vm_result *result, struct err *err)
{
	static const struct vm_events none = { 0 };
	double begun = host_seconds();
	struct strv repaired = { 0 };
	struct settings *settings;
	struct err later;
	int ret, closed;

	if (!events)
		events = &none;
	ret = settings_open(&settings, NULL, &repaired, err);
	note_all(&repaired, events, arg);
	strv_release(&repaired);
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
	.here = true,
	.cpus = 1,
	.most_cpus = VM_MAX_CPUS,
	.supported = supported,
	.run = run,
};
