/* SPDX-License-Identifier: GPL-2.0-only */
/* What every cmocka test includes, in the order cmocka wants it. */
#ifndef PTWALK_TESTS_UNIT_H
#define PTWALK_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#endif
