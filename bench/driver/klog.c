// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/klog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/klog.h"

#define TAINTED	    "/proc/sys/kernel/tainted"
#define MOST_BEFORE 16

/* What is there to be read now, a line each, without what stands before the text. */
static char *read_new(const struct klog *klog)
{
	_cleanup_(strv_release) struct strv lines = { 0 };
	char record[8192], *text;
	ssize_t n;

	if (klog->fd < 0)
		return xstrdup("");
	/* EPIPE: the ring was faster, and what is left of it comes next. */
	while ((n = read(klog->fd, record, sizeof(record) - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		if (n < 0)
			continue;
		record[n] = '\0';
		record[strcspn(record, "\n")] = '\0';
		text = strchr(record, ';');
		strv_add(&lines, text ? text + 1 : record);
	}
	return strv_join(&lines, "\n");
}

void klog_open(struct klog *klog)
{
	_cleanup_(strv_release) struct strv lines = { 0 };
	_cleanup_free_ char *text = NULL;

	*klog = (struct klog){
		.fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC),
		.taint = fs_read_line(TAINTED),
	};
	text = read_new(klog);
	strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.n && klog->before.n < MOST_BEFORE; i++)
		if (klog_is_bad(lines.v[i]))
			strv_add(&klog->before, lines.v[i]);
}

void klog_close(struct klog *klog)
{
	if (klog->fd >= 0)
		close(klog->fd);
	free(klog->taint);
	strv_release(&klog->before);
}

void klog_check(struct klog *klog, const char *doing)
{
	_cleanup_free_ char *text = read_new(klog), *told = klog_told(text, NULL);
	_cleanup_free_ char *taint = fs_read_line(TAINTED);

	/* What came first is what is told. */
	if (klog_bad(klog))
		return;
	if (told)
		err_set(&klog->err, EIO, "the kernel under test misbehaves: %s (in %s)", told,
			doing);
	else if (taint && klog->taint && strcmp(taint, klog->taint) != 0)
		err_set(&klog->err, EIO,
			"the kernel under test tainted itself: %s became %s in " TAINTED " (in %s)",
			klog->taint, taint, doing);
}
