// SPDX-License-Identifier: GPL-2.0-only
#include "base/terminal.h"

#include <sys/ioctl.h>

unsigned int terminal_columns(FILE *f, unsigned int otherwise)
{
	struct winsize size;

	if (ioctl(fileno(f), TIOCGWINSZ, &size) || !size.ws_col)
		return otherwise;
	return size.ws_col;
}
