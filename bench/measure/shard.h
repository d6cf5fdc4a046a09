/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run of the exact machine, cut. What it measures is a row of scenes, boot after boot. Of a long
 * one each boot is measured in pieces, stretches of that row, each in a guest of its own: the same
 * pieces on any host, however many are made at a time, so that what is measured is the same to the
 * byte. A shard is a stretch of pieces, which one host makes.
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
struct records;
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

/* What each scene of a boot takes, in microseconds; owned by the caller. 0: it has no series. */
uint64_t *shards_costs(const struct plan *, const struct prepared *, const struct costs *);

/* How each boot of a run is cut. */
struct pieces {
	size_t *begins; /* a scene of the boot each */
	size_t n;
};

/* Into @p->pieces: owned by it. -EINVAL: more are asked for than there can be. */
int pieces_cut(const struct plan *, struct prepared *p, struct err *err);

/* Of all boots. */
size_t pieces_all(const struct plan *, const struct prepared *);

/* Piece @i of them, as a shard without a number. */
struct shard piece_at(const struct plan *, const struct prepared *, size_t i);

/* The pieces that a shard is: @n from @first on. -EINVAL: it is cut otherwise. */
int shard_pieces(const struct plan *, const struct prepared *, const struct shard *, size_t *first,
		 size_t *n, struct err *err);

/**
 * shards_cut - divide a run
 * @costs:	{ 0 } where other hosts are to divide it alike
 * @shards:	(out) @n, in the order of the row; each has something to measure
 *
 * What takes longest takes as little as can be. -EINVAL where there are fewer pieces.
 */
int shards_cut(const struct plan *, const struct prepared *, const struct costs *costs,
	       struct shard *shards, unsigned int n, struct err *err);

/* Where a shard is kept, and what its files say beside its plan. */
struct shard_place {
	const char *folder; /* exactly */
	const struct run_words *words;
	const char *key; /* of the whole run */
};

/* Begin what is kept in a folder of its own, whole or not at all; whatever is returned, shard_end() ends it. */
int shard_begin(struct run *run, const struct shard_place *, struct err *err);

/* Measure a piece into it. */
int shard_measure(struct run *run, const struct shard *piece, struct err *err);

/* @ret: how it went, which is returned where it is not 0. To be followed by run_release(). */
int shard_end(struct run *run, const struct shard *, const struct shard_place *, int ret,
	      struct err *err);

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
		size_t row;	 /* scenes of the whole */
		char *key;	 /* of the whole run; or "" */
		struct strv kin; /* "kernel image 8566...": the same of all */
	} * v;
	size_t n;
};

/* Add those of @path, which is one, or holds some. -ENOENT, -EBADMSG. */
int shards_find(const char *path, struct shards_found *found, struct err *err);
void shards_release(struct shards_found *);

/*
 * Is it all of one run from scene @from up to @to (0: all), nothing missing and nothing twice? Sorts
 * them. -EINVAL, naming the shard.
 */
int shards_check(struct shards_found *, size_t from, size_t to, struct err *err);

/**
 * shards_join - the records and files of the run that they are, or the part of it, into the folder @into
 * @run:	line of the run's record
 * @records:	(out) to be ended with records_release(), on success only; not checked to be whole
 *
 * After shards_check(). The key is not among them.
 */
int shards_join(const struct shards_found *, const char *into, const char *run,
		struct records *records, struct err *err);

/**
 * shards_keep - the run that they are in a folder of its own, whole or not at all
 * @results, @path:	as folder_begin()
 *
 * Returns: the folder, owned by the caller; NULL with @err set.
 */
char *shards_keep(const struct shards_found *, const char *results, const char *path,
		  struct err *err);

#endif
