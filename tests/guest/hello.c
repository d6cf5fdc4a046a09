// SPDX-License-Identifier: GPL-2.0-only
/* A program for the guest: says something on every way out, and ends as it is told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* hello [--status=N] [--dump=FILE] [--long=BYTES] [--crash] [--dax=DEVICE]... */
int main(int argc, char **argv)
{
	int status = 0;
	FILE *out;

	puts("hello from the guest");
	fflush(stdout);
	fputs("and from its stderr\n", stderr);
	dprintf(3, "record 1\nrecord 2\n");
	for (int i = 1; i < argc; i++) {
		if (!strncmp(argv[i], "--status=", 9))
			status = atoi(argv[i] + 9);
		else if (!strncmp(argv[i], "--dump=", 7))
			dump(argv[i] + 7);
		else if (!strncmp(argv[i], "--dax=", 6))
			show_dax(argv[i] + 6);
		else if (!strcmp(argv[i], "--crash"))
			abort();
		else if (!strncmp(argv[i], "--long=", 7)) {
			size_t n = strtoul(argv[i] + 7, NULL, 0);
			char *line = malloc(n + 1);

			memset(line, 'x', n);
			line[n] = '\n';
			for (size_t done = 0; done < n + 1;)
				done += (size_t)write(3, line + done, n + 1 - done);
			free(line);
		}
	}
	out = fopen("/out/hello.txt", "w");
	if (!out)
		return 99;
	fputs("a file of the guest\n", out);
	fclose(out);
	return status;
}
