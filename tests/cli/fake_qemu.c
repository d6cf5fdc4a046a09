// SPDX-License-Identifier: GPL-2.0-only
/*
 * A QEMU that boots nothing: its guest tells the records of a run that is there,
 * PTWALK_FAKE_RECORDS. For tests of what becomes of a run after it was measured.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "arch/x86/channel.h"
#include "vm/channel.h"

static void put(enum channel_type type, const void *data, size_t len)
{
	static uint32_t sequence;
	const struct channel_frame frame = {
		.magic = CHANNEL_MAGIC,
		.sequence = sequence++,
		.type = type,
		.len = (uint32_t)len,
		.sum = channel_sum(data, len),
	};

	fwrite(&frame, sizeof(frame), 1, stdout);
	fwrite(data, 1, len, stdout);
}

/* The first boot: what a guest writes of itself. */
static bool is_guests(const char *line)
{
	return (str_starts(line, "{\"kind\":\"boot\"") ||
		str_starts(line, "{\"kind\":\"series\"") ||
		str_starts(line, "{\"kind\":\"missing\"")) &&
	       strstr(line, "\"boot\":1,");
}

static int tell(const char *path)
{
	const uint32_t version = CHANNEL_VERSION, status = 0;
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t n;

	if (!f)
		return 1;
	put(CHANNEL_HELLO, &version, sizeof(version));
	put(CHANNEL_STAGE, "program", strlen("program"));
	while ((n = getline(&line, &room, f)) > 0)
		if (is_guests(line))
			put(CHANNEL_RECORD, line, (size_t)n - 1);
	put(CHANNEL_EXIT, &status, sizeof(status));
	free(line);
	fclose(f);
	return fflush(stdout) ? 1 : CHANNEL_POWER_STATUS;
}

int main(int argc, char **argv)
{
	const char *records = getenv("PTWALK_FAKE_RECORDS");

	if (argc == 2 && !strcmp(argv[1], "--version")) {
		puts("QEMU emulator version 7.2.0 (a fake)");
		return 0;
	}
	return records ? tell(records) : 1;
}
