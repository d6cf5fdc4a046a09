// SPDX-License-Identifier: GPL-2.0-only
/* Of both ends: the guest's init, where nothing else of the suite is, and the host. */
#include "vm/fold.h"

#include <string.h>

#define LEAST	  6  /* bytes to copy: what says so takes up to 5 */
#define SEEN_BITS 13 /* where the same 4 bytes were last, by their hash */

/* Room for @len more: where there is none, all that is kept is forgotten. */
static unsigned char *room(struct fold *p, size_t len)
{
	if (len > FOLD_MOST - p->len)
		p->len = 0;
	return p->text + p->len;
}

static uint32_t word(const unsigned char *p)
{
	uint32_t w;

	memcpy(&w, p, sizeof(w));
	return w;
}

static unsigned char *put(unsigned char *out, size_t n)
{
	for (; n > 0x7f; n >>= 7)
		*out++ = (unsigned char)(n | 0x80);
	*out++ = (unsigned char)n;
	return out;
}

static size_t same(const unsigned char *a, const unsigned char *b, const unsigned char *end)
{
	const unsigned char *from = b;

	while (b < end && *a == *b)
		a++, b++;
	return (size_t)(b - from);
}

static unsigned char *put_plain(unsigned char *out, const unsigned char *from, size_t n)
{
	out = put(out, n);
	memcpy(out, from, n);
	return out + n;
}

size_t fold_text(struct fold *p, const void *data, size_t len, void *out)
{
	static uint16_t seen[1 << SEEN_BITS];
	unsigned char *at, *end, *next = put(out, len);
	const unsigned char *said;

	if (len > FOLD_MOST)
		return 0;
	said = at = room(p, len);
	end = at + len;
	memcpy(at, data, len);
	p->len += (uint32_t)len;
	while (at + LEAST <= end) {
		uint16_t *slot = &seen[word(at) * 2654435761U >> (32 - SEEN_BITS)];
		const unsigned char *from = p->text + *slot;
		size_t n = from < at ? same(from, at, end) : 0;

		*slot = (uint16_t)(at - p->text);
		if (n < LEAST) {
			at++;
			continue;
		}
		next = put_plain(next, said, (size_t)(at - said));
		next = put(put(next, n), (size_t)(at - from));
		said = at += n;
	}
	if (said < end)
		next = put_plain(next, said, (size_t)(end - said));
	return (size_t)(next - (unsigned char *)out);
}

/* A number, or -1 where it is cut off or too large. */
static long take(const unsigned char **in, const unsigned char *end)
{
	long n = 0;

	for (int shift = 0; *in < end && shift < 21; shift += 7) {
		const unsigned char byte = *(*in)++;

		n |= (long)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return n;
	}
	return -1;
}

const char *unfold_text(struct fold *p, const void *folded, size_t n, size_t *len)
{
	const unsigned char *in = folded, *const last = in + n;
	const long all = take(&in, last);
	unsigned char *text, *at, *end;

	if (all < 0 || all > (long)FOLD_MOST)
		return NULL;
	text = at = room(p, (size_t)all);
	end = at + all;
	while (at < end) {
		const long plain = take(&in, last);
		long copied, back;

		if (plain < 0 || plain > last - in || plain > end - at)
			return NULL;
		memcpy(at, in, (size_t)plain);
		in += plain;
		at += plain;
		if (at == end)
			break;
		copied = take(&in, last);
		back = take(&in, last);
		if (copied <= 0 || copied > end - at || back <= 0 || back > at - p->text)
			return NULL;
		for (; copied; copied--, at++)
			*at = *(at - back);
	}
	if (in != last)
		return NULL;
	*end = '\0';
	p->len += (uint32_t)all;
	*len = (size_t)all;
	return (const char *)text;
}
