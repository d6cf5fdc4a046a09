// SPDX-License-Identifier: GPL-2.0-only
#include "vm/channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

_Static_assert(sizeof(struct channel_frame) == 20, "frames have no padding");

static int check(const struct channel *c, const struct channel_frame *f, struct err *err)
{
	if (c->ended)
		return err_set(err, EPROTO, "channel: data after its end");
	if (f->magic != CHANNEL_MAGIC)
		return err_set(err, EPROTO, "channel: frame %u is garbled (magic %08x)",
			       c->sequence, f->magic);
	if (f->sequence != c->sequence)
		return err_set(err, EPROTO, "channel: frame %u where %u was due", f->sequence,
			       c->sequence);
	if (!f->type || f->type >= CHANNEL_NR_TYPES)
		return err_set(err, EPROTO, "channel: frame %u is of unknown type %u", f->sequence,
			       f->type);
	if (f->len > CHANNEL_MAX_LINE)
		return err_set(err, EPROTO, "channel: frame %u is too long (%u bytes)", f->sequence,
			       f->len);
	if (!f->sequence != (f->type == CHANNEL_HELLO))
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

/* Hand out the frame at @p if all of it is there. Returns its bytes, 0, or a negative errno. */
static long take(struct channel *c, unsigned char *p, size_t len, channel_sink *sink, void *arg,
		 struct err *err)
{
	struct channel_frame f;
	unsigned char after;
	int ret;

	if (len < sizeof(f))
		return 0;
	memcpy(&f, p, sizeof(f));
	ret = check(c, &f, err);
	if (ret)
		return ret;
	if (len < sizeof(f) + f.len)
		return 0;
	p += sizeof(f);
	ret = check_payload(&f, p, err);
	if (ret)
		return ret;
	c->sequence++;
	c->ended = f.type == CHANNEL_EXIT || f.type == CHANNEL_FAIL;
	after = p[f.len];
	p[f.len] = '\0';
	ret = sink(arg, (enum channel_type)f.type, (const char *)p, f.len, err);
	p[f.len] = after;
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
	while ((n = take(c, c->buf + done, c->len - done, sink, arg, err)) > 0)
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
	*c = (struct channel){ 0 };
}
