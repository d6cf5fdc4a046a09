/* SPDX-License-Identifier: GPL-2.0-only */
/* Every place kernels come from, in the order they are asked. */
#define KERNEL_SOURCES(X) \
	X(debian)         \
	X(build)          \
	X(host)           \
	X(tree)
