// SPDX-License-Identifier: GPL-2.0-only
#include "vm/guest.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/io.h>
#include <sys/reboot.h>
#include <unistd.h>

static uint32_t sequence;
static int opened;

int guest_channel_open(void)
{
	if (ioperm(CHANNEL_PORT, 1, 1) || ioperm(CHANNEL_POWER_PORT, 4, 1))
		return -errno;
	if (inb(CHANNEL_PORT) != CHANNEL_PORT)
		return -ENODEV;
	opened = 1;
	return 0;
}

static void put(const void *data, size_t len)
{
	/* outsb() does not tell the compiler that it reads memory. */
	__asm__ volatile("" : : "r"(data) : "memory");
	outsb(CHANNEL_PORT, data, len);
}

void guest_send(enum channel_type type, const void *data, size_t len)
{
	struct channel_frame f = {
		.magic = CHANNEL_MAGIC,
		.sequence = sequence++,
		.type = type,
		.len = (uint32_t)len,
		.sum = channel_sum(data, len),
	};

	if (!opened)
		return;
	put(&f, sizeof(f));
	put(data, len);
}

void guest_send_stage(const char *stage)
{
	guest_send(CHANNEL_STAGE, stage, strlen(stage));
}

void guest_power_off(void)
{
	if (opened)
		outl(CHANNEL_POWER_STATUS >> 1, CHANNEL_POWER_PORT);
	reboot(RB_POWER_OFF);
	for (;;)
		pause();
}

void guest_fail(const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	for (char *p = text; *p; p++)
		if (*p == '\n')
			*p = ' ';
	dprintf(2, "ptwalk-init: %s\n", text);
	guest_send(CHANNEL_FAIL, text, strlen(text));
	guest_power_off();
}
