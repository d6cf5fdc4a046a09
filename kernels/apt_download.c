// SPDX-License-Identifier: GPL-2.0-only
/* Downloads, several at once: an apt for each, which says on a pipe how far it is. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/proc.h"
#include "kernels/apt.h"

#define LIMIT_SECONDS 3600
#define STATUS_FD     3

struct download {
	const struct apt_wanted *wanted;
	struct proc proc;
	int status; /* read end of the pipe, or -1 */
	double percent;
};

static void download_end(struct download *d)
{
	proc_release(&d->proc);
	if (d->status >= 0)
		close(d->status);
	d->status = -1;
}

static int download_start(struct download *d, const struct apt *apt, struct err *err)
{
	static const char *const words[] = { "-q", "-o", "APT::Status-Fd=3", "download" };
	_cleanup_(strv_release) struct strv argv = { 0 };
	_cleanup_close_ int log = -1, in = -1;
	int pipes[2], ret = fs_mkdir_p(d->wanted->folder, err);

	if (!ret)
		ret = proc_pipe(pipes, err);
	if (ret)
		return ret;
	d->status = pipes[0];
	in = pipes[1];
	fcntl(d->status, F_SETFL, O_NONBLOCK);
	log = open(apt->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	strv_add(&argv, "apt-get");
	strv_add(&argv, "-c");
	strv_add(&argv, apt->conf);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		strv_add(&argv, words[i]);
	for (size_t i = 0; i < d->wanted->packages->n; i++)
		strv_add(&argv, d->wanted->packages->v[i]);
	return proc_spawn(
		&d->proc, (const char *const *)argv.v,
		&(struct proc_spawn){
			.cwd = d->wanted->folder,
			.env = apt_words,
			.fds = (struct proc_fd[]){ { log, 1 }, { log, 2 }, { in, STATUS_FD } },
			.nr_fds = 3,
		},
		err);
}

/* "dlstatus:2:79.6352:Retrieving file 2 of 2": a line cut off says less than there is. */
static void download_look(struct download *d)
{
	char text[4096];
	ssize_t n = read(d->status, text, sizeof(text) - 1);
	double percent;

	text[n > 0 ? n : 0] = '\0';
	for (const char *p = text; (p = strstr(p, "dlstatus:")); p++)
		if (sscanf(p, "dlstatus:%*d:%lf", &percent) == 1 && percent > d->percent)
			d->percent = percent < 100 ? percent : 100;
}

static void tell(const struct download *d, size_t n, double until, struct progress *progress)
{
	_cleanup_(strv_release) struct strv parts = { 0 };
	_cleanup_free_ char *text = NULL;
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		strv_addf(&parts, "%s%s %.0f %%", i ? ", " : "", d[i].wanted->what, d[i].percent);
		sum += d[i].percent;
	}
	text = strv_join(&parts, "");
	progress_at(progress, until * sum / (100.0 * (double)n), text);
}

/* What failed and need not be there is not there. */
static int settle(struct download *d, const struct apt *apt, struct err *err)
{
	int ret = proc_judge("apt-get", d->proc.status, apt->log, err);

	d->percent = 100;
	return ret && d->wanted->optional ? fs_remove(d->wanted->folder, err) : ret;
}

static int wait_for(struct download *d, size_t n, const struct apt *apt, double until,
		    struct progress *progress, struct err *err)
{
	double limit = host_seconds() + LIMIT_SECONDS;
	size_t left = n;
	int ret = 0;

	while (left && !ret) {
		for (size_t i = 0; i < n && !ret; i++) {
			if (!d[i].proc.pid)
				continue;
			download_look(&d[i]);
			if (!proc_ended(&d[i].proc))
				continue;
			left--;
			ret = settle(&d[i], apt, err);
		}
		tell(d, n, until, progress);
		if (!ret && interrupt_pending())
			ret = err_set(err, EINTR, "apt-get: interrupted");
		if (!ret && left && host_seconds() > limit)
			ret = err_set(err, ETIMEDOUT, "apt-get did not end within %d s",
				      LIMIT_SECONDS);
		if (!ret && left)
			poll(NULL, 0, 50);
	}
	return ret;
}

int apt_download(const struct apt *apt, const struct apt_wanted *wanted, size_t n, double until,
		 struct progress *progress, struct err *err)
{
	_cleanup_free_ struct download *d = xcalloc(n, sizeof(*d));
	size_t begun = 0;
	int ret = 0;

	for (size_t i = 0; i < n && !ret; i++) {
		if (!wanted[i].packages->n)
			continue;
		d[begun] = (struct download){ .wanted = &wanted[i], .status = -1 };
		ret = download_start(&d[begun++], apt, err);
	}
	if (ret == -ENOENT)
		err_set(err, ENOENT,
			"apt-get is missing: packaged kernels need apt; name a kernel "
			"build tree");
	if (!ret)
		ret = wait_for(d, begun, apt, until, progress, err);
	for (size_t i = 0; i < begun; i++)
		download_end(&d[i]);
	return ret;
}

int apt_download_one(const struct apt *apt, const char *package, const char *folder, double until,
		     struct progress *progress, struct err *err)
{
	char *names[] = { (char *)package };
	const struct strv packages = { .v = names, .n = 1 };
	const struct apt_wanted wanted = {
		.what = package,
		.packages = &packages,
		.folder = folder,
	};

	return apt_download(apt, &wanted, 1, until, progress, err);
}
