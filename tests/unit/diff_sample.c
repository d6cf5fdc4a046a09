// SPDX-License-Identifier: GPL-2.0-only
/*
 * Code for the tests of diff/: compiled several times, each with one DIFF_* that
 * changes one thing in it, or moves everything. Never run.
 */
#define apart __attribute__((noinline, noclone))

int outside(int x);
int elsewhere(int x);
int say(const char *text);
int base_function(int x);
int newcomer(int x);
int by_table(int x);
int twin_user(int x);
int adder(int x);

#ifdef DIFF_MOVED
/* In front of all others, with a string, a static and a jump table of its own. */
int newcomer(int x)
{
	static int calls;

	switch (x) {
	case 0:
		return outside(calls++);
	case 1:
		return elsewhere(2);
	case 2:
		return say("the newcomer's own text");
	case 3:
		return outside(-4);
	case 4:
		return elsewhere(77);
	case 5:
		return say(__func__);
	}
	return 0;
}
#endif

static apart int helper(int x)
{
#ifdef DIFF_TARGET
	return elsewhere(x) * 3;
#else
	return outside(x) * 3;
#endif
}

/* Calls a static function, which has no relocation, and names data that has no symbol. */
int base_function(int x)
{
	static int last;

	last = helper(x) + 1;
#ifdef DIFF_STRING
	say("some texT");
#else
	say("some text");
#endif
	return last + say(__func__);
}

int by_table(int x)
{
	switch (x) {
#ifdef DIFF_TABLE
	case 1:
		return outside(11);
	case 0:
		return elsewhere(12);
#else
	case 0:
		return outside(11);
	case 1:
		return elsewhere(12);
#endif
	case 2:
		return say("two");
	case 3:
		return outside(13);
	case 4:
		return elsewhere(14);
	case 5:
		return say("five");
	}
	return 0;
}

/*
 * Its immediate follows 0x05, as an operand by %rip does: taken for one, it names a place as far
 * behind the last symbol as before, which has moved by a function of 16 bytes.
 */
int adder(int x)
{
#ifdef DIFF_IMMEDIATE
	return outside(x) + 0x12345678 + 16;
#else
	return outside(x) + 0x12345678;
#endif
}

#ifdef DIFF_IMMEDIATE
int newcomer(int x)
{
	return x;
}
#endif

static apart int twin(int x)
{
#ifdef DIFF_INSTRUCTION
	__asm__ volatile("nop");
#endif
	return outside(x + 1);
}

int twin_user(int x)
{
	return twin(x) - 1;
}
