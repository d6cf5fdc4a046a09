// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes /dev/ptwalk in a guest: calls that mean something, and such with something spoilt, by
 * several threads, while memory, devices and the module go away from under them. What a thread
 * calls depends on the seed alone, unless --keep asks for more of what found something new.
 *
 *	fuzz_device [--seed=N] [--seconds=N] [--calls=N] [--threads=N] [--corpus=FOLDER] [--keep]
 *
 * Exits with 1 where the kernel complains, a call does not return, or something is left.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <linux/kcov.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "tests/fuzz/device/kernel.h"
#include "tests/fuzz/device/perform.h"

#define MAX_THREADS 8
#define MAX_CORPUS  4096
#define HANG	    300.0 /* seconds after which a call does not return; a reload waits less */
#define KCOV	    "/sys/kernel/debug/kcov"
#define KCOV_WORDS  (64UL << 10)
#define NOVEL_BITS  (1U << 18)

struct worker {
	struct performer performer;
	struct source source;
	pthread_t thread;
	uint64_t made, digest; /* calls, and a hash of them */
	struct program *kept;  /* those that its own programs are made from */
	size_t nr_kept;
	unsigned long *kcov; /* NULL: there is none */
	bool novel;	     /* what it performs found something that nobody has found */
};

static struct {
	uint64_t seed, calls;
	unsigned int seconds, threads;
	const char *corpus;
	bool keep, still;
} options = { .seed = 1, .calls = UINT64_MAX, .seconds = 20, .threads = 4 };

static struct worker workers[MAX_THREADS];
static struct program *corpus;
static size_t nr_corpus;
static atomic_uchar seen[NOVEL_BITS / 8];
static atomic_ulong nr_novel;
static atomic_uint nr_working;
static atomic_bool stop;
static struct kernel_log kernel_log;

static bool is_novel(uint64_t found)
{
	const uint64_t bit = ptwalk_hash(found, 1) % NOVEL_BITS;
	const unsigned char mask = (unsigned char)(1U << bit % 8);
	const bool novel = !(atomic_fetch_or(&seen[bit / 8], mask) & mask);

	nr_novel += novel;
	return novel;
}

static void note(struct performer *me, uint64_t found)
{
	((struct worker *)me)->novel |= is_novel(found);
}

static unsigned long *kcov_open(void)
{
	int fd = open(KCOV, O_RDWR | O_CLOEXEC);
	void *p = MAP_FAILED;

	if (fd < 0)
		return NULL;
	if (!ioctl(fd, KCOV_INIT_TRACE, KCOV_WORDS))
		p = mmap(NULL, KCOV_WORDS * 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED || ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC)) {
		perror(KCOV);
		exit(2);
	}
	/* The descriptor stays open: the trace ends with it. */
	return p;
}

/* Only the module is built to be traced. It may have gone elsewhere meanwhile: then it is new once. */
static void kcov_take(struct worker *w)
{
	const unsigned long n = __atomic_load_n(&w->kcov[0], __ATOMIC_RELAXED);

	for (unsigned long i = 1; i <= n && i < KCOV_WORDS; i++)
		w->novel |= is_novel((w->kcov[i] - module_text) | 1ULL << 63);
	__atomic_store_n(&w->kcov[0], 0, __ATOMIC_RELAXED);
}

/* Whole programs at once: threads do not mix their lines. */
static void print_program(const struct program *p, const char *why)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	fprintf(f, "# %s\n", why);
	program_print(p, f);
	fclose(f);
	fwrite(text, 1, len, stdout);
	free(text);
}

static void keep(struct worker *w)
{
	if (w->nr_kept < MAX_CORPUS)
		w->kept[w->nr_kept++] = w->performer.program;
	print_program(&w->performer.program, "new");
}

static void run_program(struct worker *w)
{
	const struct program *p = &w->performer.program;

	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < call_bytes[p->calls[i].kind] / 8; k++)
			w->digest = ptwalk_hash(w->digest ^ p->calls[i].words[k],
						(uint64_t)p->calls[i].kind << 16 | k);
	w->made += p->n;
	w->novel = false;
	perform(&w->performer);
	if (w->kcov)
		kcov_take(w);
	if (options.keep && w->novel)
		keep(w);
}

static void choose(struct worker *w)
{
	struct source *s = &w->source;
	struct program *p = &w->performer.program;

	/* In what is kept is more than its share of what takes long, as it was new. */
	if (!w->nr_kept || source_below(s, options.keep ? 4 : 40)) {
		program_make(s, p);
		return;
	}
	*p = w->kept[source_below(s, w->nr_kept)];
	program_mutate(s, p, &w->kept[source_below(s, w->nr_kept)]);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	const uint64_t share = options.calls / options.threads;

	w->kcov = kcov_open();
	w->performer.note = options.keep ? note : NULL;
	performer_open(&w->performer);
	for (size_t i = 0; i < nr_corpus && !stop; i++) {
		w->performer.program = corpus[i];
		run_program(w);
	}
	while (!stop && w->made < share) {
		choose(w);
		run_program(w);
	}
	performer_close(&w->performer);
	nr_working--;
	return NULL;
}

static void print_programs(void)
{
	for (unsigned int i = 0; i < options.threads; i++)
		print_program(&workers[i].performer.program, "was performed");
}

static bool is_hung(void)
{
	for (unsigned int i = 0; i < options.threads; i++) {
		const struct performer *p = &workers[i].performer;
		const double since = p->since;

		if (!since || now() - since < HANG)
			continue;
		printf("FOUND: call %zu of thread %u does not return\n", p->at, i);
		return true;
	}
	return false;
}

static unsigned long all_calls(void)
{
	unsigned long n = 0;

	for (unsigned int i = 0; i < NR_CALLS; i++)
		n += outcomes->calls[i];
	return n;
}

/* Until all threads have ended. Returns: whether one hangs. */
static bool watch(void)
{
	const double begun = now();
	double next = begun + 20;

	while (nr_working) {
		usleep(200000);
		kernel_log_read(&kernel_log);
		if (is_hung()) {
			kernel_show_stacks();
			return true;
		}
		if (kernel_log.bad || outcomes->failed || now() - begun > options.seconds)
			stop = true;
		if (now() < next)
			continue;
		printf("%.0f s: %lu calls, %lu new\n", now() - begun, all_calls(), nr_novel);
		next += 20;
	}
	return false;
}

/* For who adds up: descriptor 3, where it is open, has a record; of a kind, calls and those done. */
static void record(double seconds, bool found)
{
	_cleanup_free_ char *kinds = NULL;
	struct utsname name;
	size_t len;
	FILE *f = open_memstream(&kinds, &len);

	for (unsigned int i = 0; i < NR_CALLS; i++)
		fprintf(f, "%s\"%s\":[%lu,%lu]", i ? "," : "", call_names[i], outcomes->calls[i],
			outcomes->ok[i]);
	fclose(f);
	uname(&name);
	dprintf(3,
		"{\"kind\":\"fuzz\",\"release\":\"%s\",\"version\":\"%s\",\"cpus\":%ld,\"seed\":%" PRIu64
		",\"seconds\":%.0f,\"calls\":%lu,\"runs\":%lu,\"reloads\":%lu,\"unbinds\":%lu,"
		"\"kcov\":%s,\"found\":%s,\"kinds\":{%s}}\n",
		name.release, name.version, sysconf(_SC_NPROCESSORS_ONLN), options.seed, seconds,
		all_calls(), outcomes->ok[CALL_RUN], outcomes->reloads, outcomes->unbinds,
		workers[0].kcov ? "true" : "false", found ? "true" : "false", kinds);
}

static void summarize(double seconds)
{
	static const char *const ops[PTWALK_NR_OP_NUMBERS] = {
#define X(number, constant, name, ...) [number] = #name,
		PTWALK_OPS(X)
#undef X
	};
	uint64_t digest = 0;

	for (unsigned int i = 0; i < NR_CALLS; i++)
		printf("%-10s %9lu calls %9lu ok %9.3f s\n", call_names[i], outcomes->calls[i],
		       outcomes->ok[i], (double)outcomes->micros[i] / 1e6);
	printf("answers:");
	for (int i = 0; i < MAX_ERRNO; i++)
		if (outcomes->errors[i])
			printf(" %s=%lu", i ? strerrorname_np(i) : "?", outcomes->errors[i]);
	printf("\nruns ok:");
	for (unsigned int i = 0; i < PTWALK_NR_OP_NUMBERS; i++)
		if (ops[i])
			printf(" %s=%lu", ops[i], outcomes->runs_ok[i]);
	for (unsigned int i = 0; i < options.threads; i++)
		digest ^= ptwalk_hash(workers[i].digest, i);
	printf("\nmade from seed %" PRIu64 ": %016" PRIx64 "\n", options.seed, digest);
	printf("%lu calls in %.0f s, %lu reloads, %lu unbinds, %lu new, KCOV %s, %lu bad lines, "
	       "%lu times lines lost\n",
	       all_calls(), seconds, outcomes->reloads, outcomes->unbinds, nr_novel,
	       workers[0].kcov ? "yes" : "no", kernel_log.bad, kernel_log.lost);
}

static int parse(int argc, char **argv)
{
	static const struct option known[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "seconds", required_argument, NULL, 't' },
		{ "calls", required_argument, NULL, 'c' },
		{ "threads", required_argument, NULL, 'n' },
		{ "corpus", required_argument, NULL, 'f' },
		{ "keep", no_argument, NULL, 'k' },
		{ "still", no_argument, NULL, 'q' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1)
		switch (c) {
		case 's':
			options.seed = strtoull(optarg, NULL, 0);
			break;
		case 't':
			options.seconds = (unsigned int)strtoul(optarg, NULL, 0);
			break;
		case 'c':
			options.calls = strtoull(optarg, NULL, 0);
			break;
		case 'n':
			options.threads = (unsigned int)strtoul(optarg, NULL, 0);
			break;
		case 'f':
			options.corpus = optarg;
			break;
		case 'k':
			options.keep = true;
			break;
		case 'q':
			options.still = true;
			break;
		default:
			return -EINVAL;
		}
	return optind == argc && options.threads && options.threads <= MAX_THREADS ? 0 : -EINVAL;
}

static void begin_worker(unsigned int i)
{
	struct worker *w = &workers[i];
	const char *spare = getenv("PTWALK_SPARE_LOW");

	w->source.still = options.still;
	source_begin(&w->source, options.seed * MAX_THREADS + i);
	if (spare)
		sscanf(spare, "%" SCNi64 ":%" SCNi64, (int64_t *)&w->source.spare_start,
		       (int64_t *)&w->source.spare_bytes);
	w->kept = calloc(MAX_CORPUS, sizeof(*w->kept));
	if (!w->kept || pipe2(w->performer.pipe, O_CLOEXEC | O_NONBLOCK)) {
		perror("a thread");
		exit(2);
	}
	for (size_t n = 0; n < nr_corpus; n++)
		w->kept[w->nr_kept++] = corpus[n];
	w->performer.files[0] = w->performer.files[1] = -1;
	nr_working++;
	if (pthread_create(&w->thread, NULL, work, w))
		exit(2);
}

int main(int argc, char **argv)
{
	bool found;
	double begun;

	setvbuf(stdout, NULL, _IOLBF, 0);
	corpus = calloc(MAX_CORPUS, sizeof(*corpus));
	if (parse(argc, argv) || !corpus || !kernel_log_open(&kernel_log) ||
	    (options.corpus && programs_read(options.corpus, corpus, MAX_CORPUS, &nr_corpus))) {
		fprintf(stderr, "fuzz_device: bad words, or no log of the kernel\n");
		return 2;
	}
	perform_begin();
	begun = now();
	for (size_t i = 0; i < nr_corpus; i++)
		for (size_t k = 0; k < corpus[i].n; k++)
			call_tame(&corpus[i].calls[k], options.still);
	printf("seed %" PRIu64 ", %u threads, %zu programs of the corpus\n", options.seed,
	       options.threads, nr_corpus);
	for (unsigned int i = 0; i < options.threads; i++)
		begin_worker(i);
	found = watch();
	for (unsigned int i = 0; i < options.threads && !found; i++)
		pthread_join(workers[i].thread, NULL);
	if (!found) {
		printf("%lu calls; looking for what is left\n", all_calls());
		perform_end();
		found = kernel_leaks() || outcomes->failed;
	}
	kernel_log_read(&kernel_log);
	found |= kernel_log.bad != 0;
	if (found)
		print_programs();
	summarize(now() - begun);
	record(now() - begun, found);
	/* Nobody waits for what hangs. */
	_exit(found);
}
