// SPDX-License-Identifier: GPL-2.0-only
/* bench/record: what is not a record is refused, by name. */
#include "tests/unit/unit.h"
#include "tests/unit/fake_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

static int parse(const char *line, struct err *err)
{
	struct record record;
	int ret = record_parse(line, strlen(line), RECORD_SCHEMA, &record, err);

	if (!ret)
		record_release(&record);
	return ret;
}

/* @from in a good line replaced by @to; a NULL @from appends. */
struct spoiled {
	enum record_kind kind;
	const char *from, *to, *says;
};

static const struct spoiled refused[] = {
	{ RECORD_RUN, "\"kind\":\"run\"", "\"kind\":\"walk\"", "kind: not run" },
	{ RECORD_RUN, "\"kind\":\"run\"", "\"kind\":1", "kind: not run" },
	{ RECORD_RUN, "\"kind\":\"run\",", "", "kind: missing" },
	{ RECORD_RUN, "\"schema\":6", "\"schema\":7", "newer than this program" },
	{ RECORD_RUN, "\"schema\":6", "\"schema\":0", "schema: not" },
	{ RECORD_RUN, "\"schema\":6", "\"schema\":\"1\"", "schema: not" },
	{ RECORD_RUN, "\"schema\":6,", "", "schema: missing" },
	{ RECORD_RUN, "\"method_evidence\":false", "\"method_evidence\":0",
	  "method_evidence: not true" },
	{ RECORD_RUN, "\"order\":\"\"", "\"order\":7", "sampling: order: not a string" },
	{ RECORD_SERIES, "\"cache\":\"warm\"", "\"cache\":\"hot\"", "cache: not warm or cold" },
	{ RECORD_SERIES, "\"warm_up\":0", "\"warm_up\":-1", "warm_up: not an integer" },
	{ RECORD_SERIES, "\"warm_up\":0", "\"warm_up\":99", "warm_up: leaves no sample" },
	{ RECORD_RUN, "\"boots\":2", "\"boots\":0", "boots: 0" },
	{ RECORD_RUN, "\"page_size\":4096", "\"page_size\":2048",
	  "page_size: not the size of a page" },
	{ RECORD_RUN, "\"page_size\":4096", "\"page_size\":12288",
	  "page_size: not the size of a page" },
	{ RECORD_RUN, "\"page_size\":4096", "\"page_size\":131072",
	  "page_size: not the size of a page" },
	{ RECORD_RUN, "\"exact\":true", "\"exact\":1", "exact: not true or false" },
	{ RECORD_RUN, "\"spec\":\"debian:6.1\",", "", "kernel: spec: missing" },
	{ RECORD_RUN, "\"kernel\":{", "\"kernel\":[],\"k\":{", "kernel: not an object" },
	{ RECORD_RUN, "\"unit\":", "\"tick\":", "unit: missing" },
	{ RECORD_BOOT, "\"boot\":3", "\"boot\":0", "boot: 0" },
	{ RECORD_BOOT, "\"boot\":3", "\"boot\":-3", "boot: not an integer" },
	{ RECORD_BOOT, "\"boot\":3", "\"boot\":3.0", "boot: not an integer" },
	{ RECORD_BOOT, "\"boot\":3", "\"boot\":4294967296", "boot: not an integer" },
	{ RECORD_BOOT, "\"boot\":3", "\"boot\":3,\"schema\":1", "schema: not a field" },
	{ RECORD_BOOT, "\"boot\":3", "\"boot\":3,\"boot\":3", "duplicate" },
	{ RECORD_BOOT, "\"boot\":3", "\"boot\":3,\"\\u001b[2J\":3", "a field: not a field" },
	{ RECORD_BOOT, "\"tsc_khz\":1000000", "\"tsc_khz\":NaN", "not a line of JSON" },
	{ RECORD_BOOT, "\"tsc_khz\":1000000", "\"tsc_khz\":1e6", "tsc_khz: not a count" },
	{ RECORD_BOOT, "\"tsc_khz\":1000000", "\"tsc_khz\":99999999999999999999", "not a line" },
	{ RECORD_BOOT, "\"tsc_khz\":1000000", "\"tsc_khz\":\"0x5\"", "tsc_khz: not a count" },
	{ RECORD_BOOT, "\"cpu\":\"QEMU", "\"cpu\":\"\\u001b[2J", "cpu: holds a control" },
	{ RECORD_BOOT, "\"cpu\":\"QEMU", "\"cpu\":\"\\u009b2J", "cpu: holds a control" },
	{ RECORD_BOOT, "\"cpu\":\"QEMU", "\"cpu\":\"\\u0000", "not a line of JSON" },
	{ RECORD_BOOT, "\"cpu\":\"QEMU", "\"cpu\":\"\001", "not a line of JSON" },
	{ RECORD_BOOT, "\"release\":\"6.1.0-56-amd64\"", "\"release\":null", "release: not a s" },
	{ RECORD_SERIES, "\"size\":67108864", "\"size\":67108865", "size: not a multiple" },
	{ RECORD_SERIES, "\"size\":67108864", "\"size\":0", "size: not a multiple" },
	{ RECORD_SERIES, "\"level\":\"pmd\"", "\"level\":\"p4d\"", "level: not pte" },
	{ RECORD_SERIES, "\"result_node\":null", "\"result_node\":-1", "result_node: not a node" },
	{ RECORD_SERIES, "\"pfns\":{", "\"pfns\":{\"x\":1,", "pfns: x: not a field" },
	{ RECORD_SERIES, "\"valid_pages\":", "\"valid\":", "pfns: valid_pages: missing" },
	{ RECORD_SERIES, "\"pfn_min\":\"0xffffffffffffffff\"",
	  "\"pfn_min\":\"0xfffffffffffffffff\"", "proof: pfn_min: not a number" },
	{ RECORD_SERIES, "\"pfn_min\":\"0xffffffffffffffff\"", "\"pfn_min\":\"0xFF\"",
	  "proof: pfn_min: not a number" },
	{ RECORD_SERIES, "\"leaves\":{\"pte\":0", "\"leaves\":{\"pte\":-1", "leaves: pte: not a" },
	{ RECORD_SERIES, "\"leaves\":{\"pte\":0", "\"leaves\":{\"p4d\":0", "leaves: pte: missing" },
	{ RECORD_SERIES, "\"leaves\":{\"pte\":0,", "\"leaves\":{", "leaves: not an object of" },
	{ RECORD_SERIES, "\"63\":3", "\"64\":3", "table_nodes: 64: not a node" },
	{ RECORD_SERIES, "\"63\":3", "\"03\":3", "table_nodes: 03: not a node" },
	{ RECORD_SERIES, "\"63\":3", "\"-1\":3", "table_nodes: -1: not a node" },
	{ RECORD_SERIES, "\"63\":3", "\"63\":\"3\"", "table_nodes: 63: not a count" },
	{ RECORD_SERIES, "\"events\":[", "\"events\":[1,", "events: 0: not an object" },
	{ RECORD_SERIES, "\"events\":[", "\"events\":[1,2,3,", "events: not an array of up to" },
	{ RECORD_SERIES, "\"events\":[{", "\"events\":[],\"x\":[{", "samples: 0: not an array of" },
	{ RECORD_SERIES, "\"samples\":[", "\"samples\":[0,", "samples: 0: not an array of 10" },
	{ RECORD_SERIES, "\"samples\":[[", "\"samples\":[[\"1\",", "samples: 0: not an array of" },
	{ RECORD_SERIES, "[1001,1002,0]", "null", "samples: 1: event 0: not an array" },
	{ RECORD_SERIES, "],null]", "],[1,1,1]]", "event 2: not null, though it is not counted" },
	{ RECORD_SERIES, "\"overhead\":101", "\"overhead\":-1",
	  "events: 0: overhead: not a count" },
	{ RECORD_SERIES, "\"config1\":\"0x5\"", "\"config1\":5",
	  "events: 0: config1: not a number" },
	{ RECORD_SERIES, "\"name\":\"r01c4\",", "", "events: 0: name: missing" },
	{ RECORD_BOOT, "\"tsc_measured_hz\":1000000123", "\"tsc_measured_hz\":1.5",
	  "tsc_measured_hz: not a count" },
	{ RECORD_SERIES, "[1001,1002,0]", "[1001,1002]", "samples: 1: event 0: not an array" },
	{ RECORD_SERIES, "[1001,1002,0]", "[1001,-2,0]", "samples: 1: enabled_ns: not a count" },
	{ RECORD_SERIES, "\"placement\":{", "\"placement\":{\"x\":1,", "placement: x: not a" },
	{ RECORD_SERIES, "\"tables\":0", "\"tables\":-1", "placement: tables: not a node" },
	{ RECORD_SERIES, "\"cpu\":null,", "", "placement: cpu: missing" },
	{ RECORD_SERIES, "\"threads\":3", "\"threads\":0", "threads: 0" },
	{ RECORD_SERIES, "\"mms\":2", "\"mms\":0", "mms: not from 1" },
	{ RECORD_SERIES, "\"mms\":2", "\"mms\":4", "mms: not from 1" },
	{ RECORD_SERIES, "\"stages\":[", "\"stages\":{},\"x\":[", "stages: not an array" },
	{ RECORD_SERIES, "\"stages\":[", "\"stages\":[1,", "stages: 0: not an object of" },
	{ RECORD_SERIES, "\"stages\":[{", "\"stages\":[{\"x\":1,", "stages: 0: not an object" },
	{ RECORD_SERIES, "\"name\":\"lock\"", "\"name\":\"\"", "stages: 0: name: empty" },
	{ RECORD_SERIES, "\"name\":\"again\"", "\"name\":\"lock\"", "stages: 1: name: that of" },
	{ RECORD_SERIES, "[null,41", "[41", "stages: 0: samples: not an array of 3" },
	{ RECORD_SERIES, "[null,41", "[null,-41", "stages: 0: samples: not a count" },
	{ RECORD_SERIES, "[null,41", "[\"0xffffffffffffffff\",41", "a count that stands for none" },
	{ RECORD_SERIES, "\"note\":\"\"", "\"note\":null", "stages: 0: note: not a string" },
	{ RECORD_SERIES, "[\"a note\"", "[1", "notes: not an array of strings" },
	{ RECORD_SERIES, "[\"a note\"", "[\"\\u001b\"", "notes: not an array of strings" },
	{ RECORD_SERIES, "\"notes\":[", "\"notes\":null,\"x\":[", "notes: not an array of" },
	{ RECORD_MISSING, "\"mms\":2", "\"mms\":5", "mms: not from 1" },
	{ RECORD_MISSING, "\"threads\":4", "\"threads\":0", "threads: 0" },
	{ RECORD_MISSING, "\"placement\":\"local\"", "\"placement\":0", "placement: not a s" },
	{ RECORD_MISSING, "\"reason\":", "\"why\":", "reason: missing" },
	{ RECORD_END, "\"total_seconds\":21.125", "\"total_seconds\":-1", "total_seconds: not s" },
	{ RECORD_END, "\"total_seconds\":21.125", "\"total_seconds\":\"1\"", "total_seconds: not" },
	{ RECORD_END, "\"total_seconds\":21.125", "\"total_seconds\":1e999", "not a line of JSON" },
	{ RECORD_END, "\"total_seconds\":21.125", "\"total_seconds\":Infinity", "not a line" },
	{ RECORD_END, NULL, "{}", "not a line of JSON" },
};

static char *spoil(const struct spoiled *s)
{
	char *line = fake_line(s->kind), *at = s->from ? strstr(line, s->from) : NULL, *out;

	if (!s->from) {
		out = xasprintf("%s%s", line, s->to);
	} else {
		assert_non_null(at);
		out = xasprintf("%.*s%s%s", (int)(at - line), line, s->to, at + strlen(s->from));
	}
	free(line);
	return out;
}

TEST(what_is_wrong_is_refused_by_name)
{
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		char *line = spoil(&refused[i]);
		struct err err = { "" };

		assert_int_equal(parse(line, &err), -EBADMSG);
		if (!strstr(err.text, refused[i].says))
			fail_msg("%zu: '%s' instead of '%s'", i, err.text, refused[i].says);
		free(line);
	}
}

TEST(what_is_no_object_is_refused)
{
	static const char *const lines[] = {
		"", " ", "null", "[]", "1", "\"x\"", "{}", "{", "run"
	};
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		assert_int_equal(parse(lines[i], &err), -EBADMSG);
}

TEST(deep_nesting_is_refused)
{
	const size_t depth = 200000;
	char *line = xcalloc(depth + 1, 1);
	struct err err;

	memset(line, '[', depth);
	assert_int_equal(parse(line, &err), -EBADMSG);
	free(line);
}

TEST(a_nul_within_a_line_is_refused)
{
	char *line = fake_line(RECORD_END);
	struct record record;
	struct err err;

	line[10] = '\0';
	assert_int_equal(record_parse(line, 200, RECORD_SCHEMA, &record, &err), -EBADMSG);
	free(line);
}

TEST(a_cut_line_is_refused_wherever_it_is_cut)
{
	for (enum record_kind kind = RECORD_RUN; kind <= RECORD_END; kind++) {
		char *line = fake_line(kind);
		struct record record;
		struct err err;

		for (size_t len = 0; len + 1 < strlen(line); len++) {
			char *cut = xstrndup(line, len); /* ASan sees a read past its end */

			assert_int_equal(record_parse(cut, len, RECORD_SCHEMA, &record, &err),
					 -EBADMSG);
			free(cut);
		}
		free(line);
	}
}

TEST(flipped_bytes_never_crash)
{
	uint32_t seed = 1;

	for (enum record_kind kind = RECORD_RUN; kind <= RECORD_END; kind++) {
		char *line = fake_line(kind);
		size_t len = strlen(line);

		for (int i = 0; i < 4000; i++) {
			char *copy = xstrdup(line);
			struct err err = { "" };

			for (int flips = 0; flips < 1 + i % 3; flips++) {
				size_t at;

				seed = seed * 1664525 + 1013904223;
				at = (seed >> 8) % len;
				copy[at] = (char)(copy[at] ^ 1 << (seed >> 29));
			}
			if (parse(copy, &err))
				assert_true(*err.text);
			free(copy);
		}
		free(line);
	}
}
