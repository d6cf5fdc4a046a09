/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shards: a run of the exact machine, cut. What it measures is a row of scenes, boot after boot; a
 * shard is a stretch of that row, measured in boots of its own, of guests like the whole run's.
 * What all variants of a scene share stays together: gates, hashes, calibration.
 */
#ifndef PTWALK_MEASURE_SHARD_H
#define PTWALK_MEASURE_SHARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define SHARDS_MOST	100000U
#define SHARD_MOST_JOBS 1024U

struct plan;
struct prepared;
struct run;
struct run_words;

struct shard {
	unsigned int k, n; /* "3/8"; n 0: none, the run is whole */
	size_t from, to;   /* scenes of the row, [from, to); to 0: as shards_cut() has it */
};

/* "3/8", or with its scenes as --via hands it on "3/8:12-20". -EINVAL. */
int shard_parse(const char *text, struct shard *shard, struct err *err);

/* With its scenes. Owned by the caller. */
char *shard_text(const struct shard *);

/* What series cost, by a run that was made; { 0 }: what is thought of any. */
struct costs {
	struct cost {
		char *name;
		double ticks; /* of all its windows, and what is beside them */
	} * v;		      /* by name */
	size_t n;
};

/* By the newest run of that kernel release in @results; none where there is none. */
void costs_load(const char *results, const char *release, struct costs *costs);
void costs_release(struct costs *);

/* What a boot takes before its first series, on two shared cores. */
#define SHARD_BOOT_SECONDS 3.0

/* And a series after it, of any op. */
double cost_seconds(uint64_t size);

/*
 * Has a run of @n shards all that one has which is not cut? Facts tell where a guest's memory lay, which
 * is elsewhere where a boot was cut: lines and pages.
 */
bool shards_stand(const struct plan *, unsigned int n);

/* What each scene of a boot takes, in microseconds; owned by the caller. 0: it has no series. */
uint64_t *shards_costs(const struct plan *, const struct prepared *, const struct costs *);

/**
 * shards_cut - divide a run
 * @costs:	{ 0 } where other hosts are to divide it alike
 * @shards:	(out) @n, in the order of the row; each has something to measure
 *
 * What takes longest takes as little as can be. -EINVAL where it cannot be cut in so many.
 */
int shards_cut(const struct plan *, const struct prepared *, const struct costs *costs,
	       struct shard *shards, unsigned int n, struct err *err);

/* Where a shard is kept, and what its files say beside its plan. */
struct shard_place {
	const char *folder; /* exactly */
	const struct run_words *words;
	const char *key; /* of the whole run */
};

/**
 * shard_make - measure its part of each boot, and keep it in its folder, whole or not at all
 * @run:	(in/out) its plan and what was prepared; to be ended with run_release()
 */
int shard_make(struct run *run, const struct shard *, const struct shard_place *, struct err *err);

/* A file of its folder: which one it is, and what must be the same of all. */
#define SHARD_FILE "shard"

/* Write it into a run's folder. @key: of the whole run, or NULL: it has not the facts that it was asked for. */
int shard_write(const struct run *, const struct shard *, const char *key, const char *qemu,
		struct err *err);

/* Folders of shards. */
struct shards_found {
	struct shard_found {
		char *folder;
		struct shard shard;
		size_t row;  /* scenes of the whole */
		char *key;   /* of the whole run; or "" */
		bool stands; /* what it has is all that the whole run has of it: shards_stand() */
		struct strv kin; /* "kernel image 8566...": the same of all */
	} * v;
	size_t n;
};

/* Add those of @path, which is one, or holds some. -ENOENT, -EBADMSG. */
int shards_find(const char *path, struct shards_found *found, struct err *err);
void shards_release(struct shards_found *);

/* Is it all of one run, nothing missing and nothing twice? Sorts them. -EINVAL, naming the shard. */
int shards_check(struct shards_found *, struct err *err);

/**
 * shards_join - the records and files of the run that they are, into the folder @into
 * @run:	line of the run's record
 *
 * After shards_check(). The key is not among them.
 */
int shards_join(const struct shards_found *, const char *into, const char *run, struct err *err);

/**
 * shards_keep - the run that they are in a folder of its own, whole or not at all
 * @results, @path:	as folder_begin()
 *
 * Returns: the folder, owned by the caller; NULL with @err set.
 */
char *shards_keep(const struct shards_found *, const char *results, const char *path,
		  struct err *err);

#endif
