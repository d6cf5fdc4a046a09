// SPDX-License-Identifier: GPL-2.0-only
#include "arch/arch.h"

#include <errno.h>
#include <string.h>

#include "base/str.h"

#define X(name) &arch_##name,
const struct arch *const arches[] = { ARCHES(X) };
#undef X

const size_t nr_arches = ARRAY_SIZE(arches);

/* bootstrap.sh and packages know no other host. */
const struct arch *const arch_host = &arch_x86;

const struct arch *arch_find(const char *name)
{
	for (size_t i = 0; i < nr_arches; i++)
		if (!strcmp(arches[i]->name, name))
			return arches[i];
	return NULL;
}

const struct arch *arch_of_elf(uint16_t machine)
{
	for (size_t i = 0; i < nr_arches; i++)
		if (arches[i]->elf_machine == machine)
			return arches[i];
	return NULL;
}

int arch_known(const char *name, const struct arch **arch, struct err *err)
{
	struct strv known = { 0 };

	*arch = arch_find(name);
	if (*arch)
		return 0;
	for (size_t i = 0; i < nr_arches; i++)
		strv_add(&known, arches[i]->name);
	return err_unknown(err, "architecture", name, &known);
}

char *arch_tool(const struct arch *arch, const char *name)
{
	return arch == arch_host ? xstrdup(name) : xasprintf("%s-%s", arch->triplet, name);
}
