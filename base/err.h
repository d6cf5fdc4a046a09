/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Errors: functions return 0 or a negative errno, and say in a struct err what
 * is wrong, where, and what would be right, in one line for the user.
 */
#ifndef PTWALK_BASE_ERR_H
#define PTWALK_BASE_ERR_H

struct err {
	char text[1024]; /* one line, no newline; empty where nothing went wrong */
};

/**
 * err_set - say what went wrong
 * @err:	(out) where to say it; NULL drops the text
 * @code:	errno value, positive or negative
 *
 * Returns: @code as a negative errno, to be returned as is.
 */
int err_set(struct err *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* So that who reads the caller alone, compiler or analyzer, sees that it is never 0. */
#define err_set(err, code, ...)                                  \
	({                                                       \
		const int code_of_err_ = (code);                 \
		(err_set)(err, code_of_err_, __VA_ARGS__);       \
		code_of_err_ > 0 ? -code_of_err_ : code_of_err_; \
	})

/*
 * The same for errno, whose text is put at the end: "cannot open a.c: No such file or
 * directory". Returns -errno and leaves errno as it is.
 */
int err_errno(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

struct strv;

/*
 * -EINVAL: "unknown WHAT 'NAME'; there are: A, B", or where one of them is meant "; did you mean A?".
 * Releases @known.
 */
int err_unknown(struct err *err, const char *what, const char *name, struct strv *known);

/* Put what the caller was doing in front of a text already set: "WHAT: TEXT". */
void err_prefix(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
