// SPDX-License-Identifier: GPL-2.0-only
/* What depmod takes for a module that needs fake_module_base. */
extern int fake_symbol;
extern int *fake_use;
int *fake_use = &fake_symbol;
