// SPDX-License-Identifier: GPL-2.0-only
/* A program for the guest: says something on every way out, and ends as it is told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <x86intrin.h>

static void dump(const char *path)
{
	FILE *f = fopen(path, "r");
	char line[1024];

	while (f && fgets(line, sizeof(line), f))
		dprintf(3, "%s: %s", path, line);
	if (f)
		fclose(f);
}

static void show_dax(const char *path)
{
	static const char *const attrs[] = { "size", "align" };

	dprintf(3, "dax %s", path);
	for (int i = 0; i < 2; i++) {
		char name[256], text[64] = "?";
		FILE *f;

		snprintf(name, sizeof(name), "/sys/bus/dax/devices/%s/%s", strrchr(path, '/') + 1,
			 attrs[i]);
		f = fopen(name, "r");
		if (f && fgets(text, sizeof(text), f))
			text[strcspn(text, "\n")] = '\0';
		dprintf(3, " %s", text);
		if (f)
			fclose(f);
	}
	dprintf(3, " %s\n", access(path, R_OK | W_OK) ? "no node" : "node");
}

static void write_line(size_t len, char end)
{
	char *line = malloc(len + 1);

	memset(line, 'x', len);
	line[len] = end;
	for (size_t done = 0; done < len + 1;)
		done += (size_t)write(3, line + done, len + 1 - done);
	free(line);
}

static void write_file(const char *name, size_t len)
{
	FILE *f = fopen(name, "w");

	if (!f)
		exit(99);
	for (size_t i = 0; i < len; i++)
		putc((int)(i * 7 >> 3) & 255, f);
	fclose(f);
}

/* hello [--status=N] [--dump=FILE] [--tsc] [--long=BYTES] [--cut] [--crash] [--dax=DEVICE]... */
int main(int argc, char **argv)
{
	int status = 0;

	puts("hello from the guest");
	fflush(stdout);
	fputs("and from its stderr\n", stderr);
	dprintf(3, "record 1\nrecord 2\n");
	for (int i = 1; i < argc; i++) {
		const char *a = argv[i];

		if (!strncmp(a, "--status=", 9))
			status = atoi(a + 9);
		else if (!strncmp(a, "--dump=", 7))
			dump(a + 7);
		else if (!strncmp(a, "--dax=", 6))
			show_dax(a + 6);
		else if (!strncmp(a, "--long=", 7))
			write_line(strtoul(a + 7, NULL, 0), '\n');
		else if (!strcmp(a, "--tsc"))
			dprintf(3, "tsc %llu\n", __rdtsc());
		else if (!strcmp(a, "--cut"))
			write_line(3, 'x');
		else if (!strcmp(a, "--crash"))
			abort();
	}
	write_file("/out/large", 200000);
	write_file("/out/empty", 0);
	return status;
}
