/* SPDX-License-Identifier: GPL-2.0-only */
/* Made-up kernels for tests: folders, files, images and programs that stand for the real ones. */
#ifndef PTWALK_TESTS_KERNELS_H
#define PTWALK_TESTS_KERNELS_H

#include "tests/unit/unit.h"

#include <string.h>

#include "kernels/kernel.h"

/* The error's line has these words. */
#define says(err, words) assert_non_null(strstr((err).text, words))

/*
 * cmocka fixture: a new folder T, the cache in T/cache, and T/bin in front of
 * $PATH, where depmod leaves an empty modules.dep.bin. Gone at the end.
 */
int made_up_setup(void **state);
int made_up_teardown(void **state);

/* T/NAME; good until the test ends. */
const char *made_up(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Write T/NAME, and the folders above it. */
void made_up_file(const char *name, const char *text);

/* A shell script T/bin/NAME. $T is the folder. */
void made_up_program(const char *name, const char *body);

/* How many lines of T/calls, where made-up programs note what they were asked, have @text. */
int made_up_calls(const char *text);

/*
 * A bzImage T/NAME that says it is @release, its ELF compressed by libarchive's
 * @filter ("gzip", "xz", ... or NULL for none).
 */
void made_up_image(const char *name, const char *release, const char *filter);

/* kernel_find() of the file T/NAME. */
int made_up_find(const char *name, struct kernel *kernel, struct err *err);

/* It is no kernel, and the error says @reason. */
void made_up_refused(const char *name, const char *reason);

/* The text of a file of T, good until the test ends; fails the test where there is none. */
const char *made_up_read(const char *name);

#endif
