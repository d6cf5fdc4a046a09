// SPDX-License-Identifier: GPL-2.0-only
/* vm/channel and vm/said: whole frames come through, anything else is refused. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "vm/said.h"

struct bytes {
	char *data;
	size_t len;
	uint32_t sequence;
};

static void frame(struct bytes *b, enum channel_type type, const void *data, size_t len)
{
	struct channel_frame f = { CHANNEL_MAGIC, b->sequence++, type, (uint32_t)len,
				   channel_sum(data, len) };

	b->data = xrealloc(b->data, b->len + sizeof(f) + len);
	memcpy(b->data + b->len, &f, sizeof(f));
	memcpy(b->data + b->len + sizeof(f), data, len);
	b->len += sizeof(f) + len;
}

static void frame_deflated(struct bytes *b, z_stream *z, enum channel_type type, const void *data,
			   size_t len)
{
	static unsigned char out[2 * CHANNEL_MAX_DEFLATED];

	z->next_in = data;
	z->avail_in = (uInt)len;
	z->next_out = out;
	z->avail_out = sizeof(out);
	assert_int_equal(deflate(z, Z_SYNC_FLUSH), Z_OK);
	frame(b, (enum channel_type)(type | CHANNEL_DEFLATED), out, sizeof(out) - z->avail_out);
}

static void deflate_begin(z_stream *z)
{
	*z = (z_stream){ 0 };
	assert_int_equal(
		deflateInit2(z, 1, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY),
		Z_OK);
}

static void text(struct bytes *b, enum channel_type type, const char *s)
{
	frame(b, type, s, strlen(s));
}

static void hello(struct bytes *b, uint32_t version)
{
	*b = (struct bytes){ 0 };
	frame(b, CHANNEL_HELLO, &version, sizeof(version));
}

static void end(struct bytes *b, uint32_t status)
{
	frame(b, CHANNEL_EXIT, &status, sizeof(status));
}

static void file(struct bytes *b, const char *name, uint64_t size)
{
	char head[64];

	memcpy(head, &size, sizeof(size));
	strcpy(head + sizeof(size), name);
	frame(b, CHANNEL_FILE, head, sizeof(size) + strlen(name));
}

/* What was told, in one line of text. */
static char said[1024];
static int record_code;

static int on_record(void *arg, const char *line, size_t len, struct err *err)
{
	(void)arg;
	snprintf(said + strlen(said), sizeof(said) - strlen(said), "r:%.*s ", (int)len, line);
	return record_code ? err_set(err, record_code, "no more") : 0;
}

static void on_output(void *arg, const char *data, size_t len)
{
	(void)arg;
	snprintf(said + strlen(said), sizeof(said) - strlen(said), "o:%.*s ", (int)len, data);
}

static int on_file(void *arg, const char *name, const void *data, size_t len, struct err *err)
{
	(void)arg;
	(void)err;
	snprintf(said + strlen(said), sizeof(said) - strlen(said), "f:%s=%.*s ", name, (int)len,
		 (const char *)data);
	return 0;
}

static void on_stage(void *arg, const char *stage)
{
	(void)arg;
	snprintf(said + strlen(said), sizeof(said) - strlen(said), "s:%s ", stage);
}

static const struct vm_events events = { on_record, on_output, on_file, on_stage };

/* Feed @b in pieces of @step bytes; what it said is left to the caller. */
static int feed(struct said *s, const struct bytes *b, size_t step, struct err *err)
{
	int ret = 0;

	said[0] = '\0';
	err->text[0] = '\0';
	said_init(s, &events, NULL);
	for (size_t i = 0; !ret && i < b->len; i += step)
		ret = said_feed(s, b->data + i, step < b->len - i ? step : b->len - i, err);
	return ret ? ret : said_finish(s, err);
}

static void whole(struct bytes *b)
{
	hello(b, CHANNEL_VERSION);
	text(b, CHANNEL_STAGE, "program");
	text(b, CHANNEL_RECORD, "{}");
	text(b, CHANNEL_RECORD, "");
	text(b, CHANNEL_OUTPUT, "out");
	file(b, "a", 6);
	text(b, CHANNEL_DATA, "one");
	text(b, CHANNEL_DATA, "two");
	file(b, "empty", 0);
	end(b, 0x0300);
}

TEST(frames_come_through_in_any_pieces)
{
	struct said s;
	struct bytes b;
	struct err err;

	whole(&b);
	for (size_t step = 1; step <= b.len; step++) {
		assert_int_equal(feed(&s, &b, step, &err), 0);
		assert_string_equal(said, "s:kernel s:program r:{} r: o:out f:a=onetwo f:empty= ");
		assert_true(s.exited);
		assert_int_equal(s.status, 0x0300);
		assert_true(s.program_seconds > 0);
		said_release(&s);
	}
	free(b.data);
}

static const char record_a[] = "{\"kind\":\"series\",\"name\":\"hmm/none/devdax-pte/64K\"}";
static const char record_b[] = "{\"kind\":\"series\",\"name\":\"hmm/range/devdax-pte/2M\"}";

/* Two records, the second of which is little but a reference to the first. */
static void whole_deflated(struct bytes *b)
{
	z_stream z;

	deflate_begin(&z);
	hello(b, CHANNEL_VERSION);
	frame_deflated(b, &z, CHANNEL_RECORD, record_a, strlen(record_a));
	text(b, CHANNEL_STAGE, "program");
	frame_deflated(b, &z, CHANNEL_RECORD, record_b, strlen(record_b));
	frame_deflated(b, &z, CHANNEL_OUTPUT, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 32);
	end(b, 0);
	deflateEnd(&z);
}

TEST(deflated_frames_come_through_in_any_pieces)
{
	_cleanup_free_ char *all = xasprintf("s:kernel r:%s s:program r:%s o:%s ", record_a,
					     record_b, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	struct said s;
	struct bytes b;
	struct err err;

	whole_deflated(&b);
	for (size_t step = 1; step <= b.len; step++) {
		assert_int_equal(feed(&s, &b, step, &err), 0);
		assert_string_equal(said, all);
		said_release(&s);
	}
	free(b.data);
}

TEST(every_cut_is_noticed)
{
	struct said s;
	struct bytes b;
	struct err err;
	size_t len;

	whole(&b);
	for (len = b.len, b.len = 0; b.len < len; b.len++) {
		feed(&s, &b, 7, &err);
		assert_false(s.exited);
		assert_true(!s.channel.len || said_finish(&s, &err) == -EPROTO);
		said_release(&s);
	}
	free(b.data);
}

static void changed_bytes_are_noticed(void (*make)(struct bytes *))
{
	struct said s;
	struct bytes b;
	struct err err;

	make(&b);
	for (size_t i = 0; i < b.len; i++) {
		b.data[i] ^= 0x10;
		assert_int_equal(feed(&s, &b, b.len, &err), -EPROTO);
		assert_true(str_starts(err.text, "channel: "));
		b.data[i] ^= 0x10;
		said_release(&s);
	}
	free(b.data);
}

TEST(every_changed_byte_is_noticed)
{
	changed_bytes_are_noticed(whole);
	changed_bytes_are_noticed(whole_deflated);
}

/* Releases @b. */
static void refused(struct bytes *b, const char *why)
{
	struct said s;
	struct err err;

	assert_int_equal(feed(&s, b, b->len, &err), -EPROTO);
	if (!strstr(err.text, why))
		fail_msg("\"%s\" does not say \"%s\"", err.text, why);
	said_release(&s);
	free(b->data);
}

TEST(what_is_out_of_order_is_refused)
{
	struct bytes b = { 0 };

	text(&b, CHANNEL_RECORD, "x");
	refused(&b, "frame 0 is of type");
	hello(&b, CHANNEL_VERSION + 1);
	refused(&b, "speaks version 3");
	hello(&b, CHANNEL_VERSION);
	b.sequence++;
	end(&b, 0);
	refused(&b, "frame 2 where 1 was due");
	hello(&b, CHANNEL_VERSION);
	end(&b, 0);
	text(&b, CHANNEL_RECORD, "x");
	refused(&b, "data after its end");
	hello(&b, CHANNEL_VERSION);
	text(&b, CHANNEL_FAIL, "x");
	end(&b, 0);
	refused(&b, "data after its end");
	hello(&b, CHANNEL_VERSION);
	frame(&b, CHANNEL_NR_TYPES, "", 0);
	refused(&b, "unknown type");
	hello(&b, CHANNEL_VERSION);
	frame(&b, CHANNEL_EXIT, "12", 2);
	refused(&b, "exit status of 2 bytes");
	hello(&b, CHANNEL_VERSION);
	frame(&b, (enum channel_type)(CHANNEL_EXIT | CHANNEL_DEFLATED), "1234", 4);
	refused(&b, "frame 1 is of type");
	hello(&b, CHANNEL_VERSION);
	frame(&b, (enum channel_type)(CHANNEL_RECORD | CHANNEL_DEFLATED), "1234", 4);
	refused(&b, "garbled (deflated)");
}

/* As long as it may be, of bytes that say nothing of each other, and a byte longer. */
TEST(what_is_deflated_has_a_bound)
{
	_cleanup_free_ unsigned char *data = xcalloc(CHANNEL_MAX_DEFLATED + 1, 1);
	uint32_t x = 1;
	struct bytes b;
	struct err err;
	struct said s;
	z_stream z;

	for (size_t i = 0; i < CHANNEL_MAX_DEFLATED + 1; i++) {
		x = x * 1664525 + 1013904223;
		data[i] = (unsigned char)(1 + (x >> 24) % 255);
	}
	for (size_t more = 0; more < 2; more++) {
		deflate_begin(&z);
		hello(&b, CHANNEL_VERSION);
		frame_deflated(&b, &z, CHANNEL_OUTPUT, data, CHANNEL_MAX_DEFLATED + more);
		deflateEnd(&z);
		end(&b, 0);
		if (more) {
			refused(&b, "garbled (deflated)");
			continue;
		}
		assert_int_equal(feed(&s, &b, b.len, &err), 0);
		said_release(&s);
		free(b.data);
	}
}

TEST(too_long_a_frame_is_refused_at_its_head)
{
	struct bytes b;
	struct channel_frame f = { CHANNEL_MAGIC, 1, CHANNEL_RECORD, CHANNEL_MAX_LINE + 1, 0 };

	hello(&b, CHANNEL_VERSION);
	b.data = xrealloc(b.data, b.len + sizeof(f));
	memcpy(b.data + b.len, &f, sizeof(f));
	b.len += sizeof(f);
	refused(&b, "too long");
}

TEST(files_are_whole_or_refused)
{
	static const char *const bad[] = { "../x", "a/b", ".hidden", "" };
	struct bytes b;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		hello(&b, CHANNEL_VERSION);
		file(&b, bad[i], 1);
		refused(&b, "file");
	}
	hello(&b, CHANNEL_VERSION);
	file(&b, "a", 4);
	text(&b, CHANNEL_DATA, "12345");
	refused(&b, "data of no file");
	hello(&b, CHANNEL_VERSION);
	file(&b, "a", 4);
	text(&b, CHANNEL_DATA, "123");
	end(&b, 0);
	refused(&b, "file a was not finished");
	hello(&b, CHANNEL_VERSION);
	file(&b, "a", (uint64_t)CHANNEL_MAX_FILE + 1);
	refused(&b, "bad name or size");
}

TEST(what_the_taker_answers_ends_it)
{
	struct said s;
	struct bytes b;
	struct err err;

	whole(&b);
	record_code = ENOSPC;
	assert_int_equal(feed(&s, &b, b.len, &err), -ENOSPC);
	record_code = 0;
	assert_string_equal(err.text, "no more");
	assert_string_equal(said, "s:kernel s:program r:{} ");
	said_release(&s);
	free(b.data);
}

TEST(no_events_are_no_trouble)
{
	struct said s;
	struct bytes b;
	struct err err;

	whole(&b);
	said_init(&s, NULL, NULL);
	assert_int_equal(said_feed(&s, b.data, b.len, &err), 0);
	assert_true(s.exited);
	said_release(&s);
	free(b.data);
}
