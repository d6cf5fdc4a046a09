// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/unit.h"
#include "tests/bench/copies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "tests/unit/fake_noisy.h"
#include "tests/unit/fake_run.h"

#define DAY	86400
#define SAMPLES 5
#define SERIES	"{\"kind\":\"series\"," /* how lines begin */
#define END	"{\"kind\":\"end\","
#define COUNT	"\"series\":"

static void put_copies(FILE *f, const char *line, const char *end, unsigned int copies)
{
	for (unsigned int copy = 0; copy < copies; copy++) {
		for (const char *c = line; c < end; c++) {
			fputc(*c, f);
			if (copy && (str_starts(c, "x-") || str_starts(c, "n-")) &&
			    (!memcmp(c - 5, "devda", 5) || !memcmp(c - 3, "ano", 3)))
				fprintf(f, "c%u-", copy);
		}
		fputc('\n', f);
	}
}

static void replace(char **text, char *with)
{
	free(*text);
	*text = with;
}

static void set_when(struct record_run *run, time_t when)
{
	char started[32];
	struct tm tm;

	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&when, &tm));
	replace(&run->started, xstrdup(started));
}

void copies_run(struct records *records, unsigned int night, time_t first, unsigned int copies)
{
	const time_t when = first + (time_t)night * DAY;
	struct record_series *s;
	struct records few;
	char *text, *more = NULL, *count;
	struct err err = { 0 };
	size_t len;
	FILE *f = open_memstream(&more, &len);

	fake_noisy(&few, &(struct fake_noise){ .boots = 1, .seed = night, .sigma = 0.01 });
	text = fake_text(&few);
	for (char *line = text, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		count = str_starts(line, END) ? strstr(line, COUNT) : NULL;
		if (count) {
			fwrite(line, 1, (size_t)(count - line), f);
			fprintf(f, COUNT "%zu", few.nr_series * copies);
			line = count + sizeof(COUNT) - 1;
			line += strspn(line, "0123456789");
		}
		put_copies(f, line, end, str_starts(line, SERIES) ? copies : 1);
	}
	fclose(f);
	if (records_parse(more, len, records, &err))
		fail_msg("%s", err.text);
	free(more);
	free(text);
	records_release(&few);
	set_when(&records->run, when);
	replace(&records->run.id, xasprintf("night-%u", night));
	for (size_t i = 0; i < records->nr_series; i++) {
		s = &records->series[i];
		if (s->nr_stages || s->nr_samples >= SAMPLES)
			continue;
		s->samples = xrealloc(s->samples, SAMPLES * sizeof(*s->samples));
		while (s->nr_samples < SAMPLES) {
			s->samples[s->nr_samples] = s->samples[s->nr_samples - 1];
			s->nr_samples++;
		}
	}
}

void copies_kernel(struct records *records, unsigned int n, time_t first)
{
	struct record_run *run = &records->run;

	set_when(run, first + (time_t)n * COPIES_APART);
	replace(&run->id, xasprintf("kernel-%u", n));
	replace(&run->kernel.version, xasprintf("6.1.%u", n));
	replace(&run->kernel.image_sha256, xasprintf("%064u", n));
	replace(&run->kernel.config_sha256, xasprintf("%064u", n % COPIES_ENVIRONMENTS));
	for (size_t i = 0; i < records->nr_series; i++)
		for (size_t k = 0; k < records->series[i].nr_samples; k++)
			records->series[i].samples[k].ticks += i % 7 + 1;
}
