// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/gbench.h"

#include <benchmark/benchmark.h>
#include <cstdlib>
#include <cstring>

struct gbench_state {
	benchmark::State *state;
};

namespace
{

constexpr char OUT_FLAG[] = "--benchmark_out=";
bool writes_file, headed;

/* The library's console report, which also tells when a benchmark is done. */
class TellingReporter : public benchmark::ConsoleReporter
{
      public:
	TellingReporter(gbench_done_fn *done, void *arg)
	    : benchmark::ConsoleReporter(OO_None), done_(done), arg_(arg)
	{
	}

	bool ReportContext(const Context &context) override
	{
		if (!headed)
			return headed = benchmark::ConsoleReporter::ReportContext(context);
		name_field_width_ = context.name_field_width;
		printed_header_ = true;
		return true;
	}

	void ReportRuns(const std::vector<Run> &runs) override
	{
		benchmark::ConsoleReporter::ReportRuns(runs);
		if (!runs.empty())
			done_(runs.front().run_name.function_name.c_str(), arg_);
	}

      private:
	gbench_done_fn *done_;
	void *arg_;
};

} // namespace

void gbench_init(int *argc, char **argv)
{
	for (int i = 1; i < *argc; i++)
		writes_file |= !strncmp(argv[i], OUT_FLAG, strlen(OUT_FLAG));
	writes_file |= getenv("BENCHMARK_OUT") != nullptr;
	benchmark::Initialize(argc, argv);
}

void gbench_register(const char *name, gbench_fn *fn, void *arg, int64_t iterations)
{
	benchmark::internal::Benchmark *b =
		benchmark::RegisterBenchmark(name, [fn, arg](benchmark::State &state) {
			struct gbench_state wrapped = { &state };

			fn(&wrapped, arg);
		});

	b->UseManualTime()->Iterations(iterations);
}

size_t gbench_most(void)
{
	return writes_file ? SIZE_MAX : 512;
}

void gbench_run(gbench_done_fn *done, void *arg)
{
	TellingReporter reporter(done, arg);

	benchmark::RunSpecifiedBenchmarks(&reporter);
	benchmark::ClearRegisteredBenchmarks();
}

void gbench_shutdown(void)
{
	benchmark::Shutdown();
}

int64_t gbench_max_iterations(const struct gbench_state *state)
{
	return (int64_t)state->state->max_iterations;
}

bool gbench_keep_running(struct gbench_state *state)
{
	return state->state->KeepRunning();
}

void gbench_set_iteration_seconds(struct gbench_state *state, double seconds)
{
	state->state->SetIterationTime(seconds);
}

void gbench_set_counter(struct gbench_state *state, const char *name, double value)
{
	state->state->counters[name] = benchmark::Counter(value);
}

void gbench_set_label(struct gbench_state *state, const char *label)
{
	state->state->SetLabel(label);
}

void gbench_skip_with_error(struct gbench_state *state, const char *reason)
{
	state->state->SkipWithError(reason);
}

void gbench_add_context(const char *key, const char *value)
{
	benchmark::AddCustomContext(key, value);
}
