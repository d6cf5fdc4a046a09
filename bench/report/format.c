// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report/format.h"

#include <stdlib.h>
#include <string.h>

#define DECLARE(name) extern const struct format format_##name;
FORMAT_LIST(DECLARE)
#undef DECLARE

#define ENTRY(name) &format_##name,
const struct format *const formats[] = { FORMAT_LIST(ENTRY) };
#undef ENTRY

const size_t nr_formats = ARRAY_SIZE(formats);

const struct format *format_find(const char *name)
{
	for (size_t i = 0; i < nr_formats; i++)
		if (!strcmp(formats[i]->name, name))
			return formats[i];
	return NULL;
}

char *format_run_name(const struct record_run *run)
{
	const char *version = *run->kernel.version ? run->kernel.version : run->kernel.release;

	return xasprintf("%s %s", run->kernel.spec, version);
}

char *format_environment(const struct compare *c)
{
	struct strv fields = { 0 };
	char *list, *text;

	if (!c->nr_differences)
		return xstrdup("SAME");
	for (size_t i = 0; i < c->nr_differences; i++)
		strv_add(&fields, c->differences[i].field);
	list = strv_join(&fields, ", ");
	text = xasprintf("DIFFERS: %s", list);
	free(list);
	strv_release(&fields);
	return text;
}

char format_mark(enum compare_verdict verdict)
{
	switch (verdict) {
	case COMPARE_BETTER:
		return '+';
	case COMPARE_WORSE:
		return '!';
	case COMPARE_SAME:
	case COMPARE_WITHIN:
		return '=';
	default:
		return 'x';
	}
}
