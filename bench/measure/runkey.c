// SPDX-License-Identifier: GPL-2.0-only
#include "bench/measure/runkey.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "bench/measure/folder.h"
#include "kernels/cache.h"
#include "vm/image.h"

static void add_series(struct manifest *m, const struct selection *s, const char *workload,
		       const char *placement, const struct walkers *walkers)
{
	for (size_t i = 0; i < s->nr_sizes; i++)
		for (size_t v = 0; v < s->variants.n; v++) {
			char *name = variant_series_name(&s->variants.v[v], workload, s->sizes[i],
							 placement, walkers);

			manifest_addf(m, "series %s\n", name);
			free(name);
		}
}

static void add_plan(struct manifest *m, const struct plan *plan)
{
	const struct selection *s = &plan->selection;

	manifest_addf(m, "machine %s, boots %u, mitigations %d\n", plan->machine->name, plan->boots,
		      plan->mitigations);
	manifest_addf(m, "dax %llu, nodes %u, cpus %u, invalidate %s, ram %u, append %s\n",
		      (unsigned long long)plan->dax_size, plan->nodes, plan->cpus,
		      plan->invalidate ? plan->invalidate : "", plan->ram_mib,
		      plan->append ? plan->append : "");
	manifest_addf(m, "iterations %u\n", s->iterations);
	for (size_t w = 0; w < s->nr_workloads; w++)
		for (size_t p = 0; p < s->nr_placements; p++)
			for (size_t k = 0; k < s->nr_walkers; k++)
				add_series(m, s, s->workloads[w]->name, s->placements[p].name,
					   &s->walkers[k]);
}

/* Programs of the host that workloads run in the guest; one that is missing is no file. */
static int add_programs(struct manifest *m, const struct plan *plan, struct err *err)
{
	const struct selection *s = &plan->selection;
	int ret = 0;

	for (size_t i = 0; !ret && i < s->nr_workloads; i++)
		if (s->workloads[i]->program && fs_exists(s->workloads[i]->program))
			ret = manifest_add_file(m, "", s->workloads[i]->program, err);
	return ret;
}

char *runkey_make(const struct plan *plan, const struct prepared *p, const char *qemu,
		  struct err *err)
{
	char *init = image_init_path(), *key = NULL;
	struct manifest m = { 0 };
	int ret;

	manifest_addf(&m, "ptwalk %s, schema %d, qemu %s\n", PTWALK_VERSION, RECORD_SCHEMA, qemu);
	manifest_addf(&m, "image %s, config %s\n", p->kernel.image_sha256, p->kernel.config_sha256);
	manifest_addf(&m, "modules %s of %s\n", p->kernel.release, p->kernel.root);
	add_plan(&m, plan);
	ret = manifest_add_file(&m, "", p->module, err);
	if (!ret)
		ret = manifest_add_file(&m, "", p->driver, err);
	if (!ret)
		ret = manifest_add_file(&m, "", init, err);
	if (!ret)
		ret = add_programs(&m, plan, err);
	if (!ret)
		key = manifest_key(&m);
	manifest_release(&m);
	free(init);
	return key;
}

int runkey_write(const char *folder, const char *key, struct err *err)
{
	char *path = xasprintf("%s/" FOLDER_KEY, folder), *line = xasprintf("%s\n", key);
	int ret = fs_write_file(path, line, strlen(line), 0644, err);

	free(line);
	free(path);
	return ret;
}

static bool has_key(const char *folder, const char *key)
{
	char *path = xasprintf("%s/" FOLDER_KEY, folder), *own = fs_read_line(path);
	bool has = own && !strcmp(own, key);

	free(own);
	free(path);
	return has;
}

/* A run that cannot be read, or is damaged, stands for none. */
static bool is_whole(const char *folder)
{
	struct records records;

	if (folder_read(folder, &records, NULL))
		return false;
	records_release(&records);
	return true;
}

char *runkey_find(const char *results, const char *key)
{
	struct strv ids = { 0 };
	char *found = NULL;

	folder_list(results, &ids);
	for (size_t i = ids.n; !found && i > 0; i--) {
		char *folder = xasprintf("%s/%s", results, ids.v[i - 1]);

		if (has_key(folder, key) && is_whole(folder))
			found = folder;
		else
			free(folder);
	}
	strv_release(&ids);
	return found;
}
