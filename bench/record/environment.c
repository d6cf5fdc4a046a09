// SPDX-License-Identifier: GPL-2.0-only
#include "bench/record/environment.h"

#include <string.h>

static void add(struct environment *e, const char *name, const char *value)
{
	e->fields[e->n++] = (struct environment_field){ name, value };
}

void environment_of(const struct records *records, struct environment *e)
{
	const struct record_run *run = &records->run;
	const struct record_boot *boot = records->nr_boots ? &records->boots[0] : NULL;

	e->n = 0;
	add(e, "machine", run->machine);
	add(e, "unit", run->unit);
	add(e, "mitigations", record_mitigations(run));
	add(e, "kernel config", run->kernel.config_sha256);
	add(e, "kernel compiler", run->kernel.compiler);
	if (boot) {
		add(e, "guest CPU", boot->cpu);
		add(e, "module compiler", boot->module_compiler);
	}
	if (run->exact)
		return;
	add(e, "host CPU", run->host);
	add(e, "QEMU", run->qemu);
	add(e, "quieted", run->quiet);
	if (boot)
		add(e, "CPU mitigations", boot->mitigations);
}

const char *environment_get(const struct environment *e, const char *name)
{
	for (size_t i = 0; i < e->n; i++)
		if (!strcmp(e->fields[i].name, name))
			return e->fields[i].value;
	return NULL;
}
