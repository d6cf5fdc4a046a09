// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"

#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/str.h"

static const struct fake_workload {
	const char *name, *level;
	unsigned leaf; /* PTWALK_LEVEL_* */
	uint64_t granule;
	bool zone_device;
	/* Ticks a page of 4 KiB times 100: bare, hmm, none, range, batch, entry. */
	unsigned cost[6];
} fake_workloads[] = {
	{ "devdax-pte", "pte", 0, PAGE, true, { 2100, 9629, 10328, 14028, 13956, 27432 } },
	{ "devdax-pmd", "pmd", 1, 2 * MIB, true, { 14, 734, 934, 4235, 4262, 17437 } },
	{ "devdax-pud", "pud", 2, GIB, true, { 1, 600, 602, 3201, 3206, 18600 } },
	{ "anon-pte", "pte", 0, PAGE, false, { 2100, 7834, 8231, 8231, 8431, 8231 } },
	{ "anon-thp", "pmd", 1, 2 * MIB, false, { 14, 741, 1039, 1339, 1339, 1339 } },
};

static const struct fake_op {
	const char *op, *policy;
	int cost; /* index into fake_workload.cost; -1: the window alone */
	unsigned call;
} fake_ops[] = {
	{ "empty", "", -1, 0 },	     { "bare", "", 0, 310 },	  { "hmm", "", 1, 655 },
	{ "walk", "none", 2, 702 },  { "walk", "range", 3, 760 }, { "walk", "batch", 4, 741 },
	{ "walk", "entry", 5, 738 },
};

static const uint64_t fake_sizes[] = { 64 * KIB, 2 * MIB, 64 * MIB, GIB };

static void make_proof(struct ptwalk_inspect *proof, const struct fake_workload *w, uint64_t size)
{
	uint64_t pages = size / PAGE, leaves = (size + w->granule - 1) / w->granule;

	*proof = (struct ptwalk_inspect){ .addr = 0x200000000000ULL, .len = size };
	proof->leaves[w->leaf] = leaves;
	proof->leaf_pages[w->leaf] = pages;
	proof->zone_device_leaves = w->zone_device ? leaves : 0;
	proof->zone_device_pages = w->zone_device ? pages : 0;
	proof->pfn_min = 0x140000;
	proof->pfn_max = 0x140000 + pages - 1;
	/* sum of (a + i)(2i + 1) over i: as the kernel would, modulo 2^64 */
	for (uint64_t i = 0; i < pages; i++)
		proof->pfn_sum += (0x140000 + i) * (2 * i + 1);
	proof->tables[w->leaf] = (leaves + 511) / 512;
	proof->table_nodes[0] = proof->tables[w->leaf];
	proof->page_nodes[0] = pages;
}

static void make_series(struct record_series *s, unsigned boot, const struct fake_workload *w,
			const struct fake_op *op, const struct ptwalk_inspect *proof)
{
	uint64_t size = proof->len, pages = size / PAGE, ticks = FAKE_OVERHEAD;

	if (op->cost >= 0)
		ticks += op->call + pages * w->cost[op->cost] / 100 + pages / 512 * 31;
	*s = (struct record_series){
		.boot = boot,
		.name = xasprintf("%s%s%s/%s/%s", op->op, *op->policy ? "/" : "", op->policy,
				  w->name, size_name(size).text),
		.op = xstrdup(op->op),
		.policy = xstrdup(op->policy),
		.workload = xstrdup(w->name),
		.level = xstrdup(w->level),
		.size = size,
		.placement = RECORD_PLACEMENT(xstrdup(RECORD_LOCAL)),
		.threads = 1,
		.mms = 1,
		.cache = xstrdup("warm"),
		.overhead = FAKE_OVERHEAD,
		.run_ticks = ticks * FAKE_SAMPLES + 20000,
		.result_node = 0,
		.has_pfns = op->cost > 0,
		.has_entries = op->cost > 0,
		.proof = *proof,
		.samples = xcalloc(FAKE_SAMPLES, sizeof(*s->samples)),
		.nr_samples = FAKE_SAMPLES,
	};
	if (s->has_pfns) {
		s->valid_pages = pages;
		s->pfn_sum = proof->pfn_sum;
		s->entry_sum = proof->pfn_sum * 3 + 0x8000000000000000ULL;
	}
	for (size_t i = 0; i < FAKE_SAMPLES; i++) {
		s->samples[i].ticks = ticks;
		s->samples[i].flags = PTWALK_SAMPLE_IRQS_OFF;
	}
}

static void make_boot(struct record_boot *b, unsigned boot)
{
	*b = (struct record_boot){
		.boot = boot,
		.release = xstrdup("6.1.0-56-amd64"),
		.build = xstrdup("#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2"),
		.cmdline = xstrdup("console=ttyS0 mitigations=off nokaslr norandmaps"),
		.cpu = xstrdup("QEMU Virtual CPU version 2.5+"),
		.mitigations = xstrdup("spectre_v2: Vulnerable"),
		.module_compiler = xstrdup("gcc 12.2.0"),
		.topology = xstrdup("1 package, 1 core, 1 PU, 1 node"),
		.tsc_khz = 1000000,
		.tsc_cpuid_khz = RECORD_NO_TICKS,
		.tsc_hypervisor_khz = RECORD_NO_TICKS,
		.tsc_measured_hz = RECORD_NO_TICKS,
		.overhead = FAKE_OVERHEAD,
		.iterations = FAKE_SAMPLES,
	};
}

static void make_run(struct record_run *run)
{
	*run = (struct record_run){
		.id = xstrdup("20261121T094500Z-6.1.0-56-amd64-exact"),
		.started = xstrdup("2026-11-21T09:45:00Z"),
		.ptwalk = xstrdup("0.1.0"),
		.command = xstrdup("ptwalk run --boots 2"),
		.machine = xstrdup("exact"),
		.unit = xstrdup("instructions"),
		.exact = true,
		.replicate = xstrdup(RECORD_REPLICATE),
		.arch = xstrdup(RECORD_ARCH),
		.page_size = RECORD_PAGE,
		.boots = FAKE_BOOTS,
		.kernel = { .spec = xstrdup("debian:6.1"),
			    .release = xstrdup("6.1.0-56-amd64"),
			    .version = xstrdup("6.1.192-2"),
			    .image_sha256 = xstrdup("0123"),
			    .config_sha256 = xstrdup("4567"),
			    .compiler = xstrdup("gcc-12 (Debian 12.2.0-14) 12.2.0") },
		.qemu = xstrdup("7.2.22"),
		.host = xstrdup("A host's CPU @ 3.0 GHz"),
		.quiet = xstrdup(""),
		.sampling = record_sampling_none(),
	};
}

static void add_boot(struct records *r, unsigned boot)
{
	struct ptwalk_inspect proof;
	unsigned series = 0;

	make_boot(&r->boots[r->nr_boots++], boot);
	for (size_t w = 0; w < ARRAY_SIZE(fake_workloads); w++) {
		for (size_t z = 0; z < ARRAY_SIZE(fake_sizes); z++) {
			make_proof(&proof, &fake_workloads[w], fake_sizes[z]);
			for (size_t o = 0; o < ARRAY_SIZE(fake_ops); o++, series++)
				make_series(&r->series[r->nr_series++], boot, &fake_workloads[w],
					    &fake_ops[o], &proof);
		}
	}
	r->ends[r->nr_ends++] = (struct record_end){
		.boot = boot,
		.series = series,
		.program_seconds = 4.25,
		.first_window_seconds = 5.5,
		.total_seconds = 21.75,
		.window_seconds = 9.5,
		.peak_rss_kib = 3700000,
	};
}

void fake_boots(struct records *r, unsigned boots)
{
	size_t each = ARRAY_SIZE(fake_workloads) * ARRAY_SIZE(fake_sizes) * ARRAY_SIZE(fake_ops);

	*r = (struct records){
		.boots = xcalloc(boots, sizeof(*r->boots)),
		.series = xcalloc(boots * each, sizeof(*r->series)),
		.missing = xcalloc(boots * each, sizeof(*r->missing)),
		.ends = xcalloc(boots, sizeof(*r->ends)),
	};
	make_run(&r->run);
	r->run.boots = boots;
	for (unsigned boot = 1; boot <= boots; boot++)
		add_boot(r, boot);
}

void fake_run(struct records *r)
{
	fake_boots(r, FAKE_BOOTS);
}

void fake_small(struct records *r, size_t series)
{
	fake_run(r);
	for (unsigned boot = 0; boot < FAKE_BOOTS; boot++)
		r->ends[boot].series = boot ? 0 : (unsigned)series;
	for (size_t i = series; i < r->nr_series; i++) {
		struct record gone = { .kind = RECORD_SERIES, .series = r->series[i] };

		record_release(&gone);
	}
	r->nr_series = series;
}

struct record_series *fake_series(struct records *r, unsigned boot, const char *name)
{
	for (size_t i = 0; i < r->nr_series; i++)
		if (r->series[i].boot == boot && !strcmp(r->series[i].name, name))
			return &r->series[i];
	fail_msg("no series %s", name);
	return NULL;
}

void fake_missing(struct records *r, unsigned boot, const char *name, const char *reason)
{
	struct record_series *s = fake_series(r, boot, name);
	struct record gone = { .kind = RECORD_SERIES, .series = *s };

	r->missing[r->nr_missing++] = (struct record_missing){
		.boot = boot,
		.name = xstrdup(s->name),
		.op = xstrdup(s->op),
		.policy = xstrdup(s->policy),
		.workload = xstrdup(s->workload),
		.size = s->size,
		.placement = xstrdup(s->placement.name),
		.threads = s->threads,
		.mms = s->mms,
		.reason = xstrdup(reason),
	};
	record_release(&gone);
	memmove(s, s + 1, (size_t)(r->series + r->nr_series - (s + 1)) * sizeof(*s));
	r->nr_series--;
	r->ends[boot - 1].series--;
	r->ends[boot - 1].missing++;
}

size_t fake_count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

char *fake_text(const struct records *r)
{
	return records_text(r);
}

static void add_stages(struct record_series *s)
{
	s->stages = xcalloc(2, sizeof(*s->stages));
	s->nr_stages = 2;
	for (size_t i = 0; i < 2; i++) {
		s->stages[i].name = xstrdup(i ? "again" : "lock");
		s->stages[i].note = xstrdup(i ? "after a collision" : "");
		s->stages[i].ticks = xcalloc(FAKE_SAMPLES, sizeof(*s->stages[i].ticks));
		s->stages[i].ticks[0] = RECORD_NO_TICKS;
		s->stages[i].ticks[1] = 41 + i;
		s->stages[i].ticks[2] = 1ULL << 63;
	}
}

static void full_series(struct record_series *s)
{
	struct ptwalk_inspect proof;

	make_proof(&proof, &fake_workloads[1], 64 * MIB);
	make_series(s, 2, &fake_workloads[1], &fake_ops[6], &proof);
	s->proof.pfn_min = UINT64_MAX;
	s->proof.hole_pages = INT64_MAX;
	s->proof.nonpresent_pages = 1ULL << 63; /* past what JSON integers hold */
	s->proof.table_nodes[63] = 3;
	s->result_node = -1;
	s->placement.tables = 0;
	s->placement.result = 63;
	s->threads = 3;
	s->mms = 2;
	strv_add(&s->notes, "a note");
	strv_add(&s->notes, "another");
	s->error_pages = 5;
	s->nr_events = 3;
	s->events[0] = (struct record_event){ .name = xstrdup("r01c4"),
					      .type = 4,
					      .config = 0xffffffff000001c4ULL,
					      .config1 = 5,
					      .config2 = 1ULL << 63,
					      .overhead = 101,
					      .reason = xstrdup("") };
	s->events[1] = (struct record_event){ .name = xstrdup("instructions"),
					      .config = 1,
					      .overhead = RECORD_NO_TICKS,
					      .reason = xstrdup("") };
	s->events[2] = (struct record_event){ .name = xstrdup("node-loads"),
					      .type = 3,
					      .config = 6,
					      .overhead = RECORD_NO_TICKS,
					      .reason = xstrdup("this machine has no PMU") };
	s->samples[1].events[0] = 1001;
	s->samples[1].enabled_ns[0] = 1002;
	s->samples[1].running_ns[1] = 1003;
	s->samples[2] = (struct ptwalk_sample){ .ticks = UINT64_MAX,
						.flags = PTWALK_SAMPLE_DISTURBED,
						.interrupts = 1,
						.switches = 2,
						.retries = 3,
						.faults = 4,
						.cpu = UINT32_MAX };
	add_stages(s);
}

void fake_record(enum record_kind kind, struct record *record)
{
	*record = (struct record){ .kind = kind };
	switch (kind) {
	case RECORD_RUN:
		make_run(&record->run);
		break;
	case RECORD_BOOT:
		make_boot(&record->boot, 3);
		record->boot.tsc_hypervisor_khz = 1000001;
		record->boot.tsc_measured_hz = 1000000123;
		break;
	case RECORD_SERIES:
		full_series(&record->series);
		break;
	case RECORD_MISSING:
		record->missing =
			(struct record_missing){ .boot = 1,
						 .name = xstrdup("hmm/x/4K"),
						 .op = xstrdup("hmm"),
						 .policy = xstrdup(""),
						 .workload = xstrdup("x"),
						 .size = 4096,
						 .placement = xstrdup(RECORD_LOCAL),
						 .threads = 4,
						 .mms = 2,
						 .reason = xstrdup("needs \"CONFIG_X\"") };
		break;
	case RECORD_END:
		record->end = (struct record_end){ 1, 139, 1, 4.25, 5.5, 21.125, 9.0625, 3700000 };
		break;
	}
}

char *fake_line(enum record_kind kind)
{
	struct record record;
	char *line;

	fake_record(kind, &record);
	line = record_line(&record);
	record_release(&record);
	return line;
}
