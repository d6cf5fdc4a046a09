// SPDX-License-Identifier: GPL-2.0-only
/* What depmod takes for a module that exports a symbol. */
extern const char fake_symbols[];
const char fake_symbols[] __attribute__((section("__ksymtab_strings"))) = "fake_symbol";
