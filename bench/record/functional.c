// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "base/str.h"
#include "bench/record/record.h"
#include "kmod/uapi/op.h"

static bool op_is(const char *op, unsigned int flag)
{
	static const struct {
		const char *name;
		unsigned int flags;
	} ops[] = {
#define X(number, constant, name_, flags_, ...) { #name_, flags_ },
		PTWALK_OPS(X)
#undef X
	};

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		if (!strcmp(ops[i].name, op))
			return ops[i].flags & flag;
	return false;
}

bool record_op_calibrates(const char *op)
{
	return op_is(op, PTWALK_OPF_CALIBRATES);
}

bool record_op_is_floor(const char *op)
{
	return op_is(op, PTWALK_OPF_FLOOR);
}

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
