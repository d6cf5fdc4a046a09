// SPDX-License-Identifier: GPL-2.0-only
#include "bench/record/record.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "kmod/uapi/op.h"

#define ARCH   "arch"
#define EVENTS "perf events"

static void add(struct environment *e, const char *name, const char *value)
{
	e->fields[e->n++] = (struct environment_field){ name, value };
}

/* Software events switch code of the kernel's on while they exist. */
static bool counts_events(const struct records *r)
{
	for (size_t i = 0; i < r->nr_series; i++)
		for (size_t k = 0; k < r->series[i].nr_events; k++)
			if (!*r->series[i].events[k].reason)
				return true;
	return false;
}

void environment_of(const struct records *records, struct environment *e)
{
	const struct record_run *run = &records->run;
	const struct record_boot *boot = records->nr_boots ? &records->boots[0] : NULL;

	e->n = 0;
	add(e, "machine", run->machine);
	add(e, ARCH, run->arch);
	add(e, "unit", run->unit);
	add(e, "mitigations", record_mitigations(run));
	add(e, "kernel config", run->kernel.config_sha256);
	add(e, "kernel compiler", run->kernel.compiler);
	if (boot) {
		add(e, "guest CPU", boot->cpu);
		add(e, "module compiler", boot->module_compiler);
	}
	if (run->exact) {
		add(e, EVENTS, counts_events(records) ? "counted" : "");
		return;
	}
	add(e, "host CPU", run->host);
	add(e, "QEMU", run->qemu);
	add(e, "quieted", run->quiet);
	if (boot)
		add(e, "CPU mitigations", boot->mitigations);
}

bool environment_field_told(const struct environment_field *field)
{
	if (!strcmp(field->name, EVENTS))
		return *field->value;
	return strcmp(field->name, ARCH) || strcmp(field->value, RECORD_ARCH);
}

const char *environment_get(const struct environment *e, const char *name)
{
	for (size_t i = 0; i < e->n; i++)
		if (!strcmp(e->fields[i].name, name))
			return e->fields[i].value;
	return NULL;
}

/* Behind the folder and the triplet of a cross compiler's program. */
static const char *plain_compiler(const char *text)
{
	const char *end = text + strcspn(text, " "), *from = text;

	for (const char *at = text; at < end; at++)
		if (*at == '/' || (*at == '-' && at[1] >= 'a' && at[1] <= 'z'))
			from = at + 1;
	return from;
}

bool environment_same(const char *field, const char *a, const char *b)
{
	if (str_ends(field, "compiler"))
		return !strcmp(plain_compiler(a), plain_compiler(b));
	return !strcmp(a, b);
}

static unsigned int op_flags(const char *op)
{
	static const struct {
		const char *name;
		unsigned int flags;
	} ops[] = {
#define X(number, constant, name_, flags_, ...) { #name_, flags_ },
		PTWALK_OPS(X)
#undef X
	};

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++)
		if (!strcmp(ops[i].name, op))
			return ops[i].flags;
	return 0;
}

static bool op_is(const char *op, unsigned int flag)
{
	return op_flags(op) & flag;
}

bool record_op_calibrates(const char *op)
{
	return op_is(op, PTWALK_OPF_CALIBRATES);
}

bool record_op_is_floor(const char *op)
{
	return op_is(op, PTWALK_OPF_FLOOR);
}

bool record_op_has_own(const char *op)
{
	return op_is(op, PTWALK_OPF_OWN);
}

bool record_op_is_built_in(const char *op)
{
	_cleanup_free_ char *known = xstrdup(op);
	unsigned int flags = op_flags(known);

	/* What is asked in several ways is named after what it is: "hmm_populate". */
	for (char *end; !flags && (end = strrchr(known, '_')); flags = op_flags(known))
		*end = '\0';
	return flags & PTWALK_OPF_FAULTS && !(flags & PTWALK_OPF_CHUNKS);
}

const char *record_note(bool functional)
{
	return functional ? RECORD_FUNCTIONAL : "";
}

struct record_page record_page(const struct record_run *run)
{
	struct record_page page;

	snprintf(page.text, sizeof(page.text), "%" PRIu64 " KiB page", run->page_size / 1024);
	return page;
}

const char *record_kernel(const struct record_run *run)
{
	if (*run->kernel.version)
		return run->kernel.version;
	return *run->kernel.release ? run->kernel.release : run->kernel.spec;
}

const char *record_mitigations(const struct record_run *run)
{
	if (!*run->ptwalk)
		return "";
	return run->mitigations ? "on" : "off";
}

int record_comparable(const struct record_run *run, bool method, struct err *err)
{
	if (method && run->method_evidence)
		return 0;
	if (method)
		return err_set(
			err, EOPNOTSUPP,
			"--method-evidence compares runs that were made with it, and %s was not",
			run->id);
	if (run->method_evidence)
		return err_set(
			err, EOPNOTSUPP,
			"%s was made as evidence of the method: its figures are of no kernel "
			"(--method-evidence compares such runs)",
			run->id);
	if (!run->functional)
		return 0;
	return err_set(err, EOPNOTSUPP,
		       "figures of the %s machine are functional only: never compared (%s)",
		       run->machine, run->id);
}

struct record_sampling record_sampling_none(void)
{
	return (struct record_sampling){
		.session = xstrdup(""),
		.arm = xstrdup(""),
		.order = xstrdup(""),
		.looks = xstrdup(""),
		.stop = xstrdup(""),
	};
}
