// SPDX-License-Identifier: GPL-2.0-only
#include "vm/said.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "base/klog.h"
#include "base/str.h"
#include "vm/channel.h"
#include "vm/vm.h"

static void enter_stage(struct said *s, const char *stage)
{
	snprintf(s->stage, sizeof(s->stage), "%s", stage);
	if (!strcmp(s->stage, "program"))
		s->program_seconds = host_seconds() - s->started;
	if (s->events->stage)
		s->events->stage(s->arg, s->stage);
}

void said_init(struct said *s, const struct vm_events *events, void *arg)
{
	static const struct vm_events none;

	*s = (struct said){
		.events = events ? events : &none,
		.arg = arg,
		.started = host_seconds(),
	};
	enter_stage(s, "kernel");
}

static int end_file(struct said *s, struct err *err)
{
	int ret = 0;

	if (s->events->file)
		ret = s->events->file(s->arg, s->file, s->data, s->size, err);
	free(s->file);
	free(s->data);
	s->file = s->data = NULL;
	return ret;
}

static int begin_file(struct said *s, const char *data, size_t len, struct err *err)
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

static int go_on_file(struct said *s, const char *data, size_t len, struct err *err)
{
	if (!s->file || len > s->size - s->got)
		return err_set(err, EPROTO, "channel: data of no file");
	memcpy(s->data + s->got, data, len);
	s->got += len;
	return s->got == s->size ? end_file(s, err) : 0;
}

static int take(void *arg, enum channel_type type, const char *data, size_t len, struct err *err)
{
	struct said *s = arg;
	uint32_t status;

	if (s->file && type != CHANNEL_DATA && type != CHANNEL_FAIL)
		return err_set(err, EPROTO, "channel: file %s was not finished", s->file);
	s->passed |= type == CHANNEL_RECORD || type == CHANNEL_OUTPUT || type == CHANNEL_FILE;
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

int said_feed(struct said *s, const void *data, size_t len, struct err *err)
{
	return channel_feed(&s->channel, data, len, take, s, err);
}

int said_finish(const struct said *s, struct err *err)
{
	return channel_finish(&s->channel, err);
}

void said_release(struct said *s)
{
	channel_release(&s->channel);
	free(s->failure);
	free(s->file);
	free(s->data);
	*s = (struct said){ 0 };
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

char *console_told(const char *path, off_t from, bool *at_end)
{
	size_t len;
	_cleanup_free_ char *text = fs_read(path, &len, NULL);

	if (!text || from >= (off_t)len)
		return NULL;
	for (size_t i = 0; i < len; i++)
		if (!text[i])
			text[i] = ' ';
	clean(text + from);
	return klog_told(text + from, at_end);
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

bool console_stray_int3(const char *path)
{
	_cleanup_(strv_release) struct strv lines = { 0 };

	read_lines(path, &lines);
	for (size_t i = 0; i < lines.n; i++)
		if (strstr(lines.v[i], "int3: 0000 [#1]"))
			return true;
	return false;
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

_Static_assert(sizeof(struct channel_frame) == 20, "frames have no padding");

static int check_frame(const struct channel *c, const struct channel_frame *f, struct err *err)
{
	const uint32_t type = f->type & ~CHANNEL_DEFLATED;

	if (c->ended)
		return err_set(err, EPROTO, "channel: data after its end");
	if (f->magic != CHANNEL_MAGIC)
		return err_set(err, EPROTO, "channel: frame %u is garbled (magic %08x)",
			       c->sequence, f->magic);
	if (f->sequence != c->sequence)
		return err_set(err, EPROTO, "channel: frame %u where %u was due", f->sequence,
			       c->sequence);
	if (!type || type >= CHANNEL_NR_TYPES)
		return err_set(err, EPROTO, "channel: frame %u is of unknown type %u", f->sequence,
			       f->type);
	if (f->len > CHANNEL_MAX_LINE)
		return err_set(err, EPROTO, "channel: frame %u is too long (%u bytes)", f->sequence,
			       f->len);
	if (f->type == (CHANNEL_EXIT | CHANNEL_DEFLATED) ||
	    !f->sequence != (f->type == CHANNEL_HELLO))
		return err_set(err, EPROTO, "channel: frame %u is of type %u", f->sequence,
			       f->type);
	return 0;
}

static int check_payload(const struct channel_frame *f, const unsigned char *data, struct err *err)
{
	uint32_t version;

	if (channel_sum(data, f->len) != f->sum)
		return err_set(err, EPROTO, "channel: frame %u is garbled (checksum)", f->sequence);
	if (f->type == CHANNEL_EXIT && f->len != 4)
		return err_set(err, EPROTO, "channel: exit status of %u bytes", f->len);
	if (f->type != CHANNEL_HELLO)
		return 0;
	if (f->len != 4)
		return err_set(err, EPROTO, "channel: greeting of %u bytes", f->len);
	memcpy(&version, data, 4);
	if (version != CHANNEL_VERSION)
		return err_set(err, EPROTO,
			       "channel: the guest's init speaks version %u, this program %u",
			       version, CHANNEL_VERSION);
	return 0;
}

struct inflating {
	z_stream z;
	char text[CHANNEL_MAX_DEFLATED + 2]; /* a byte that shows what is too long, and the NUL */
};

/* Until the next call; NULL: it is garbled. */
static const char *inflate_text(struct channel *c, unsigned char *data, size_t n, size_t *len)
{
	struct inflating *in = c->inflating;

	if (!in) {
		in = c->inflating = xcalloc(1, sizeof(*in));
		if (inflateInit2(&in->z, -MAX_WBITS) != Z_OK)
			return NULL;
	}
	in->z.next_in = data;
	in->z.avail_in = (uInt)n;
	in->z.next_out = (unsigned char *)in->text;
	in->z.avail_out = sizeof(in->text) - 1;
	/* It ends with a block's end (128), and has room left. */
	if (inflate(&in->z, Z_SYNC_FLUSH) != Z_OK || in->z.avail_in || !in->z.avail_out ||
	    !(in->z.data_type & 128))
		return NULL;
	*len = sizeof(in->text) - 1 - in->z.avail_out;
	in->text[*len] = '\0';
	return in->text;
}

/* A whole frame, to @sink. */
static int hand_out(struct channel *c, const struct channel_frame *f, unsigned char *data,
		    channel_sink *sink, void *arg, struct err *err)
{
	const enum channel_type type = (enum channel_type)(f->type & ~CHANNEL_DEFLATED);
	const unsigned char after = data[f->len];
	const char *text;
	size_t len;
	int ret;

	if (f->type & CHANNEL_DEFLATED) {
		text = inflate_text(c, data, f->len, &len);
		return text ? sink(arg, type, text, len, err)
			    : err_set(err, EPROTO, "channel: frame %u is garbled (deflated)",
				      f->sequence);
	}
	data[f->len] = '\0';
	ret = sink(arg, type, (const char *)data, f->len, err);
	data[f->len] = after;
	return ret;
}

/* Hand out the frame at @p if all of it is there. Returns its bytes, 0, or a negative errno. */
static long take_frame(struct channel *c, unsigned char *p, size_t len, channel_sink *sink,
		       void *arg, struct err *err)
{
	struct channel_frame f;
	int ret;

	if (len < sizeof(f))
		return 0;
	memcpy(&f, p, sizeof(f));
	ret = check_frame(c, &f, err);
	if (ret)
		return ret;
	if (len < sizeof(f) + f.len)
		return 0;
	p += sizeof(f);
	ret = check_payload(&f, p, err);
	if (ret)
		return ret;
	c->sequence++;
	c->ended = f.type == CHANNEL_EXIT || (f.type & ~CHANNEL_DEFLATED) == CHANNEL_FAIL;
	ret = hand_out(c, &f, p, sink, arg, err);
	return ret < 0 ? ret : (long)(sizeof(f) + f.len);
}

int channel_feed(struct channel *c, const void *data, size_t len, channel_sink *sink, void *arg,
		 struct err *err)
{
	size_t done = 0;
	long n;

	if (c->len + len + 1 > c->room) {
		c->room = 2 * (c->len + len) + 4096;
		c->buf = xrealloc(c->buf, c->room);
	}
	memcpy(c->buf + c->len, data, len);
	c->len += len;
	while ((n = take_frame(c, c->buf + done, c->len - done, sink, arg, err)) > 0)
		done += (size_t)n;
	if (n < 0)
		return (int)n;
	if (c->ended && c->len > done)
		return err_set(err, EPROTO, "channel: data after its end");
	memmove(c->buf, c->buf + done, c->len - done);
	c->len -= done;
	return 0;
}

int channel_finish(const struct channel *c, struct err *err)
{
	if (!c->len)
		return 0;
	return err_set(err, EPROTO, "channel: cut off within frame %u", c->sequence);
}

void channel_release(struct channel *c)
{
	free(c->buf);
	if (c->inflating)
		inflateEnd(&c->inflating->z);
	free(c->inflating);
	*c = (struct channel){ 0 };
}
