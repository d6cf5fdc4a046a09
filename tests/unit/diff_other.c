// SPDX-License-Identifier: GPL-2.0-only
/* Linked in front of diff_sample.c, with a static function of the same name as one there. */
int outside(int x);
int other_user(int x);

static __attribute__((noinline, noclone)) int twin(int x)
{
	return outside(x * 5) + 7;
}

int other_user(int x)
{
	return twin(x) + outside(x);
}
