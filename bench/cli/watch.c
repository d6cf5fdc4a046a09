// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/ab.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/host.h"

#define SAVED	   (IN_CLOSE_WRITE | IN_MOVED_TO)
#define SETTLED_MS 50 /* editors write more than once */

/* The folder: a file that an editor puts in the place of another is another. */
static int add(struct watch *w, const char *folder, struct err *err)
{
	if (w->fd < 0)
		w->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (w->fd < 0 || inotify_add_watch(w->fd, folder, SAVED | IN_ONLYDIR) < 0)
		return err_set(err, errno, "cannot watch %s: %s", folder, strerror(errno));
	return 0;
}

int watch_files(struct watch *w, const struct strv *files, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < files->n; i++) {
		const char *file = files->v[i], *slash = strrchr(file, '/');
		_cleanup_free_ char *folder =
			slash ? xstrndup(file, (size_t)(slash - file) + 1) : xstrdup(".");

		strv_add(&w->names, slash ? slash + 1 : file);
		ret = access(file, R_OK) ? err_set(err, errno, "cannot read the patch %s: %s", file,
						   strerror(errno))
					 : add(w, folder, err);
	}
	return ret;
}

int watch_folder(struct watch *w, const char *tree, const char *folder, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", tree, folder);

	return add(w, path, err);
}

static bool counts(const struct watch *w, const char *name)
{
	return w->names.n ? strv_has(&w->names, name)
			  : str_ends(name, ".c") || str_ends(name, ".h");
}

/* Take what is there to be read; was any of it ours? */
static bool drain(struct watch *w)
{
	char data[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	bool ours = false;
	ssize_t n;

	while ((n = read(w->fd, data, sizeof(data))) > 0)
		for (ssize_t at = 0; at < n;) {
			const struct inotify_event *event = (const void *)(data + at);

			ours |= event->mask & IN_Q_OVERFLOW ||
				(event->len && counts(w, event->name));
			at += (ssize_t)(sizeof(*event) + event->len);
		}
	return ours;
}

int watch_wait(struct watch *w, struct err *err)
{
	struct pollfd poller = { .fd = w->fd, .events = POLLIN };
	bool saved = false;

	while (!interrupt_pending()) {
		int n = poll(&poller, 1, saved ? SETTLED_MS : 1000);

		if (n > 0)
			saved |= drain(w);
		else if (!n && saved)
			return 0;
	}
	return err_set(err, EINTR, "interrupted");
}

void watch_release(struct watch *w)
{
	if (w->fd >= 0)
		close(w->fd);
	strv_release(&w->names);
}
