// SPDX-License-Identifier: GPL-2.0-only
/* The file of --hardware that is sent to somebody: what is in it, and what is not. */
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

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/place.h"
#include "bench/cli/selfcheck.h"
#include "bench/measure/folder.h"
#include "bench/record/record.h"

#define TOP "ptwalk-hardware/"

/* What stands for names of persons and places. { 0 } is an empty one. */
struct names {
	struct strv names, words; /* a name, and what stands for it */
};

/* Names that are so common that they tell nothing, and stand in what must stay readable. */
static const char *const common[] = { "localhost", "debian", "linux", "host", "root", "user" };

static void add_name(struct names *n, const char *name, const char *word)
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

/*
 * The names of this host: its own, its users' that called this program, and the folders of
 * both. @folder is where the runs are. The longer first: a folder before its owner's name in it.
 */
static void names_init(struct names *n, const char *folder)
{
	const char *home = getenv("HOME");
	_cleanup_free_ char *cache = place_cache(), *results = place_runs();
	char text[PATH_MAX];
	ssize_t len;

	add_name(n, folder, "RUNS");
	add_name(n, cache, "CACHE");
	add_name(n, results, "RESULTS");
	if (getcwd(text, sizeof(text)) && strcmp(text, "/") != 0)
		add_name(n, text, "HERE");
	len = readlink("/proc/self/exe", text, sizeof(text) - 1);
	if (len > 0) {
		text[len] = '\0';
		*strrchr(text, '/') = '\0';
		if (strcmp(text, "/usr/bin") != 0 && *text)
			add_name(n, text, "BUILD");
	}
	if (home && strcmp(home, "/") != 0)
		add_name(n, home, "HOME");
	if (!gethostname(text, sizeof(text))) {
		add_name(n, text, "HOST");
		text[strcspn(text, ".")] = '\0';
		add_name(n, text, "HOST");
	}
	add_name(n, getenv("SUDO_USER"), "USER");
	add_name(n, getenv("USER"), "USER");
	add_name(n, getenv("LOGNAME"), "USER");
}

static void names_release(struct names *n)
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

/* @text with each name replaced where it is not a part of a word. Owned by the caller. */
static char *scrub(const struct names *names, const char *text)
{
	char *out = xstrdup(text);

	for (size_t i = 0; i < names->names.n; i++) {
		_cleanup_free_ char *before = out;

		out = replace(before, names->names.v[i], names->words.v[i]);
	}
	return out;
}

/* Words of a kernel's command line that measurements depend on; all others are left out. Owned. */
static char *scrub_cmdline(const char *cmdline)
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
	_cleanup_(strv_release) struct strv words = { 0 }, left = { 0 };

	strv_split(&words, cmdline, ' ');
	for (size_t i = 0; i < words.n; i++)
		for (size_t k = 0; k < ARRAY_SIZE(kept); k++) {
			size_t len = strlen(kept[k]);

			if (!strncmp(words.v[i], kept[k], len) &&
			    (words.v[i][len] == '=' || !words.v[i][len]))
				strv_add(&left, words.v[i]);
		}
	return strv_join(&left, " ");
}

struct sent {
	struct archive *a;
	const char *folder; /* of the runs */
	struct names names;
};

static void sent_release(struct sent *sent)
{
	archive_write_free(sent->a);
	names_release(&sent->names);
}

static int failed(const struct sent *sent, struct err *err)
{
	int code = archive_errno(sent->a);
	const char *why = archive_error_string(sent->a);

	return err_set(err, code ? code : EIO, "cannot write the file: %s",
		       why ? why : "no reason");
}

/* Names are left out. */
static int add_text(const struct sent *sent, const char *name, const char *text, struct err *err)
{
	_cleanup_free_ char *path = xasprintf(TOP "%s", name), *clean = scrub(&sent->names, text);
	struct archive_entry *entry = archive_entry_new();
	size_t len = strlen(clean);
	int ret = 0;

	archive_entry_set_pathname(entry, path);
	archive_entry_set_size(entry, (la_int64_t)len);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_mtime(entry, time(NULL), 0);
	if (archive_write_header(sent->a, entry) != ARCHIVE_OK ||
	    archive_write_data(sent->a, clean, len) != (la_ssize_t)len)
		ret = failed(sent, err);
	archive_entry_free(entry);
	return ret;
}

/* A file of a run as it is; one that is not there is none. */
static int add_file(const struct sent *sent, const char *name, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", sent->folder, name);
	_cleanup_free_ char *text = fs_read(path, NULL, NULL);

	return text ? add_text(sent, name, text, err) : 0;
}

static int add_records(const struct sent *sent, const char *run, struct err *err)
{
	_cleanup_free_ char *name = xasprintf("%s/" FOLDER_RECORDS, run);
	_cleanup_free_ char *path = xasprintf("%s/%s", sent->folder, name), *text = NULL;
	_cleanup_(records_release) struct records records = { 0 };

	if (records_read(path, &records, NULL))
		return 0;
	free(records.run.command);
	records.run.command = xasprintf("ptwalk doctor --hardware: %s", run);
	for (size_t i = 0; i < records.nr_boots; i++) {
		_cleanup_free_ char *cmdline = records.boots[i].cmdline;

		records.boots[i].cmdline = scrub_cmdline(cmdline);
	}
	text = records_text(&records);
	return add_text(sent, name, text, err);
}

static int add_run(const struct sent *sent, const char *run, struct err *err)
{
	_cleanup_free_ char *log = xasprintf("%s.log", run),
			    *bound = xasprintf("%s/binding.txt", run);
	int ret = add_file(sent, log, err);

	if (!ret)
		ret = add_file(sent, bound, err);
	return ret ? ret : add_records(sent, run, err);
}

static int fill(const struct sent *sent, const struct selfcheck *s, const json_t *json,
		const char *printed, struct err *err)
{
	/* What is kept of the last run that failed. */
	static const char *const of_failed[] = { "failed/console.log", "failed/qemu.log",
						 "failed/binding.txt", "failed/driver.log" };
	_cleanup_free_ char *dump = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
	_cleanup_free_ char *text = xasprintf("%s\n", dump);
	int ret = add_text(sent, "hardware.json", text, err);

	if (!ret)
		ret = add_text(sent, "printed.txt", printed, err);
	for (size_t i = 0; i < s->runs.n && !ret; i++)
		ret = add_run(sent, s->runs.v[i], err);
	for (size_t i = 0; i < ARRAY_SIZE(of_failed) && !ret; i++)
		ret = add_file(sent, of_failed[i], err);
	return ret;
}

int selfcheck_file_check(const char *path, struct err *err)
{
	_cleanup_free_ char *temp = xasprintf("%s.tmp", path);
	int fd;

	if (fs_exists(path))
		return err_set(err, EEXIST, "%s is there already: --out names a new file", path);
	fd = open(temp, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_errno(err, "cannot write %s", path);
	close(fd);
	unlink(temp);
	return 0;
}

int selfcheck_file_write(const struct selfcheck *s, const char *path, const json_t *json,
			 const char *printed, struct err *err)
{
	_cleanup_free_ char *temp = xasprintf("%s.tmp", path);
	_cleanup_(sent_release) struct sent sent = { archive_write_new(), s->folder, { { 0 } } };
	int ret;

	names_init(&sent.names, s->folder);
	archive_write_set_format_pax_restricted(sent.a);
	archive_write_add_filter_gzip(sent.a);
	if (archive_write_open_filename(sent.a, temp) != ARCHIVE_OK)
		return err_set(err, archive_errno(sent.a), "cannot write %s: %s", path,
			       strerror(archive_errno(sent.a)));
	ret = fill(&sent, s, json, printed, err);
	if (!ret && archive_write_close(sent.a) != ARCHIVE_OK)
		ret = failed(&sent, err);
	if (!ret && rename(temp, path))
		ret = err_errno(err, "cannot write %s", path);
	if (ret)
		unlink(temp);
	return ret;
}
