// SPDX-License-Identifier: GPL-2.0-only
#include "base/change.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"

#define ZRAM_REMOVE "/sys/class/zram-control/hot_remove"

/* A module or a device may be held for a moment by what looks at new ones. */
#define TRIES	  250
#define TRY_USECS 20000

static const char *const kind_names[SETTINGS_NR_KINDS] = { "value", "module", "zram", "pmem" };

void change_release(struct change *change)
{
	free(change->what);
	free(change->before);
	*change = (struct change){ 0 };
}

/* Of a line that is cut off nothing stays for the next one to stand behind. */
static int write_line(int journal, const char *line, size_t len)
{
	ssize_t n = TEMP_FAILURE_RETRY(write(journal, line, len));

	if (n == (ssize_t)len)
		return fsync(journal) ? -errno : 0;
	if (n < 0)
		return -errno;
	return ftruncate(journal, lseek(journal, 0, SEEK_CUR) - n) ? -errno : -ENOSPC;
}

int change_append(int journal, char sign, const struct change *c, struct err *err)
{
	_cleanup_free_ char *line = xasprintf("%c\t%d\t%s\t%s\t%s\n", sign, (int)c->pid,
					      kind_names[c->kind], c->what, c->before);
	int ret = write_line(journal, line, strlen(line));

	return ret ? err_set(err, ret, "cannot write the journal of settings: %s", strerror(-ret))
		   : 0;
}

static bool same(const struct change *a, const struct change *b)
{
	return a->kind == b->kind && a->pid == b->pid && !strcmp(a->what, b->what) &&
	       !strcmp(a->before, b->before);
}

static int parse_kind(const char *name)
{
	for (int i = 0; i < SETTINGS_NR_KINDS; i++)
		if (!strcmp(kind_names[i], name))
			return i;
	return -EINVAL;
}

/* "+", the process, the kind, what, what was there; tabs between them. */
static int parse_line(char *line, char *sign, struct change *change, struct err *err)
{
	char *field[5], *rest = line;
	size_t n = 0;
	int kind;

	while (n < ARRAY_SIZE(field) && (field[n] = strsep(&rest, "\t")))
		n++;
	kind = n == ARRAY_SIZE(field) ? parse_kind(field[2]) : -EINVAL;
	if (kind < 0 || rest || strlen(field[0]) != 1 || !strchr("+-", *field[0]))
		return err_set(err, EINVAL, "a line that is none: '%s'", line);
	*sign = *field[0];
	*change = (struct change){
		.kind = (enum settings_kind)kind,
		.pid = atoi(field[1]),
		.what = xstrdup(field[3]),
		.before = xstrdup(field[4]),
	};
	return 0;
}

static size_t drop_last(struct change *changes, size_t n, const struct change *undone)
{
	for (size_t i = n; i-- > 0;)
		if (same(&changes[i], undone)) {
			change_release(&changes[i]);
			memmove(&changes[i], &changes[i + 1], (n - i - 1) * sizeof(*changes));
			return n - 1;
		}
	return n;
}

int changes_pending(const char *text, struct change **changes, struct err *err)
{
	size_t n = 0;
	int ret = 0;

	*changes = NULL;
	for (const char *end; !ret && (end = strchr(text, '\n')); text = end + 1) {
		_cleanup_free_ char *line = xstrndup(text, (size_t)(end - text));
		struct change change = { 0 };
		char sign = 0;

		ret = parse_line(line, &sign, &change, err);
		if (ret)
			break;
		if (sign == '+') {
			*changes = xgrow(*changes, n, sizeof(**changes));
			(*changes)[n++] = change;
		} else {
			n = drop_last(*changes, n, &change);
			change_release(&change);
		}
	}
	if (!ret)
		return (int)n;
	while (n)
		change_release(&(*changes)[--n]);
	free(*changes);
	*changes = NULL;
	return ret;
}

int change_write(const char *path, const char *value, struct err *err)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd < 0)
		return err_errno(err, "cannot open %s", path);
	if (write(fd, value, strlen(value)) < 0)
		return err_errno(err, "cannot write '%s' to %s", value, path);
	return 0;
}

static int write_back(const struct change *c, struct err *err)
{
	_cleanup_free_ char *now = fs_read_setting(c->what);

	if (!now && (errno == ENOENT || errno == ENODEV))
		return 0;
	return now && !strcmp(now, c->before) ? 0 : change_write(c->what, c->before, err);
}

static int unload(const struct change *c, struct err *err)
{
	for (int i = 0; i < TRIES; i++, usleep(TRY_USECS)) {
		if (!syscall(SYS_delete_module, c->what, O_NONBLOCK) || errno == ENOENT)
			return 0;
		if (errno != EAGAIN && errno != EBUSY && errno != EWOULDBLOCK)
			break;
	}
	return err_errno(err, "cannot unload the module %s", c->what);
}

static int remove_zram(const struct change *c, struct err *err)
{
	const char *number = c->what + strcspn(c->what, "0123456789");
	_cleanup_free_ char *folder = xasprintf("/sys/block/zram%s", number);
	int ret = 0;

	if (swapoff(c->what) && errno != EINVAL && errno != ENOENT && errno != ENXIO)
		ret = err_errno(err, "cannot swap off %s", c->what);
	for (int i = 0; i < TRIES && !ret && fs_exists(folder); i++) {
		ret = change_write(ZRAM_REMOVE, number, err);
		if (ret != -EBUSY || i == TRIES - 1)
			break;
		ret = 0;
		usleep(TRY_USECS);
	}
	return ret == -ENODEV || ret == -ENOENT ? 0 : ret;
}

static int unbind_pmem(const struct change *c, struct err *err)
{
	int ret = change_write(CHANGE_PMEM "/unbind", c->what, err);

	return ret == -ENODEV || ret == -ENOENT ? 0 : ret;
}

int change_undo(const struct change *c, struct err *err)
{
	static int (*const undo[SETTINGS_NR_KINDS])(const struct change *, struct err *) = {
		write_back,
		unload,
		remove_zram,
		unbind_pmem,
	};

	return undo[c->kind](c, err);
}

char *change_undone_text(const struct change *c)
{
	switch (c->kind) {
	case SETTINGS_MODULE:
		return xasprintf("unloaded the module %s", c->what);
	case SETTINGS_ZRAM:
		return xasprintf("removed %s", c->what);
	case SETTINGS_PMEM:
		return xasprintf("unbound %s from nd_pmem", c->what);
	default:
		return xasprintf("put %s back to '%s'", c->what, c->before);
	}
}
