// SPDX-License-Identifier: GPL-2.0-only
#include "workloads/list.h"

#include <string.h>

#include "base/str.h"
#include "workloads/workload.h"

#define DECLARE(name) extern const struct workload workload_##name;
WORKLOAD_LIST(DECLARE)
#undef DECLARE

#define ENTRY(name) &workload_##name,
const struct workload *const workloads[] = { WORKLOAD_LIST(ENTRY) };
#undef ENTRY

const size_t nr_workloads = ARRAY_SIZE(workloads);

const struct workload *workload_find(const char *name)
{
	for (size_t i = 0; i < nr_workloads; i++)
		if (!strcmp(workloads[i]->name, name))
			return workloads[i];
	return NULL;
}
