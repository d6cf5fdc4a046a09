// SPDX-License-Identifier: GPL-2.0-only
#include "../include/other.h"

int other(void)
{
	return 1;
}
