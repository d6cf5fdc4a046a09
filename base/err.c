// SPDX-License-Identifier: GPL-2.0-only
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

int(err_set)(struct err *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (err) {
		va_start(ap, fmt);
		vsnprintf(err->text, sizeof(err->text), fmt, ap);
		va_end(ap);
	}
	return code > 0 ? -code : code;
}

int err_errno(struct err *err, const char *fmt, ...)
{
	char what[sizeof(err->text)];
	int code = errno;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	err_set(err, code, "%s: %s", what, strerror(code));
	errno = code;
	return -code;
}

int err_unknown(struct err *err, const char *what, const char *name, struct strv *known)
{
	const char *near = strv_meant(known, name);
	_cleanup_free_ char *hint = near ? xasprintf("did you mean %s?", near) : NULL;
	_cleanup_free_ char *list = strv_join(known, ", ");

	strv_release(known);
	return err_set(err, EINVAL, "unknown %s '%s'; %s%s", what, name,
		       hint ? hint : "there are: ", hint ? "" : list);
}

void err_prefix(struct err *err, const char *fmt, ...)
{
	char before[sizeof(err->text)], after[sizeof(err->text)];
	va_list ap;

	if (!err)
		return;
	va_start(ap, fmt);
	vsnprintf(before, sizeof(before), fmt, ap);
	va_end(ap);
	memcpy(after, err->text, sizeof(after));
	if (snprintf(err->text, sizeof(err->text), "%s: %s", before, after) < 0)
		err->text[0] = '\0';
}
