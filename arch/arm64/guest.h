/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PTWALK_ARCH_ARM64_GUEST_H
#define PTWALK_ARCH_ARM64_GUEST_H

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

/* The first port of a 8250 on PCI: the console's is another driver's. */
#define ARCH_CHANNEL "/channel"

static int arch_channel = -1;

static inline int arch_channel_open(void)
{
	struct termios raw;

	if (mknod(ARCH_CHANNEL, S_IFCHR | 0600, makedev(4, 64)) && errno != EEXIST)
		return -errno;
	arch_channel = open(ARCH_CHANNEL, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (arch_channel < 0 || tcgetattr(arch_channel, &raw))
		return -errno;
	cfmakeraw(&raw);
	raw.c_cflag |= CLOCAL;
	cfsetspeed(&raw, B4000000);
	return tcsetattr(arch_channel, TCSANOW, &raw) ? -errno : 0;
}

/* Its interrupts are over when it returns: none comes into a window. */
static inline void arch_channel_write(const void *data, size_t len)
{
	const char *at = data;

	while (len) {
		ssize_t n = write(arch_channel, at, len);

		if (n < 0 && errno != EINTR)
			return;
		at += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	tcdrain(arch_channel);
}

/* As any other program does: the firmware ends QEMU. */
static inline void arch_power_off(void)
{
}

#endif
