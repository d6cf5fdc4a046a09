// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/command.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/host.h"
#include "base/place.h"
#include "base/str.h"
#include "bench/report/render.h"

int command_parse(const struct command *c, int argc, char **argv, void *options)
{
	const struct opt_about about = {
		.program = argv[0],
		.args = c->args,
		.doc = c->doc,
		.version = "ptwalk " PTWALK_VERSION,
		.examples = c->examples,
	};
	struct err err;
	int ret = opts_parse(c->options, &about, argc, argv, options, &err);

	if (!ret)
		ret = place_check(&err);
	if (ret)
		fprintf(stderr, "%s: %s\n", argv[0], err.text);
	return ret;
}

char *command_line(int argc, char **argv)
{
	_cleanup_(strv_release) struct strv words = { 0 };
	char *line;

	/* argv[0] is two words: "ptwalk run". */
	strv_add(&words, argv[0]);
	for (int i = 1; i < argc; i++) {
		_cleanup_free_ char *word = str_quoted(argv[i]);

		strv_add(&words, word);
	}
	line = strv_join(&words, " ");
	return line;
}

int command_fail(const char *name, const struct err *err)
{
	_cleanup_free_ char *line = xasprintf("ptwalk %s: %s", name, err->text);

	/* A file may be called what it likes: an error is a line. */
	for (char *c = line; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = '?';
	fprintf(stderr, "%s\n", line);
	return STATUS_ERROR;
}

void command_entry(FILE *f, const char *at, const char *text)
{
	render_line(f, "", at, text, text_width(at), pen_to(f, false).width);
}

int command_flush(struct err *err)
{
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	if (errno == EPIPE)
		interrupt_broken_pipe();
	return err_set(err, errno ? errno : EIO, "cannot write to standard output: %s",
		       strerror(errno));
}
