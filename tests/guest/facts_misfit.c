// SPDX-License-Identifier: GPL-2.0-only
/* What the plugin would be told by the symbols of another boot, whose kernel lies elsewhere. */
#include "facts/plugin/code.h"

void __real_code_symbol(uint64_t address, const char *name);
void __wrap_code_symbol(uint64_t address, const char *name);

void __wrap_code_symbol(uint64_t address, const char *name)
{
	__real_code_symbol(address + 0x1234567, name);
}
