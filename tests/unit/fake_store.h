/* SPDX-License-Identifier: GPL-2.0-only */
/* A store in a folder of its own for each test, and nights to put into it. */
#ifndef PTWALK_TESTS_FAKE_STORE_H
#define PTWALK_TESTS_FAKE_STORE_H

#include <stdint.h>

#include "bench/store/store.h"

/* A test whose *state is the path of a store that is not there yet. */
#define fake_store_test(f) cmocka_unit_test_setup_teardown(f, fake_store_setup, fake_store_teardown)

int fake_store_setup(void **state);
int fake_store_teardown(void **state);

/* Open the store at that path; fails the test where that fails. */
struct store *fake_store_open(const char *path);

/* When night @night is, from 1; seconds since 1970. */
int64_t fake_store_time(unsigned night);

/* Store fake_run() as "night-N", hmm/devdax-pte/1G with @more ticks. Returns its number. */
int64_t fake_store_night(struct store *, unsigned night, unsigned more,
			 const struct store_origin *);

#endif
