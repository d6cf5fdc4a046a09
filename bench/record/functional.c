// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "bench/record/record.h"

bool record_functional(const struct record_run *run)
{
	return !strcmp(run->machine, "tcg");
}

int record_comparable(const struct record_run *run, struct err *err)
{
	if (!record_functional(run))
		return 0;
	return err_set(err, EOPNOTSUPP,
		       "figures of the %s machine are functional only: never compared (%s)",
		       run->machine, run->id);
}
