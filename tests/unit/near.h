/* SPDX-License-Identifier: GPL-2.0-only */
/* Equal but for rounding. */
#ifndef PTWALK_TESTS_NEAR_H
#define PTWALK_TESTS_NEAR_H

#include <math.h>

#include "tests/unit/unit.h"

/* |is - want| <= relative x |want|, else the test fails and says both. */
static inline void assert_near(double is, double want, double relative)
{
	if (!(fabs(is - want) <= relative * fabs(want)))
		fail_msg("%.17g instead of %.17g", is, want);
}

#endif
