// SPDX-License-Identifier: GPL-2.0-only
struct walk {
	int last;
};

static int first(struct walk *walk)
{
	return walk->last;
}

static int second(struct walk *walk)
{
	return walk->last + 1;
}

int both(struct walk *walk)
{
	return first(walk) + second(walk);
}
