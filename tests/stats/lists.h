/* SPDX-License-Identifier: GPL-2.0-only */
/* Lines of a kind and fields, each field one or more numbers: "kind;1;2 3 4;5". */
#ifndef PTWALK_TESTS_LISTS_H
#define PTWALK_TESTS_LISTS_H

#include <stddef.h>

void line_begin(const char *kind);
void line_number(double value);
void line_numbers(const double *values, size_t n);
void line_end(void);

/* What arms of boots look like. */
enum shape {
	SHAPE_SMOOTH,
	SHAPE_TIES,
	SHAPE_FEW_TIES,
	SHAPE_CONSTANT,
	SHAPE_WILD,
	SHAPES
};

struct noise;

/* Above 0; about @centre. */
void shape_fill(enum shape shape, struct noise *noise, double centre, double *values, size_t n);

#endif
