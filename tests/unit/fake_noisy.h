/* SPDX-License-Identifier: GPL-2.0-only */
/* A made-up run of a noisy machine: fake_boots() with noise on it, the same every time. */
#ifndef PTWALK_TESTS_FAKE_NOISY_H
#define PTWALK_TESTS_FAKE_NOISY_H

#include <stdint.h>

#include "bench/record/record.h"

struct fake_noise {
	unsigned boots;
	uint64_t seed;
	double sigma;  /* of the logs of boots; samples within one get a tenth of it */
	double slower; /* what the op hmm costs more: 0.05 is 5 % */
};

void fake_noisy(struct records *records, const struct fake_noise *noise);

#endif
