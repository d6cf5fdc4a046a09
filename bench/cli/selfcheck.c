// SPDX-License-Identifier: GPL-2.0-only
/*
 * The registry of checks: all of them, or those that are named; what they found, printed and in a
 * file to send.
 */
#include "bench/cli/selfcheck.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/host.h"
#include "bench/measure/run.h"

#define DECLARE(name) extern const struct selfcheck_check selfcheck_##name;
SELFCHECKS(DECLARE)
#undef DECLARE

#define ENTRY(name) &selfcheck_##name,
static const struct selfcheck_check *const selfchecks[] = { SELFCHECKS(ENTRY) };
#undef ENTRY

#define SCHEMA 1

void selfcheck_list(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(selfchecks); i++)
		printf("%-11s %s\n", selfchecks[i]->name, selfchecks[i]->shows);
}

static const struct selfcheck_check *find_check(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(selfchecks); i++)
		if (!strcmp(selfchecks[i]->name, name))
			return selfchecks[i];
	return NULL;
}

static int check_names(const struct selfcheck_request *o, struct err *err)
{
	struct strv known = { 0 };

	for (size_t i = 0; i < o->only.n; i++) {
		if (find_check(o->only.v[i]))
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(selfchecks); k++)
			strv_add(&known, selfchecks[k]->name);
		return err_unknown(err, "check", o->only.v[i], &known);
	}
	return 0;
}

/* A line, shown and kept. */
static void put(FILE *kept, const char *name, const struct selfcheck_result *r)
{
	_cleanup_free_ char *line =
		r->verdict == SELFCHECK_IMPOSSIBLE
			? xasprintf("%-11s not possible here: %s\n", name, r->text)
			: xasprintf("%-11s %s: %s\n", name, selfcheck_word(r->verdict), r->text);

	fputs(line, stdout);
	fflush(stdout);
	fputs(line, kept);
}

/* All checks; @counts by verdict. Returns the array of what was found. */
static json_t *check_all(struct selfcheck *s, FILE *kept, size_t counts[3])
{
	json_t *array = json_array();

	for (size_t i = 0; i < ARRAY_SIZE(selfchecks) && !interrupt_pending(); i++) {
		const struct selfcheck_check *check = selfchecks[i];
		struct selfcheck_result r = { 0 };

		if (s->only->n && !strv_has(s->only, check->name))
			continue;
		check->run(s, &r);
		put(kept, check->name, &r);
		counts[r.verdict]++;
		json_array_append_new(
			array, json_pack("{s:s, s:s, s:s, s:s, s:o}", "name", check->name, "shows",
					 check->shows, "verdict", selfcheck_word(r.verdict), "text",
					 r.text, "facts", r.facts ? r.facts : json_object()));
	}
	return array;
}

static void tell_of_file(const char *path)
{
	struct stat st;

	printf("\n%s (%lld KiB) is to be sent. It holds what is printed above, the figures behind "
	       "it,\nthe CPU's model, the kernel's release, config's hash and compiler, the NUMA "
	       "layout, and of\nruns their records. Host and user names, folders and all words of "
	       "the kernel's command\nline that measurements do not depend on are left out. Look "
	       "before you send it: tar xzOf %s\n",
	       path, stat(path, &st) ? 0LL : (long long)(st.st_size + 1023) / 1024, path);
}

static int check_and_write(struct selfcheck *s, const char *path, struct err *err)
{
	size_t counts[3] = { 0 }, len;
	_cleanup_free_ char *printed = NULL, *when = run_stamp("%Y-%m-%dT%H:%M:%SZ");
	FILE *kept = open_memstream(&printed, &len);
	json_t *json = json_pack("{s:s, s:i, s:s, s:s, s:o}", "kind", "hardware", "schema", SCHEMA,
				 "ptwalk", PTWALK_VERSION, "when", when, "checks",
				 check_all(s, kept, counts));
	int ret;

	fprintf(kept, "%zu pass, %zu fail, %zu not possible here\n", counts[SELFCHECK_PASS],
		counts[SELFCHECK_FAIL], counts[SELFCHECK_IMPOSSIBLE]);
	fclose(kept);
	printf("\n%zu pass, %zu fail, %zu not possible here\n", counts[SELFCHECK_PASS],
	       counts[SELFCHECK_FAIL], counts[SELFCHECK_IMPOSSIBLE]);
	ret = interrupt_pending() ? err_set(err, EINTR, "interrupted; no file was written")
				  : selfcheck_file_write(s, path, json, printed, err);
	if (!ret)
		tell_of_file(path);
	json_decref(json);
	return ret ? ret : counts[SELFCHECK_FAIL] ? -ECHILD : 0;
}

static int check_folder(const struct selfcheck_request *o, struct err *err)
{
	_cleanup_free_ char *stamp = run_stamp("ptwalk-hardware-%Y%m%dT%H%M%SZ.tar.gz");
	_cleanup_(fs_temp_endp) char *folder = fs_temp(NULL, "ptwalk-hardware", err);
	const char *path = o->out ? o->out : stamp;
	struct selfcheck s = {
		.folder = folder,
		.kernel = o->kernel ? o->kernel : "debian:6.1",
		.module = o->module,
		.kvm = o->kvm,
		.only = &o->only,
	};
	int ret;

	if (!folder)
		return -errno;
	ret = selfcheck_file_check(path, err);
	if (!ret)
		ret = check_and_write(&s, path, err);
	strv_release(&s.runs);
	return ret;
}

int selfcheck_do(const struct selfcheck_request *o, struct err *err)
{
	int ret = check_names(o, err);

	return ret ? ret : check_folder(o, err);
}
