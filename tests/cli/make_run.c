// SPDX-License-Identifier: GPL-2.0-only
/*
 * make_run FOLDER [DEFECT]: a made-up run on disk, for tests of what reads runs.
 * make_run FOLDER noisy BOOTS SEED SIGMA SLOWER [EVENT=PART...]: one of a noisy machine, with
 * events that count so much of the ticks; with a PART of "no" there is no PMU for it, and with
 * one that ends in "~" it was multiplexed.
 */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/str.h"
#include "tests/unit/fake_events.h"
#include "tests/unit/fake_noisy.h"
#include "tests/unit/fake_run.h"

/* Every sample of a series, in both boots, one instruction more. */
static void slow_down(struct records *records, const char *name)
{
	for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++) {
		struct record_series *series = fake_series(records, boot, name);

		for (size_t i = 0; i < series->nr_samples; i++)
			series->samples[i].ticks++;
	}
}

/* All of them, in caches that are cold. */
static void chill(struct records *records)
{
	for (size_t i = 0; i < records->nr_series; i++) {
		struct record_series *s = &records->series[i];
		char *name = xasprintf("%s/cache:cold", s->name);

		free(s->name);
		free(s->cache);
		s->name = name;
		s->cache = xstrdup("cold");
	}
}

/* An atomic more, and lines that lie elsewhere. */
static void add_facts(struct records *records, bool atomic)
{
	for (size_t i = 0; i < records->nr_series; i++) {
		struct record_series *s = &records->series[i];

		s->has_facts = !strcmp(s->name, "hmm/devdax-pte/1G");
		s->facts[FACT_TOTAL_LOADS] = 19;
		s->facts[FACT_TOTAL_ATOMICS] = atomic;
		s->facts[FACT_TOTAL_LINES] = 40 + atomic;
	}
}

static int spoil(struct records *records, const char *defect)
{
	struct record_series *series = fake_series(records, 2, "hmm/devdax-pte/1G");

	if (!strcmp(defect, "differs"))
		series->samples[1].ticks++;
	else if (!strcmp(defect, "pfns"))
		series->entry_sum++;
	else if (!strcmp(defect, "slower"))
		slow_down(records, "hmm/devdax-pte/1G");
	else if (!strcmp(defect, "cold"))
		chill(records);
	else if (!strcmp(defect, "mitigations"))
		records->run.mitigations = !records->run.mitigations;
	else if (!strcmp(defect, "functional")) {
		free(records->run.machine);
		records->run.machine = xstrdup("tcg");
		records->run.exact = false;
		records->run.functional = true;
	} else if (!strcmp(defect, "markup"))
		for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++)
			fake_missing(records, boot, "walk/entry/anon-thp/1G",
				     "<script>alert('1')</script> & \"more\"");
	else if (!strcmp(defect, "facts") || !strcmp(defect, "atomic"))
		add_facts(records, !strcmp(defect, "atomic"));
	else if (!strcmp(defect, "missing"))
		for (unsigned boot = 1; boot <= FAKE_BOOTS; boot++)
			fake_missing(records, boot, "walk/entry/anon-thp/2M",
				     "needs CONFIG_NOTHING");
	else
		return -1;
	return 0;
}

/* "NAME=PART" */
static void add_event(struct records *records, const char *text)
{
	const char *part = strchrnul(text, '=');
	char *name = xstrndup(text, (size_t)(part - text));

	part += *part == '=';
	fake_event(records, &(struct fake_event){
				    .name = name,
				    .of_cost = strtod(part, NULL),
				    .parts = strchr(part, '~') ? 4 : 1,
				    .why = strcmp(part, "no") ? NULL : "this machine has no PMU",
			    });
	free(name);
}

int main(int argc, char **argv)
{
	struct records records;
	char *path, *text;
	struct err err;
	int ret = 0;

	if (argc < 2)
		return 2;
	if (argc >= 7)
		fake_noisy(&records, &(struct fake_noise){
					     .boots = (unsigned)strtoul(argv[3], NULL, 10),
					     .seed = strtoul(argv[4], NULL, 10),
					     .sigma = strtod(argv[5], NULL),
					     .slower = strtod(argv[6], NULL),
				     });
	else
		fake_run(&records);
	if (argc > 2 && argc < 7 && *argv[2])
		ret = spoil(&records, argv[2]);
	for (int i = 7; i < argc; i++)
		add_event(&records, argv[i]);
	text = fake_text(&records);
	path = xasprintf("%s/records.jsonl", argv[1]);
	if (!ret)
		ret = fs_mkdir_p(argv[1], &err);
	if (!ret)
		ret = fs_write_file(path, text, strlen(text), 0644, &err);
	free(path);
	free(text);
	records_release(&records);
	return ret ? 2 : 0;
}
