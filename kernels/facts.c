// SPDX-License-Identifier: GPL-2.0-only
/* Every string of struct kernel that is kept; PATH ones are below the folder. */
#include "kernels/facts.h"

#include <archive.h>
#include <archive_entry.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/proc.h"
#include "base/str.h"
#include "kernels/cache.h"
#include "kernels/config.h"

DEFINE_CLEANUP_AS(struct archive *, archive_read_free, archive_read_freep);

#define FACTS(TEXT, PATH)  \
	TEXT(release)      \
	TEXT(version)      \
	TEXT(compiler)     \
	TEXT(cc)           \
	TEXT(image_sha256) \
	TEXT(build_key)    \
	PATH(image)        \
	PATH(config)       \
	PATH(root)         \
	PATH(tools)        \
	PATH(build)

/* And those that are not. */
#define NOT_KEPT(X) X(spec) X(vmlinux) X(config_sha256)

void kernel_init(struct kernel *kernel, const char *spec)
{
#define INIT(name) .name = xstrdup(""),
	*kernel = (struct kernel){ NOT_KEPT(INIT) FACTS(INIT, INIT).arch = arch_host };
	kernel_take(&kernel->spec, xstrdup(spec));
}

void kernel_release(struct kernel *kernel)
{
#define RELEASE(name) free(kernel->name);
	NOT_KEPT(RELEASE)
	FACTS(RELEASE, RELEASE)
	*kernel = (struct kernel){ 0 };
}

void kernel_take(char **field, char *value)
{
	free(*field);
	*field = value ? value : xstrdup("");
}

/* What its config says of a kernel. */
static int describe_config(struct kernel *kernel, struct err *err)
{
	_cleanup_free_ char *text = fs_read(kernel->config, NULL, err);
	char hex[65];

	if (!text)
		return -EIO;
	config_digest(text, hex);
	kernel_take(&kernel->config_sha256, xstrdup(hex));
	kernel_take(&kernel->compiler, config_value(text, "CONFIG_CC_VERSION_TEXT"));
	return 0;
}

int kernel_describe(struct kernel *kernel, struct err *err)
{
	char hex[65];
	int ret = *kernel->image ? fs_sha256(kernel->image, hex, err) : 0;

	if (ret)
		return ret;
	kernel_take(&kernel->image_sha256, *kernel->image ? xstrdup(hex) : NULL);
	return *kernel->config ? describe_config(kernel, err) : 0;
}

static const char *below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	if (strncmp(path, folder, len) || (path[len] && path[len] != '/'))
		return path;
	return path[len] ? path + len + 1 : ".";
}

int facts_save(const struct kernel *kernel, const char *folder, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/facts", folder), *text = NULL;
	_cleanup_(strv_release) struct strv lines = { 0 };

#define SAVE_TEXT(name) strv_addf(&lines, #name " %s\n", kernel->name);
#define SAVE_PATH(name) strv_addf(&lines, #name " %s\n", below(kernel->name, folder));
	FACTS(SAVE_TEXT, SAVE_PATH)
	text = strv_join(&lines, "");
	return fs_write_file(path, text, strlen(text), 0644, err);
}

static char *resolve(const char *path, const char *folder)
{
	if (*path == '/' || !*path)
		return xstrdup(path);
	return strcmp(path, ".") ? xasprintf("%s/%s", folder, path) : xstrdup(folder);
}

static void load_line(struct kernel *kernel, const char *line, const char *folder)
{
#define LOAD_TEXT(name)                  \
	if (str_starts(line, #name " ")) \
		kernel_take(&kernel->name, xstrdup(line + sizeof(#name)));
#define LOAD_PATH(name)                  \
	if (str_starts(line, #name " ")) \
		kernel_take(&kernel->name, resolve(line + sizeof(#name), folder));
	FACTS(LOAD_TEXT, LOAD_PATH)
}

static bool complete(const struct kernel *kernel)
{
	_cleanup_free_ char *dep =
		xasprintf("%s/lib/modules/%s/modules.dep.bin", kernel->root, kernel->release);
	_cleanup_free_ char *makefile = xasprintf("%s/Makefile", kernel->build);

	return *kernel->release && strlen(kernel->image_sha256) == 64 && fs_exists(kernel->image) &&
	       fs_exists(dep) && fs_exists(makefile);
}

int facts_load(struct kernel *kernel, const char *folder)
{
	_cleanup_free_ char *path = xasprintf("%s/facts", folder);
	_cleanup_free_ char *text = fs_read(path, NULL, NULL);
	_cleanup_(strv_release) struct strv lines = { 0 };

	if (!text)
		return -ENOENT;
	strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.n; i++)
		load_line(kernel, lines.v[i], folder);
	return complete(kernel) && !describe_config(kernel, NULL) ? 0 : -ENOENT;
}

int depmod_run(const char *root, const char *release, struct err *err)
{
	static const char sbin[] = "/usr/sbin/depmod";
	_cleanup_free_ char *depmod = fs_find_program("depmod");
	const char *argv[] = { depmod ? depmod : sbin, "-b", root, release, NULL };
	struct proc_options options = {
		.timeout_seconds = 300,
		.missing = "install the package kmod",
	};
	int ret = proc_run(argv, &options, err);

	if (ret == -ECHILD)
		ret = err_set(err, EIO, "depmod -b %s %s failed; is the disk full?", root, release);
	return ret;
}

#define SETUP_SECTS    0x1f1
#define SETUP_MAGIC    0x202 /* "HdrS" */
#define SETUP_VERSION  0x206
#define KERNEL_VERSION 0x20e /* of a string, less 0x200 */
#define PAYLOAD_OFFSET 0x248
#define PAYLOAD_LENGTH 0x24c
#define HEADER_END     0x250
#define SECTOR	       512
#define HAS_PAYLOAD    0x0208 /* first boot protocol with the payload fields */
#define VMLINUX_MAX    (1U << 30)

static uint32_t le(const unsigned char *p, int bytes)
{
	uint32_t v = 0;

	while (bytes--)
		v = v << 8 | p[bytes];
	return v;
}

static bool is_bzimage(const unsigned char *image, size_t len)
{
	return len >= HEADER_END && !memcmp(image + SETUP_MAGIC, "HdrS", 4);
}

char *image_release(const char *path)
{
	unsigned char head[65536];
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head) - 1);
	const char *text;
	size_t at, len;

	if (n < 0 || !is_bzimage(head, (size_t)n))
		return NULL;
	head[n] = '\0';
	at = le(head + KERNEL_VERSION, 2) + SECTOR;
	if (at == SECTOR || at >= (size_t)n)
		return NULL;
	text = (const char *)head + at;
	len = strcspn(text, " \n");
	return len ? xstrndup(text, len) : NULL;
}

/* The compressed kernel in an image: its start, or NULL with @err. */
static const unsigned char *find_payload(const unsigned char *image, size_t len, size_t *payload,
					 struct err *err)
{
	size_t sectors, start;

	if (!is_bzimage(image, len) || le(image + SETUP_VERSION, 2) < HAS_PAYLOAD) {
		err_set(err, ENOEXEC, "not a bzImage");
		return NULL;
	}
	sectors = image[SETUP_SECTS] ? image[SETUP_SECTS] : 4;
	start = (sectors + 1) * SECTOR + le(image + PAYLOAD_OFFSET, 4);
	*payload = le(image + PAYLOAD_LENGTH, 4);
	if (start > len || *payload > len - start || *payload < 8) {
		err_set(err, ENOEXEC, "its payload is cut off");
		return NULL;
	}
	return image + start;
}

static int decompress(const unsigned char *in, size_t in_len, unsigned char *out, size_t out_len,
		      struct err *err)
{
	_cleanup_(archive_read_freep) struct archive *a = archive_read_new();
	struct archive_entry *entry;
	size_t done = 0;
	la_ssize_t n = 1;

	archive_read_support_filter_all(a);
	archive_read_support_format_raw(a);
	if (archive_read_open_memory(a, in, in_len) || archive_read_next_header(a, &entry))
		n = -1;
	/* As much as was promised and no more: padding may follow the compressed stream. */
	while (n > 0 && done < out_len) {
		n = archive_read_data(a, out + done, out_len - done);
		done += n > 0 ? (size_t)n : 0;
	}
	if (n < 0)
		return err_set(err, ENOEXEC, "cannot decompress its payload: %s",
			       archive_error_string(a));
	if (done < out_len)
		return err_set(err, ENOEXEC, "its payload ends after %zu of %zu bytes", done,
			       out_len);
	return 0;
}

static bool is_kernel_elf(const unsigned char *data, size_t len)
{
	Elf64_Ehdr head;

	if (len < sizeof(head))
		return false;
	memcpy(&head, data, sizeof(head));
	return !memcmp(head.e_ident, ELFMAG, SELFMAG) && head.e_ident[EI_CLASS] == ELFCLASS64 &&
	       arch_of_elf(head.e_machine);
}

static int extract(const unsigned char *image, size_t image_len, const char *to, struct err *err)
{
	static const unsigned char gzip[] = { 0x1f, 0x8b };
	const unsigned char *payload;
	_cleanup_free_ unsigned char *elf = NULL;
	size_t len, elf_len;
	int ret;

	payload = find_payload(image, image_len, &len, err);
	if (!payload)
		return -ENOEXEC;
	/* The kernel's build appends the size for decompressors that do not know it; gzip does. */
	elf_len = le(payload + len - 4, 4);
	if (memcmp(payload, gzip, sizeof(gzip)))
		len -= 4;
	if (!elf_len || elf_len > VMLINUX_MAX)
		return err_set(err, ENOEXEC, "its payload's size makes no sense");
	elf = xcalloc(elf_len, 1);
	ret = decompress(payload, len, elf, elf_len, err);
	if (!ret && !is_kernel_elf(elf, elf_len))
		ret = err_set(err, ENOEXEC, "its payload is not a kernel's ELF");
	if (!ret)
		ret = fs_write_file(to, elf, elf_len, 0644, err);
	return ret;
}

int image_extract(const char *path, const char *to, struct err *err)
{
	size_t len;
	_cleanup_free_ char *image = fs_read(path, &len, err);
	int ret;

	if (!image)
		return -EIO;
	ret = extract((const unsigned char *)image, len, to, err);
	if (ret == -ENOEXEC)
		err_prefix(err, "%s", path);
	return ret;
}

/* Extract, or leave an empty file, which says that there is none to be had. */
static int extract_once(const struct kernel *kernel, const char *to, struct err *err)
{
	struct err none = { 0 };
	_cleanup_free_ char *folder = cache_path("vmlinux");
	int ret = fs_mkdir_p(folder, err);

	if (ret)
		return ret;
	ret = image_extract(kernel->image, to, &none);
	if (ret == -ENOEXEC)
		return fs_write_file(to, "", 0, 0644, err);
	return ret ? err_set(err, ret, "%s", none.text) : 0;
}

int image_vmlinux(struct kernel *kernel, struct err *err)
{
	_cleanup_free_ char *config = fs_read(kernel->config, NULL, err), *path = NULL;
	struct stat st;
	int ret;

	if (!config)
		return -ENOENT;
	if (!config_boots_elf(config))
		return 0;
	path = cache_path("vmlinux/%s.elf", kernel->image_sha256);
	if (stat(path, &st)) {
		ret = extract_once(kernel, path, err);
		if (ret)
			return ret;
		if (stat(path, &st))
			return err_errno(err, "%s", path);
	}
	if (st.st_size)
		kernel_take(&kernel->vmlinux, TAKE_PTR(path));
	return 0;
}
