/* SPDX-License-Identifier: GPL-2.0-only */
/* Builds of the made-up tree (tests/tree), a copy of which is T/tree (see kernels.h). */
#ifndef PTWALK_TESTS_BUILDS_H
#define PTWALK_TESTS_BUILDS_H

#include "tests/unit/kernels.h"

#include "kernels/build.h"

#define BUILDS_CONFIG "# base: nothing\nCONFIG_MODULES=y\n" /* of T/my.config */

/* cmocka fixture; ended by made_up_teardown(). */
int build_setup(void **state);
#define BUILD_TEST(name) TEST_WITH(name, build_setup, made_up_teardown)

/* Run lines of shell in T; fails the test where one fails. */
void sh(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Make T/tree a git repository with one commit. */
void make_repository(void);

/* Build T/tree with T/my.config; @rev, T/@patch and @name may be NULL. As kernel_build(). */
int try_build(struct build *b, const char *rev, const char *patch, const char *name,
	      struct err *err);

/* It must succeed. Its key, good until the next call; @built may be NULL. */
const char *build_key(const char *rev, const char *patch, bool *built);

/* It must fail with @code, say @words, and leave no build. */
void refused(int code, const char *patch, const char *words);

/* The text that stands for the image of a build. */
const char *image_of(const char *key);

#endif
