// SPDX-License-Identifier: GPL-2.0-only
#include "tests/guest/native.h"

void native_test_kills(unsigned int count, unsigned int seed)
{
	(void)count;
	(void)seed;
}
