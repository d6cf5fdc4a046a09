// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/several.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/str.h"
#include "bench/cli/command.h"
#include "bench/measure/folder.h"
#include "bench/cli/present.h"
#include "plot/plot.h"

static int keep_one(const struct side_by_side *k, const struct format *format, const char *folder,
		    const char *name, struct err *err)
{
	char *path = xasprintf("%s/%s", folder, name), *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);
	int ret;

	if (f) {
		format_side_by_side(format, k, f, false);
		fclose(f);
	}
	ret = f ? fs_write_file(path, text, len, 0644, err) : err_set(err, ENOMEM, "no memory");
	free(text);
	free(path);
	return ret;
}

static int keep(const struct side_by_side *k, const char *folder, struct err *err)
{
	int ret = keep_one(k, &format_terminal, folder, "report.txt", err);

	if (!ret)
		ret = keep_one(k, &format_csv, folder, "kernels.csv", err);
	return ret ? ret : keep_one(k, &format_json, folder, "kernels.json", err);
}

static int draw(const struct side_by_side *k, const struct several_options *o, struct err *err)
{
	struct err why;

	if (!plot_kernels(k, o->plot, &why))
		return 0;
	if (o->need_plot)
		return err_set(err, EIO, "%s", why.text);
	return 0;
}

static int print(const struct side_by_side *k, const struct several_options *o, struct err *err)
{
	if (o->quiet)
		return 0;
	format_side_by_side(o->format, k, stdout, isatty(STDOUT_FILENO));
	if (fflush(stdout) || ferror(stdout))
		return err_set(err, errno, "cannot write to standard output: %s", strerror(errno));
	return 0;
}

static int present(const struct records *const *runs, size_t n, const struct several_options *o,
		   struct err *err)
{
	struct side_by_side kernels;
	int ret = side_by_side_build(runs, n, &kernels, err);

	if (ret)
		return ret == -EXDEV ? STATUS_NOT_COMPARABLE : STATUS_ERROR;
	if (o->keep)
		ret = keep(&kernels, o->keep, err);
	if (!ret && o->plot)
		ret = draw(&kernels, o, err);
	if (!ret)
		ret = print(&kernels, o, err);
	side_by_side_release(&kernels);
	return ret ? STATUS_ERROR : STATUS_CLEAN;
}

static int worse(int a, int b)
{
	static const int order[] = { STATUS_CLEAN, STATUS_MISSING, STATUS_NOT_COMPARABLE,
				     STATUS_NOT_REPEATABLE, STATUS_ERROR };

	for (size_t i = ARRAY_SIZE(order); i--;)
		if (order[i] == a || order[i] == b)
			return order[i];
	return STATUS_ERROR;
}

int several_present_runs(const struct records *const *runs, size_t n,
			 const struct several_options *o, struct err *err)
{
	int status = STATUS_CLEAN;

	for (size_t i = 0; i < n; i++)
		status = worse(status, present_judge(runs[i], err));
	return worse(status, present(runs, n, o, err));
}

int several_present(const char *const *folders, size_t n, const struct several_options *o,
		    struct err *err)
{
	struct records *records = xcalloc(n, sizeof(*records));
	const struct records **runs = xcalloc(n, sizeof(*runs));
	int status = STATUS_ERROR, ret = 0;
	size_t done = 0;

	for (; !ret && done < n; done += !ret) {
		runs[done] = &records[done];
		ret = folder_read(folders[done], &records[done], err);
	}
	if (!ret)
		status = several_present_runs(runs, n, o, err);
	while (done--)
		records_release(&records[done]);
	free(runs);
	free(records);
	return status;
}
