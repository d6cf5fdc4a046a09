// SPDX-License-Identifier: GPL-2.0-only
#include "vm/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/str.h"
#include "vm/vm.h"

static void enter_stage(struct session *s, const char *stage)
{
	snprintf(s->stage, sizeof(s->stage), "%s", stage);
	if (!strcmp(s->stage, "program"))
		s->program_seconds = host_seconds() - s->started;
	if (s->events->stage)
		s->events->stage(s->arg, s->stage);
}

void session_init(struct session *s, const struct vm_events *events, void *arg)
{
	static const struct vm_events none;

	*s = (struct session){
		.events = events ? events : &none,
		.arg = arg,
		.started = host_seconds(),
	};
	enter_stage(s, "kernel");
}

static int end_file(struct session *s, struct err *err)
{
	int ret = 0;

	if (s->events->file)
		ret = s->events->file(s->arg, s->file, s->data, s->size, err);
	free(s->file);
	free(s->data);
	s->file = s->data = NULL;
	return ret;
}

static int begin_file(struct session *s, const char *data, size_t len, struct err *err)
{
	uint64_t size;

	if (s->file || len <= sizeof(size) || len > sizeof(size) + CHANNEL_MAX_NAME)
		return err_set(err, EPROTO, "channel: a file begins amiss");
	memcpy(&size, data, sizeof(size));
	data += sizeof(size);
	if (size > CHANNEL_MAX_FILE || strlen(data) != len - sizeof(size) || strchr(data, '/') ||
	    *data == '.')
		return err_set(err, EPROTO, "channel: a file with a bad name or size");
	s->file = xstrdup(data);
	s->data = xcalloc(size + 1, 1);
	s->size = size;
	s->got = 0;
	return size ? 0 : end_file(s, err);
}

static int go_on_file(struct session *s, const char *data, size_t len, struct err *err)
{
	if (!s->file || len > s->size - s->got)
		return err_set(err, EPROTO, "channel: data of no file");
	memcpy(s->data + s->got, data, len);
	s->got += len;
	return s->got == s->size ? end_file(s, err) : 0;
}

static int take(void *arg, enum channel_type type, const char *data, size_t len, struct err *err)
{
	struct session *s = arg;
	uint32_t status;

	if (s->file && type != CHANNEL_DATA && type != CHANNEL_FAIL)
		return err_set(err, EPROTO, "channel: file %s was not finished", s->file);
	switch (type) {
	case CHANNEL_STAGE:
		enter_stage(s, data);
		return 0;
	case CHANNEL_RECORD:
		return s->events->record ? s->events->record(s->arg, data, len, err) : 0;
	case CHANNEL_OUTPUT:
		if (s->events->output)
			s->events->output(s->arg, data, len);
		return 0;
	case CHANNEL_FILE:
		return begin_file(s, data, len, err);
	case CHANNEL_DATA:
		return go_on_file(s, data, len, err);
	case CHANNEL_FAIL:
		s->failure = xstrdup(data);
		return 0;
	case CHANNEL_EXIT:
		memcpy(&status, data, sizeof(status));
		s->status = (int)status;
		s->exited = true;
		return 0;
	case CHANNEL_HELLO:
	case CHANNEL_NR_TYPES:
		break;
	}
	return 0;
}

int session_feed(struct session *s, const void *data, size_t len, struct err *err)
{
	return channel_feed(&s->channel, data, len, take, s, err);
}

int session_finish(const struct session *s, struct err *err)
{
	return channel_finish(&s->channel, err);
}

void session_release(struct session *s)
{
	channel_release(&s->channel);
	free(s->failure);
	free(s->file);
	free(s->data);
	*s = (struct session){ 0 };
}

#define CONSOLE_MAX (1 << 20) /* the tail is sought in this much of the file's end */

off_t console_size(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : st.st_size;
}

/* Printable text: what a terminal would take as a command becomes a blank, \r goes. */
static void clean(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		unsigned char c = (unsigned char)*from;

		if (c == '\r')
			continue;
		*to++ = (char)(c == '\n' || c == '\t' || (c >= ' ' && c < 127) ? c : ' ');
	}
	*to = '\0';
}

static void read_lines(const char *path, struct strv *lines)
{
	size_t len;
	_cleanup_free_ char *text = fs_read(path, &len, NULL);
	char *tail;

	if (!text)
		return;
	tail = len > CONSOLE_MAX ? text + len - CONSOLE_MAX : text;
	for (char *p = tail; p < text + len; p++)
		if (!*p)
			*p = ' ';
	clean(tail);
	strv_split(lines, tail, '\n');
}

char *console_last_line(const char *path)
{
	_cleanup_(strv_release) struct strv lines = { 0 };
	char *line;

	read_lines(path, &lines);
	line = lines.n ? xstrdup(lines.v[lines.n - 1]) : NULL;
	return line;
}

char *console_panic(const char *path)
{
	static const char mark[] = "Kernel panic - not syncing: ";
	_cleanup_(strv_release) struct strv lines = { 0 };
	char *reason = NULL;

	read_lines(path, &lines);
	for (size_t i = 0; i < lines.n && !reason; i++) {
		const char *at = strstr(lines.v[i], mark);

		if (at)
			reason = xstrdup(at + sizeof(mark) - 1);
	}
	return reason;
}

char *vm_console_tail(const char *folder, unsigned int n)
{
	_cleanup_free_ char *path = xasprintf("%s/console.log", folder);
	char *text;
	_cleanup_(strv_release) struct strv lines = { 0 }, tail = { 0 };

	read_lines(path, &lines);
	for (size_t i = lines.n > n ? lines.n - n : 0; i < lines.n; i++)
		strv_add(&tail, lines.v[i]);
	text = strv_join(&tail, "\n");
	return text;
}
