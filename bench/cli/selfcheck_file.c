// SPDX-License-Identifier: GPL-2.0-only
#include "bench/cli/selfcheck_file.h"

#include <archive.h>
#include <archive_entry.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "bench/measure/folder.h"
#include "bench/record/record.h"

#define TOP "ptwalk-hardware/"

/* Names that are so common that they tell nothing, and stand in what must stay readable. */
static const char *const common[] = { "localhost", "debian", "linux", "host", "root", "user" };

void selfcheck_names_add(struct selfcheck_names *n, const char *name, const char *word)
{
	if (!name)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(common); i++)
		if (!strcmp(name, common[i]))
			return;
	if (strlen(name) < 2 || strv_has(&n->names, name))
		return;
	strv_add(&n->names, name);
	strv_add(&n->words, word);
}

/* The longer first: a folder before its owner's name in it. */
void selfcheck_names_init(struct selfcheck_names *n, const char *folder)
{
	const char *home = getenv("HOME");
	char text[PATH_MAX], *cache = fs_cache_dir(), *results = folder_results();
	ssize_t len;

	*n = (struct selfcheck_names){ 0 };
	selfcheck_names_add(n, folder, "RUNS");
	selfcheck_names_add(n, cache, "CACHE");
	selfcheck_names_add(n, results, "RESULTS");
	if (getcwd(text, sizeof(text)) && strcmp(text, "/") != 0)
		selfcheck_names_add(n, text, "HERE");
	len = readlink("/proc/self/exe", text, sizeof(text) - 1);
	if (len > 0) {
		text[len] = '\0';
		*strrchr(text, '/') = '\0';
		if (strcmp(text, "/usr/bin") != 0 && *text)
			selfcheck_names_add(n, text, "BUILD");
	}
	if (home && strcmp(home, "/") != 0)
		selfcheck_names_add(n, home, "HOME");
	if (!gethostname(text, sizeof(text))) {
		selfcheck_names_add(n, text, "HOST");
		text[strcspn(text, ".")] = '\0';
		selfcheck_names_add(n, text, "HOST");
	}
	selfcheck_names_add(n, getenv("SUDO_USER"), "USER");
	selfcheck_names_add(n, getenv("USER"), "USER");
	selfcheck_names_add(n, getenv("LOGNAME"), "USER");
	free(results);
	free(cache);
}

void selfcheck_names_release(struct selfcheck_names *n)
{
	strv_release(&n->names);
	strv_release(&n->words);
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static char *replace(const char *text, const char *name, const char *word)
{
	size_t len = strlen(name), room = strlen(text) * (strlen(word) + 1) + 1, n = 0;
	char *out = xcalloc(room, 1);

	for (const char *at = text; *at;) {
		bool whole = !strncmp(at, name, len) && (at == text || !is_word(at[-1])) &&
			     !is_word(at[len]);

		if (whole) {
			n = (size_t)(stpcpy(out + n, word) - out);
			at += len;
		} else {
			out[n++] = *at++;
		}
	}
	return out;
}

char *selfcheck_scrub(const struct selfcheck_names *names, const char *text)
{
	char *out = xstrdup(text), *next;

	for (size_t i = 0; i < names->names.n; i++) {
		next = replace(out, names->names.v[i], names->words.v[i]);
		free(out);
		out = next;
	}
	return out;
}

char *selfcheck_cmdline(const char *cmdline)
{
	static const char *const kept[] = {
		"mitigations",
		"isolcpus",
		"nohz_full",
		"nohz",
		"rcu_nocbs",
		"irqaffinity",
		"tsc",
		"clocksource",
		"transparent_hugepage",
		"hugepages",
		"hugepagesz",
		"default_hugepagesz",
		"nokaslr",
		"norandmaps",
		"nosmt",
		"idle",
		"numa_balancing",
		"intel_pstate",
		"amd_pstate",
		"preempt",
		"nowatchdog",
		"nmi_watchdog",
		"intel_idle.max_cstate",
		"processor.max_cstate",
	};
	struct strv words = { 0 }, left = { 0 };
	char *text;

	strv_split(&words, cmdline, ' ');
	for (size_t i = 0; i < words.n; i++)
		for (size_t k = 0; k < ARRAY_SIZE(kept); k++) {
			size_t len = strlen(kept[k]);

			if (!strncmp(words.v[i], kept[k], len) &&
			    (words.v[i][len] == '=' || !words.v[i][len]))
				strv_add(&left, words.v[i]);
		}
	text = strv_join(&left, " ");
	strv_release(&left);
	strv_release(&words);
	return text;
}

static int failed(struct archive *a, struct err *err)
{
	return err_set(err, archive_errno(a) ? archive_errno(a) : EIO, "cannot write the file: %s",
		       archive_error_string(a) ? archive_error_string(a) : "no reason");
}

static int add(struct archive *a, const char *name, const char *text, struct err *err)
{
	struct archive_entry *entry = archive_entry_new();
	char *path = xasprintf(TOP "%s", name);
	size_t len = strlen(text);
	int ret = 0;

	archive_entry_set_pathname(entry, path);
	archive_entry_set_size(entry, (la_int64_t)len);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_mtime(entry, time(NULL), 0);
	if (archive_write_header(a, entry) != ARCHIVE_OK ||
	    archive_write_data(a, text, len) != (la_ssize_t)len)
		ret = failed(a, err);
	archive_entry_free(entry);
	free(path);
	return ret;
}

static int add_scrubbed(struct archive *a, const struct selfcheck_names *names, const char *name,
			const char *text, struct err *err)
{
	char *clean = selfcheck_scrub(names, text);
	int ret = add(a, name, clean, err);

	free(clean);
	return ret;
}

/* A file of a run as it is; one that is not there is none. */
static int add_file(struct archive *a, const struct selfcheck *s,
		    const struct selfcheck_names *names, const char *name, struct err *err)
{
	char *path = xasprintf("%s/%s", s->folder, name), *text = fs_read(path, NULL, NULL);
	int ret = text ? add_scrubbed(a, names, name, text, err) : 0;

	free(text);
	free(path);
	return ret;
}

static int add_records(struct archive *a, const struct selfcheck *s,
		       const struct selfcheck_names *names, const char *run, struct err *err)
{
	char *name = xasprintf("%s/" FOLDER_RECORDS, run);
	char *path = xasprintf("%s/%s", s->folder, name), *text;
	struct records records;
	int ret = 0;

	if (!records_read(path, &records, NULL)) {
		free(records.run.command);
		records.run.command = xasprintf("ptwalk doctor --hardware: %s", run);
		for (size_t i = 0; i < records.nr_boots; i++) {
			char *cmdline = selfcheck_cmdline(records.boots[i].cmdline);

			free(records.boots[i].cmdline);
			records.boots[i].cmdline = cmdline;
		}
		text = records_text(&records);
		ret = add_scrubbed(a, names, name, text, err);
		free(text);
		records_release(&records);
	}
	free(path);
	free(name);
	return ret;
}

static int add_run(struct archive *a, const struct selfcheck *s,
		   const struct selfcheck_names *names, const char *run, struct err *err)
{
	char *log = xasprintf("%s.log", run), *bound = xasprintf("%s/binding.txt", run);
	int ret = add_file(a, s, names, log, err);

	if (!ret)
		ret = add_file(a, s, names, bound, err);
	if (!ret)
		ret = add_records(a, s, names, run, err);
	free(bound);
	free(log);
	return ret;
}

/* What is kept of the last run that failed. */
static const char *const of_failed[] = { "failed/console.log", "failed/qemu.log",
					 "failed/binding.txt", "failed/driver.log" };

static int fill(struct archive *a, const struct selfcheck *s, const struct selfcheck_names *names,
		const json_t *json, const char *printed, struct err *err)
{
	char *dump = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
	char *text = xasprintf("%s\n", dump);
	int ret = add_scrubbed(a, names, "hardware.json", text, err);

	free(text);
	free(dump);
	if (!ret)
		ret = add_scrubbed(a, names, "printed.txt", printed, err);
	for (size_t i = 0; i < s->runs.n && !ret; i++)
		ret = add_run(a, s, names, s->runs.v[i], err);
	for (size_t i = 0; i < ARRAY_SIZE(of_failed) && !ret; i++)
		ret = add_file(a, s, names, of_failed[i], err);
	return ret;
}

int selfcheck_file_check(const char *path, struct err *err)
{
	char *temp = xasprintf("%s.tmp", path);
	int fd, ret = 0;

	if (fs_exists(path)) {
		ret = err_set(err, EEXIST, "%s is there already: --out names a new file", path);
	} else {
		fd = open(temp, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		if (fd < 0)
			ret = err_set(err, errno, "cannot write %s: %s", path, strerror(errno));
		else
			close(fd);
		unlink(temp);
	}
	free(temp);
	return ret;
}

int selfcheck_file_write(const struct selfcheck *s, const struct selfcheck_names *names,
			 const char *path, const json_t *json, const char *printed, struct err *err)
{
	char *temp = xasprintf("%s.tmp", path);
	struct archive *a = archive_write_new();
	int ret = 0;

	archive_write_set_format_pax_restricted(a);
	archive_write_add_filter_gzip(a);
	if (archive_write_open_filename(a, temp) != ARCHIVE_OK)
		ret = err_set(err, archive_errno(a), "cannot write %s: %s", path,
			      strerror(archive_errno(a)));
	if (!ret)
		ret = fill(a, s, names, json, printed, err);
	if (!ret && archive_write_close(a) != ARCHIVE_OK)
		ret = failed(a, err);
	archive_write_free(a);
	if (!ret && rename(temp, path))
		ret = err_set(err, errno, "cannot write %s: %s", path, strerror(errno));
	if (ret)
		unlink(temp);
	free(temp);
	return ret;
}
