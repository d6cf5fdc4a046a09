/* SPDX-License-Identifier: GPL-2.0-only */
/* Files in place of the kernel's settings, and a journal; what fails, fails the test. */
#ifndef PTWALK_TESTS_FAKE_SETTINGS_H
#define PTWALK_TESTS_FAKE_SETTINGS_H

#include <stddef.h>

#include "base/settings.h"

#define FAKE_FILES 3

/* The journal's folder and file, the settings, and what these hold at a test's beginning. */
extern char *fake_folder, *fake_journal, *fake_files[FAKE_FILES];
extern const char *const fake_before[FAKE_FILES];

/* Before all tests, and after them. 0, or a negative errno. */
int fake_begin(void **state);
int fake_end(void **state);

/* A test's setup: settings as at the beginning, no journal. */
int fake_make(void **state);

/* That @path holds @want; that all is as at the beginning. */
void fake_holds(const char *path, const char *want);
void fake_all_as_before(void);

size_t fake_journal_size(void);
struct settings *fake_open(struct strv *repaired);
void fake_change(struct settings *, const char *path, const char *value);

/* Run @fn in a child of its own; how it ended, as wait() gives it. */
int fake_child(void (*fn)(void));

#endif
