/* SPDX-License-Identifier: GPL-2.0-only */
/* gnuplot, run in a folder of its own. Internal to plot. */
#ifndef PTWALK_PLOT_GNUPLOT_H
#define PTWALK_PLOT_GNUPLOT_H

#include <stdio.h>

#include "base/err.h"

#define GNUPLOT_COMMANDS "run.gp"

/* The folder of the .gp files, as place_suite() has it. Owned by the caller. */
char *gnuplot_scripts(void);

/*
 * A temporary folder to draw in, beside what is drawn (@beside; NULL: $TMPDIR), so that
 * pictures move within one file system. As of fs_temp().
 */
char *gnuplot_folder(const char *beside, struct err *err);

/* @folder/GNUPLOT_COMMANDS, to be written; NULL with @err set. */
FILE *gnuplot_commands(const char *folder, struct err *err);
int gnuplot_commands_end(FILE *, struct err *err);

/* Run @folder/GNUPLOT_COMMANDS. -ENOENT: gnuplot or a script is not there. */
int gnuplot_run(const char *scripts, const char *folder, struct err *err);

/* The same, where it may take longer than a minute. */
int gnuplot_run_for(const char *scripts, const char *folder, unsigned int seconds, struct err *err);

/* Move the pictures of a NULL-terminated list, once all of them are there. */
int gnuplot_move(const char *from, const char *to, const char *const *names, struct err *err);

/* A string of gnuplot's: nothing in single quotes is special but the quote. */
void plot_quote(FILE *, const char *s);

#endif
