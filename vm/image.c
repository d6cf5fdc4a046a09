// SPDX-License-Identifier: GPL-2.0-only
#include "vm/image.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/modules.h"
#include "base/place.h"
#include "vm/channel.h"

DEFINE_CLEANUP_AS(struct archive *, archive_write_free, archive_write_freep);

struct entry {
	char *path; /* in the guest, without its leading slash */
	char *data; /* NULL: a folder */
	size_t len;
	mode_t mode;
};

struct image {
	struct entry *entries;
	size_t n;
	struct strv library_dirs; /* of libraries, where the guest's loader has to be told */
	char *plan;
};

static struct entry *find(struct image *im, const char *path)
{
	for (size_t i = 0; i < im->n; i++)
		if (!strcmp(im->entries[i].path, path))
			return &im->entries[i];
	return NULL;
}

static void push(struct image *im, char *path, char *data, size_t len, mode_t mode)
{
	im->entries = xgrow(im->entries, im->n, sizeof(*im->entries));
	im->entries[im->n++] = (struct entry){ path, data, len, mode };
}

static void add_folder(struct image *im, const char *path)
{
	const char *slash;

	for (slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		_cleanup_free_ char *parent = xstrndup(path, (size_t)(slash - path));

		if (*parent && !find(im, parent))
			push(im, TAKE_PTR(parent), NULL, 0, S_IFDIR | 0755);
	}
}

/* Takes @taken over. The same file twice is one; two files at one path are an error. */
static int add_data(struct image *im, const char *guest, char *taken, size_t len, mode_t mode,
		    struct err *err)
{
	_cleanup_free_ char *data = taken;
	struct entry *e;

	if (*guest != '/' || !guest[1] || str_ends(guest, "/") || strstr(guest, "//") ||
	    strstr(guest, "/../") || strstr(guest, "/./"))
		return err_set(err, EINVAL, "%s is not an absolute path of a file", guest);
	e = find(im, guest + 1);
	if (e && e->data && e->len == len && !memcmp(e->data, data, len))
		return 0;
	if (e)
		return err_set(err, EEXIST, "two files are to be %s", guest);
	add_folder(im, guest + 1);
	push(im, xstrdup(guest + 1), TAKE_PTR(data), len, S_IFREG | (mode & 0777));
	return 0;
}

static int add_file(struct image *im, const char *host, const char *guest, mode_t mode,
		    struct err *err)
{
	struct stat st;
	size_t len;
	char *data;

	if (stat(host, &st))
		return err_errno(err, "cannot read %s", host);
	if (!S_ISREG(st.st_mode))
		return err_set(err, EINVAL, "%s is not a file", host);
	data = fs_read(host, &len, err);
	return data ? add_data(im, guest, data, len, mode ? mode : st.st_mode, err) : -errno;
}

/* Where the loader looks without being told; anything else it needs told. */
static void note_library(struct image *im, const struct arch *arch, const char *path)
{
	static const char *const known[] = { "/lib64", "/usr/lib64", "/lib", "/usr/lib" };
	_cleanup_free_ char *of_arch = xasprintf("/lib/%s", arch->triplet);
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *dir = xstrndup(path, (size_t)(slash - path));
	bool told = strv_has(&im->library_dirs, dir) || !strcmp(dir, of_arch) ||
		    (str_starts(dir, "/usr") && !strcmp(dir + strlen("/usr"), of_arch));

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		told |= !strcmp(known[i], dir);
	if (!told)
		strv_add(&im->library_dirs, dir);
}

static int add_program(struct image *im, const struct vm_config *c, const struct vm_file *f,
		       struct err *err)
{
	const struct arch *arch = arch_of(c->arch);
	_cleanup_(strv_release) struct strv needs = { 0 };
	int ret = add_file(im, f->host, f->guest, 0, err);

	if (!ret)
		ret = elf_needs(f->host, arch, c->libraries, &needs, err);
	for (size_t i = 0; !ret && i < needs.n; i++) {
		_cleanup_free_ char *host =
			xasprintf("%s%s", c->libraries ? c->libraries : "", needs.v[i]);

		note_library(im, arch, needs.v[i]);
		ret = add_file(im, host, needs.v[i], 0755, err);
	}
	return ret;
}

static void plan_add(struct image *im, const char *order, const char *what)
{
	char *plan = xasprintf("%s%s %s\n", im->plan ? im->plan : "", order, what);

	free(im->plan);
	im->plan = plan;
}

/* Signed modules are asked for? Then ours is signed, or there is none of ours. */
static bool wants_signatures(const struct vm_config *c)
{
	size_t len = 0;
	_cleanup_free_ char *data = c->module ? fs_read(c->module, &len, NULL) : NULL;

	return !data || module_unsigned(data, len) != len;
}

static int add_module(struct image *im, const char *path, bool with_signature, struct err *err)
{
	size_t len;
	_cleanup_free_ char *name = NULL, *guest = NULL;
	char *data = module_read(path, &len, err);
	int ret;

	if (!data)
		return -errno;
	if (!with_signature)
		len = module_unsigned(data, len);
	name = module_name(path);
	guest = xasprintf("/modules/%s.ko", name);
	ret = add_data(im, guest, data, len, 0644, err);
	if (!ret)
		plan_add(im, "module", guest);
	return ret;
}

static int add_modules(struct image *im, const struct vm_config *c, struct err *err)
{
	_cleanup_(strv_release) struct strv paths = { 0 };
	/* To check one takes millions of instructions, and then ours taints the kernel all the same. */
	const bool with_signatures = wants_signatures(c);
	int ret = 0;

	if (c->modules && c->modules[0])
		ret = modules_resolve(c->modules_root, c->release, c->modules, &paths, err);
	for (size_t i = 0; !ret && i < paths.n; i++)
		ret = add_module(im, paths.v[i], with_signatures, err);
	if (!ret && c->module)
		ret = add_module(im, c->module, true, err);
	for (const char *const *m = c->foreign_modules; !ret && m && *m; m++)
		ret = add_module(im, *m, true, err);
	return ret;
}

static int add_plan(struct image *im, const struct vm_config *c, const struct vm_layout *l,
		    struct err *err)
{
	for (size_t i = 0; i < l->nr_dax; i++) {
		const struct layout_region *r = &l->dax[i];
		_cleanup_free_ char *s =
			xasprintf("%llx %llx %llx", (unsigned long long)r->start,
				  (unsigned long long)r->size, (unsigned long long)r->align);

		plan_add(im, "dax", s);
	}
	if (im->library_dirs.n) {
		_cleanup_free_ char *dirs = strv_join(&im->library_dirs, ":"),
				    *line = xasprintf("LD_LIBRARY_PATH=%s", dirs);
		plan_add(im, "env", line);
	}
	if (c->strict)
		plan_add(im, "strict", c->races ? "2" : "1");
	if (c->foreign)
		plan_add(im, "foreign", "1");
	if (!c->argv || !c->argv[0])
		return err_set(err, EINVAL, "no program to run in the guest");
	for (const char *const *arg = c->argv; *arg; arg++) {
		if (strchr(*arg, '\n'))
			return err_set(err, EINVAL, "an argument of %s holds a newline",
				       c->argv[0]);
		plan_add(im, "arg", *arg);
	}
	for (int i = 0; i < VM_NR_SPARE; i++) {
		_cleanup_free_ char *word = layout_spare_word(l, (enum vm_spare)i, c->foreign);

		if (word)
			plan_add(im, c->foreign ? "env" : "arg", word);
	}
	return add_data(im, PLAN_PATH, xstrdup(im->plan), strlen(im->plan), 0644, err);
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->path, ((const struct entry *)b)->path);
}

static int pack_entry(struct archive *a, const struct entry *e, int64_t inode)
{
	struct archive_entry *ae = archive_entry_new();
	int ret;

	archive_entry_set_pathname(ae, e->path);
	archive_entry_set_mode(ae, e->mode);
	archive_entry_set_size(ae, (int64_t)e->len);
	archive_entry_set_ino64(ae, inode);
	archive_entry_set_nlink(ae, S_ISDIR(e->mode) ? 2 : 1);
	archive_entry_set_mtime(ae, 0, 0);
	archive_entry_set_uid(ae, 0);
	archive_entry_set_gid(ae, 0);
	ret = archive_write_header(a, ae);
	if (ret == ARCHIVE_OK && e->len &&
	    archive_write_data(a, e->data, e->len) != (la_ssize_t)e->len)
		ret = ARCHIVE_FATAL;
	archive_entry_free(ae);
	return ret;
}

static int pack(struct image *im, const char *path, struct err *err)
{
	_cleanup_(archive_write_freep) struct archive *a = archive_write_new();
	bool well;
	int code;

	qsort(im->entries, im->n, sizeof(*im->entries), by_path);
	well = archive_write_set_format_cpio_newc(a) == ARCHIVE_OK &&
	       archive_write_set_bytes_in_last_block(a, 512) == ARCHIVE_OK &&
	       archive_write_open_filename(a, path) == ARCHIVE_OK;
	for (size_t i = 0; well && i < im->n; i++)
		well = pack_entry(a, &im->entries[i], (int64_t)i + 1) == ARCHIVE_OK;
	if (well && archive_write_close(a) == ARCHIVE_OK)
		return 0;
	/* libarchive's own text is "Write error", whatever the cause. */
	code = archive_errno(a) > 0 ? archive_errno(a) : EIO;
	unlink(path);
	return err_set(err, code, "cannot write %s: %s", path, strerror(code));
}

char *image_init_path(void)
{
	return place_beside("ptwalk-init", "PTWALK_INIT");
}

static int add_skeleton(struct image *im, const struct vm_config *c, struct err *err)
{
	static const char *const folders[] = { "dev", "out", "proc", "sys", "tmp" };
	_cleanup_free_ char *init = c->init ? xstrdup(c->init) : image_init_path();

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		push(im, xstrdup(folders[i]), NULL, 0, S_IFDIR | 0755);
	return fs_exists(init)
		       ? add_file(im, init, "/init", 0755, err)
		       : err_set(err, ENOENT,
				 "the guest's init is not there: %s (PTWALK_INIT names it)", init);
}

int image_write(const struct vm_config *c, const struct vm_layout *l, const char *path,
		struct err *err)
{
	struct image im = { 0 };
	int ret = add_skeleton(&im, c, err);

	if (!ret)
		ret = add_modules(&im, c, err);
	for (size_t i = 0; !ret && i < c->nr_files; i++)
		ret = add_program(&im, c, &c->files[i], err);
	if (!ret)
		ret = add_plan(&im, c, l, err);
	if (!ret)
		ret = pack(&im, path, err);
	for (size_t i = 0; i < im.n; i++) {
		free(im.entries[i].path);
		free(im.entries[i].data);
	}
	free(im.entries);
	free(im.plan);
	strv_release(&im.library_dirs);
	return ret;
}
