/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Before a file of the kernel's mm/ that is compiled into the module: it is to be what
 * it is in the kernel, where it is no module, and to export nothing. Static calls and
 * their keys are then the kernel's own, as are all symbols that it does not export.
 */
#undef MODULE
#define __DISABLE_EXPORTS
