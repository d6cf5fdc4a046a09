/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A thin C API over libbenchmark (Google Benchmark). Conventions:
 *  - strings are copied; nothing returned is owned by the caller;
 *  - no exception crosses: what the library throws ends the process, as it does;
 *  - gbench.cc is the only C++ of the suite.
 *
 * Every benchmark has manual time: it tells how long each iteration took.
 */
#ifndef PTWALK_DRIVER_GBENCH_H
#define PTWALK_DRIVER_GBENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One execution of one benchmark; lives while its function runs. */
struct gbench_state;

typedef void gbench_fn(struct gbench_state *, void *arg);

/* Called when the library has reported the benchmark @name as finished. */
typedef void gbench_done_fn(const char *name, void *arg);

/* Take the library's own flags (--benchmark_*) out of the arguments. Call first. */
void gbench_init(int *argc, char **argv);

/**
 * gbench_register - add a benchmark; they run in the order they are added
 * @iterations:	how many; the library does not choose
 */
void gbench_register(const char *name, gbench_fn *fn, void *arg, int64_t iterations);

/*
 * How many to register for one gbench_run(): the library's time to begin one grows with
 * the square of their number (6,240 took 40 s of a guest on the exact machine). All, where
 * it was told to write a file: each gbench_run() begins that anew.
 */
size_t gbench_most(void);

/*
 * Run (or, with --benchmark_list_tests, list) what the filter leaves of those that are
 * registered, which then no longer are. The report's head is printed once in a process.
 */
void gbench_run(gbench_done_fn *done, void *arg);

/* Flush and free what the library holds. */
void gbench_shutdown(void);

/* Iterations that this execution has to do. */
int64_t gbench_max_iterations(const struct gbench_state *);

/* True once for each iteration to do; after each, tell its time. */
bool gbench_keep_running(struct gbench_state *);
void gbench_set_iteration_seconds(struct gbench_state *, double seconds);

/* A figure of this benchmark, printed and written as it is. */
void gbench_set_counter(struct gbench_state *, const char *name, double value);

void gbench_set_label(struct gbench_state *, const char *label);

/* The benchmark could not run; the function must return next, iterations or not. */
void gbench_skip_with_error(struct gbench_state *, const char *reason);

/* A key and value of the context that heads every report. */
void gbench_add_context(const char *key, const char *value);

#ifdef __cplusplus
}
#endif

#endif
