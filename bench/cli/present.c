// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/present.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/cli/folder.h"
#include "bench/record/record.h"

int present_run(const char *folder, const struct present_options *o, struct err *err)
{
	char *path = xasprintf("%s/" FOLDER_RECORDS, folder);
	struct records records;
	int ret = records_read(path, &records, err);

	progress_free(o->progress);
	free(path);
	if (ret)
		return STATUS_ERROR;
	for (size_t i = 0; i < records.nr_series; i++)
		printf("%-28s %10.2f\n", records.series[i].name,
		       record_per_page(&records.series[i]));
	for (size_t i = 0; i < records.nr_missing; i++)
		printf("%-28s %s\n", records.missing[i].name, records.missing[i].reason);
	for (size_t i = 0; i < records.nr_ends; i++)
		printf("boot %u: program %.2f first %.2f total %.2f windows %.2f rss %lu\n",
		       records.ends[i].boot, records.ends[i].program_seconds,
		       records.ends[i].first_window_seconds, records.ends[i].total_seconds,
		       records.ends[i].window_seconds, (unsigned long)records.ends[i].peak_rss_kib);
	ret = records.nr_missing ? STATUS_MISSING : STATUS_CLEAN;
	records_release(&records);
	return ret;
}
