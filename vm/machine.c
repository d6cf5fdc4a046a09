// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "vm/vm.h"

const char *const vm_needs[] = {
	"CONFIG_BLK_DEV_INITRD", "CONFIG_BINFMT_ELF", "CONFIG_MODULES", "CONFIG_DEVTMPFS",
	"CONFIG_PROC_FS",	 "CONFIG_SYSFS",      "CONFIG_TMPFS",	NULL,
};

#define X(name) &machine_##name,
const struct machine *const machines[] = { MACHINES(X) };
#undef X

const size_t nr_machines = ARRAY_SIZE(machines);

const struct machine *machine_find(const char *name)
{
	for (size_t i = 0; i < nr_machines; i++)
		if (!strcmp(machines[i]->name, name))
			return machines[i];
	return NULL;
}

int machine_known(const char *name, const struct machine **machine, struct err *err)
{
	struct strv known = { 0 };

	*machine = machine_find(name);
	if (*machine)
		return 0;
	for (size_t i = 0; i < nr_machines; i++)
		strv_add(&known, machines[i]->name);
	return err_unknown(err, "machine", name, &known);
}
