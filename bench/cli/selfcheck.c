// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/selfcheck.h"

#include <stdarg.h>
#include <stdio.h>

#define DECLARE(name) extern const struct selfcheck_check selfcheck_##name;
SELFCHECKS(DECLARE)
#undef DECLARE

#define ENTRY(name) &selfcheck_##name,
const struct selfcheck_check *const selfchecks[] = { SELFCHECKS(ENTRY) };
#undef ENTRY

const size_t nr_selfchecks = ARRAY_SIZE(selfchecks);

void selfcheck_say(struct selfcheck_result *r, enum selfcheck_verdict verdict, const char *fmt, ...)
{
	va_list ap;

	r->verdict = verdict;
	va_start(ap, fmt);
	vsnprintf(r->text, sizeof(r->text), fmt, ap);
	va_end(ap);
}

const char *selfcheck_word(enum selfcheck_verdict verdict)
{
	static const char *const words[] = {
		[SELFCHECK_PASS] = "pass",
		[SELFCHECK_FAIL] = "FAIL",
		[SELFCHECK_IMPOSSIBLE] = "not possible here",
	};

	return words[verdict];
}

void selfcheck_fact(struct selfcheck_result *r, const char *name, json_t *value)
{
	if (!r->facts)
		r->facts = json_object();
	json_object_set_new(r->facts, name, value);
}
