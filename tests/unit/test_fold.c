// SPDX-License-Identifier: GPL-2.0-only
/* vm/fold: what one end folds the other unfolds, and anything else is refused. */
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "vm/fold.h"

/* @n bytes as no guest of ours folds them are refused, or are some text. */
static void unfolds(const void *bytes, size_t n, const char *as)
{
	_cleanup_free_ struct fold *p = xcalloc(1, sizeof(*p));
	size_t len;
	const char *text = unfold_text(p, bytes, n, &len);

	if (!as) {
		assert_null(text);
		return;
	}
	assert_int_equal(len, strlen(as));
	assert_string_equal(text, as);
}

TEST(what_is_not_folded_is_refused)
{
	unfolds("", 0, NULL);
	unfolds("\0", 1, "");
	unfolds("\2\2ab", 4, "ab");
	unfolds("\2\2a", 3, NULL);   /* less than it says */
	unfolds("\2\2abc", 5, NULL); /* more */
	unfolds("\2\3abc", 5, NULL); /* more than the text has */
	unfolds("\6\2ab\4\2", 6, "ababab");
	unfolds("\6\2ab\5\2", 6, NULL);		  /* a copy past the end */
	unfolds("\6\2ab\4\3", 6, NULL);		  /* from before the beginning */
	unfolds("\6\2ab\4\0", 6, NULL);		  /* from nowhere */
	unfolds("\6\2ab\0\1", 6, NULL);		  /* that goes nowhere */
	unfolds("\x81\x80\x04", 3, NULL);	  /* longer than what is kept */
	unfolds("\xff\xff\xff\xff\xff", 5, NULL); /* no number */
}

/* The same texts from both ends, past what is kept, whatever they are made of. */
TEST(what_is_folded_is_unfolded)
{
	_cleanup_free_ struct fold *from = xcalloc(1, sizeof(*from));
	_cleanup_free_ struct fold *to = xcalloc(1, sizeof(*to));
	_cleanup_free_ char *data = xcalloc(FOLD_MOST + 1, 1);
	_cleanup_free_ char *folded = xcalloc(FOLD_MOST + FOLD_ROOM, 1);
	size_t total = 0, sent = 0;
	uint32_t x = 1;

	for (unsigned int i = 0; i < 3000; i++) {
		const unsigned int letters = 1 + i % 255;
		size_t len = i % 500 ? x % 900 : FOLD_MOST - x % 3, n, got;
		const char *text;

		for (size_t k = 0; k < len; k++) {
			x = x * 1664525 + 1013904223;
			if (k > 40 && x >> 28)
				data[k] = data[k - 1 - (x >> 16) % 40];
			else
				data[k] = (char)((x >> 8) % letters);
		}
		n = fold_text(from, data, len, folded);
		assert_true(n && n <= len + FOLD_ROOM);
		text = unfold_text(to, folded, n, &got);
		assert_non_null(text);
		assert_int_equal(got, len);
		assert_memory_equal(text, data, len);
		total += len;
		sent += n;
	}
	assert_true(sent < total);
	assert_int_equal(fold_text(from, data, FOLD_MOST + 1, folded), 0);
}

TEST(noise_is_not_folded_and_does_no_harm)
{
	_cleanup_free_ struct fold *p = xcalloc(1, sizeof(*p));
	unsigned char noise[64];
	uint32_t x = 7;
	size_t len;

	for (unsigned int i = 0; i < 200000; i++) {
		for (size_t k = 0; k < sizeof(noise); k++) {
			x = x * 1664525 + 1013904223;
			noise[k] = (unsigned char)(x >> 24) >> (i % 8);
		}
		if (unfold_text(p, noise, 1 + i % sizeof(noise), &len))
			assert_true(len <= FOLD_MOST && p->len <= FOLD_MOST);
	}
}
