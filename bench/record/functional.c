// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "bench/record/record.h"

bool record_machine_functional(const char *machine)
{
	return !strcmp(machine, "tcg");
}

bool record_functional(const struct record_run *run)
{
	return record_machine_functional(run->machine);
}

const char *record_note(const char *machine)
{
	return record_machine_functional(machine) ? RECORD_FUNCTIONAL : "";
}

const char *record_mitigations(const struct record_run *run)
{
	if (!*run->ptwalk)
		return "";
	return run->mitigations ? "on" : "off";
}

int record_comparable(const struct record_run *run, bool method, struct err *err)
{
	if (method && run->method_evidence)
		return 0;
	if (method)
		return err_set(
			err, EOPNOTSUPP,
			"--method-evidence compares runs that were made with it, and %s was not",
			run->id);
	if (run->method_evidence)
		return err_set(
			err, EOPNOTSUPP,
			"%s was made as evidence of the method: its figures are of no kernel "
			"(--method-evidence compares such runs)",
			run->id);
	if (!record_functional(run))
		return 0;
	return err_set(err, EOPNOTSUPP,
		       "figures of the %s machine are functional only: never compared (%s)",
		       run->machine, run->id);
}

struct record_sampling record_sampling_none(void)
{
	return (struct record_sampling){
		.session = xstrdup(""),
		.arm = xstrdup(""),
		.order = xstrdup(""),
		.looks = xstrdup(""),
		.stop = xstrdup(""),
	};
}
