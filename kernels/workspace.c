// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/builds.h"

#include <errno.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/cache.h"
#include "kernels/toolchain.h"

#define DOUBT_SECONDS 2	   /* of file times before a build began */
#define FIRST_FILES   2000 /* lines of a first build, for its progress */

/* The same kernel gives the same image, wherever and whenever it is built. */
static const char *const words_of_make[] = {
	"LC_ALL=C",
	"MAKEFLAGS=",
	"MAKELEVEL=0",
	"KBUILD_BUILD_TIMESTAMP=1970-01-01",
	"KBUILD_BUILD_USER=ptwalk",
	"KBUILD_BUILD_HOST=ptwalk",
	"KBUILD_BUILD_VERSION=1",
	"LOCALVERSION=",
	/* A repository above the cache is not the kernel's. */
	"GIT_DIR=/nonexistent",
	"ARCH",
	"CROSS_COMPILE",
	"LLVM",
	"KBUILD_OUTPUT",
	"KBUILD_EXTMOD",
	"KBUILD_VERBOSE",
	"KCONFIG_CONFIG",
	"KCONFIG_ALLCONFIG",
	"KCFLAGS",
	"KCPPFLAGS",
	"CC",
	"CFLAGS",
	"LDFLAGS",
	"INSTALL_MOD_PATH",
	"INSTALL_MOD_STRIP",
	"M",
	"O",
	"V",
	"W",
	NULL,
};

static char *marker_of(const struct workspace *w)
{
	return xasprintf("%s/building", w->folder);
}

static char *boot_id(void)
{
	char *id = fs_read_line("/proc/sys/kernel/random/boot_id");

	return id ? id : xstrdup("unknown");
}

/* nftw() passes no argument. */
static struct timespec doubt;
static int removal_error;

static bool newer(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec > b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec > b->tv_nsec);
}

/* Made by a rename or by one write: Kconfig's files, and headers that are there at all. */
static bool is_whole(const char *path, const struct stat *st)
{
	return strstr(path, "/include/config/") || (str_ends(path, ".h") && st->st_size);
}

/* Kbuild writes DIR/.NAME.cmd once DIR/NAME is done. */
static bool is_done(const char *path, int base, const struct stat *st)
{
	_cleanup_free_ char *cmd = xasprintf("%.*s.%s.cmd", base, path, path + base);
	struct stat of_cmd;
	bool done;

	if (!stat(cmd, &of_cmd))
		done = !newer(&st->st_mtim, &of_cmd.st_mtim);
	else
		done = !newer(&st->st_mtim, &doubt) || is_whole(path, st);
	return done;
}

/*
 * make reads them all, and stops at one that was cut off. fixdep ends what it writes of a
 * source by "$(deps_mm/hmm.o):"; objtool's line may come after it.
 */
static bool is_whole_cmd(const char *path, const struct stat *st)
{
	_cleanup_free_ char *text = NULL;
	const char *deps;

	if (!newer(&st->st_mtim, &doubt))
		return true;
	text = fs_read(path, NULL, NULL);
	if (!text || !str_ends(text, "\n"))
		return false;
	if (!str_starts(text, "source_") && !strstr(text, "\nsource_"))
		return true;
	deps = strstr(text, "\n$(deps_");
	return deps && strstr(deps, "):\n");
}

static int repair_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	if (type != FTW_F)
		return 0;
	if (str_ends(path, ".cmd") ? is_whole_cmd(path, st) : is_done(path, ftw->base, st))
		return 0;
	if (unlink(path) && errno != ENOENT)
		removal_error = errno;
	return 0;
}

/* Not for several threads. */
int workspace_repair(const char *out, const char *marker, struct err *err)
{
	struct stat st;

	if (stat(marker, &st))
		return err_errno(err, "%s", marker);
	doubt = st.st_mtim;
	doubt.tv_sec -= DOUBT_SECONDS;
	removal_error = 0;
	if (nftw(out, repair_one, 32, FTW_PHYS))
		return err_errno(err, "cannot list %s", out);
	if (removal_error)
		return err_set(err, removal_error,
			       "cannot remove what a killed make left in %s: %s", out,
			       strerror(removal_error));
	return 0;
}

/* After a crash of the machine not even old files are sure to be on disk whole. */
static int recover(const struct workspace *w, struct progress *progress, struct err *err)
{
	_cleanup_free_ char *marker = marker_of(w), *then = fs_read_line(marker), *now = boot_id();
	int ret = 0;

	if (then) {
		bool same = !strcmp(then, now);

		progress_note(progress, "a build was cut off here: %s",
			      same ? "what it left half-made is made again" : "beginning anew");
		if (same && fs_is_dir(w->out))
			ret = workspace_repair(w->out, marker, err);
		else
			ret = fs_remove(w->out, err);
		if (!ret && !same)
			ret = fs_remove(w->src, err);
		if (!ret)
			ret = fs_remove(marker, err);
	}
	return ret;
}

int workspace_open(struct workspace *w, const char *name, const struct arch *arch, const char *log,
		   struct progress *progress, struct err *err)
{
	char *part = xasprintf("workspaces/%s", name);
	int ret;

	*w = (struct workspace){
		.folder = cache_path("%s", part),
		.src = cache_path("%s/src", part),
		.out = cache_path("%s/out", part),
		.log = xstrdup(log),
		.arch = arch,
	};
	w->lock = cache_lock(part, progress, err);
	free(part);
	ret = w->lock < 0 ? w->lock : cache_sweep(w->folder, err);
	if (!ret)
		ret = recover(w, progress, err);
	if (!ret)
		ret = fs_mkdir_p(w->src, err);
	if (!ret)
		ret = fs_mkdir_p(w->out, err);
	if (!ret)
		ret = fs_remove(w->log, err);
	return ret;
}

void workspace_close(struct workspace *w)
{
	if (w->lock >= 0 && w->folder)
		close(w->lock);
	free(w->folder);
	free(w->src);
	free(w->out);
	free(w->log);
	*w = (struct workspace){ .lock = -1 };
}

/* The headers of finished builds are links to these files, which changes a file's ctime. */
#define NO_CTIME "-c", "core.trustctime=false"

/*
 * --reset -u looks at every file and writes those that are not as the tree has
 * them, which also mends what a killed checkout left. Files that no tree knows
 * are another matter: hence clean.
 */
int workspace_checkout(const struct workspace *w, const struct source *source, struct err *err)
{
	/* One for SHA-1 and one for SHA-256: each would be garbage to the other. */
	_cleanup_free_ char *index = xasprintf("%s/index.%zu", w->folder, 4 * strlen(source->tree));
	_cleanup_free_ char *stale = xasprintf("%s.lock", index);
	const struct git git = {
		.dir = source->store,
		.work = w->src,
		.index = index,
		.borrow = source->objects,
		.log = w->log,
	};
	int ret = fs_remove(stale, err);

	if (!ret)
		ret = git_run(&git, GIT_WORDS(NO_CTIME, "read-tree", "--reset", "-u", source->tree),
			      NULL, err);
	if (!ret)
		ret = git_run(&git, GIT_WORDS("clean", "-q", "-d", "-f", "-f", "-x"), NULL, err);
	return ret;
}

int workspace_begin(const struct workspace *w, struct err *err)
{
	_cleanup_free_ char *marker = marker_of(w), *id = boot_id();
	int ret = fs_write_file(marker, id, strlen(id), 0644, err);

	return ret;
}

void workspace_end(const struct workspace *w)
{
	_cleanup_free_ char *marker = marker_of(w);

	fs_remove(marker, NULL);
}

/* What make has said so far: "  CC      mm/hmm.o" is a file. */
struct watch {
	FILE *log;
	struct progress *progress;
	unsigned int files, expected;
	char last[80];
};

static void watch_log(void *arg)
{
	struct watch *watch = arg;
	char line[512], word[80];

	if (!watch->log)
		return;
	clearerr(watch->log);
	while (fgets(line, sizeof(line), watch->log)) {
		if (!str_starts(line, "  ") || sscanf(line, " %*s %79s", word) != 1)
			continue;
		watch->files++;
		memcpy(watch->last, word, sizeof(word));
	}
	/* Never quite done: linking comes at the end, and more files may. */
	progress_at(watch->progress,
		    watch->files >= watch->expected ? 0.99 : (double)watch->files / watch->expected,
		    watch->last);
}

/* How many files the first build of this workspace made. */
static unsigned int expected_files(const struct workspace *w)
{
	_cleanup_free_ char *path = xasprintf("%s/files", w->folder), *text = fs_read_line(path);
	unsigned int n = text ? (unsigned int)strtoul(text, NULL, 10) : 0;

	return n ? n : FIRST_FILES;
}

static void note_files(const struct workspace *w, unsigned int files)
{
	_cleanup_free_ char *path = xasprintf("%s/files", w->folder),
			    *text = xasprintf("%u\n", files);

	if (files > expected_files(w) || !fs_exists(path))
		fs_write_file(path, text, strlen(text), 0644, NULL);
}

static int touch_log(const char *log, struct err *err)
{
	_cleanup_fclose_ FILE *f = fopen(log, "ae");

	if (!f)
		return err_errno(err, "cannot write %s", log);
	return 0;
}

int workspace_make(const struct workspace *w, const char *const *words, unsigned int seconds,
		   struct progress *progress, struct err *err)
{
	struct watch watch = { .progress = progress, .expected = expected_files(w) };
	_cleanup_free_ char *out = xasprintf("O=%s", w->out);
	_cleanup_(strv_release) struct strv argv = { 0 };
	struct proc_options options = {
		.log = w->log,
		.env = words_of_make,
		.timeout_seconds = seconds,
		.gentle = true,
		.tick = progress ? watch_log : NULL,
		.tick_arg = &watch,
	};
	int ret = touch_log(w->log, err);

	strv_add(&argv, out);
	toolchain_words(w->arch, &argv);
	for (; *words; words++)
		strv_add(&argv, *words);
	if (ret)
		return ret;
	watch.log = fopen(w->log, "re");
	ret = make_run(w->src, (const char *const *)argv.v, &options, err);
	if (!ret && progress)
		note_files(w, watch.files);
	if (watch.log)
		fclose(watch.log);
	return ret;
}
