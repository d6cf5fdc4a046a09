// SPDX-License-Identifier: GPL-2.0-only
#include "bench/driver/heap.h"

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define HEAP_BYTES (64 << 20)

static struct {
	char *begin;  /* what was there before main() is not in it */
	size_t taken; /* bytes of it that malloc() has handed out, or had at some time */
} heap;

static size_t page_up(size_t bytes)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (bytes + page - 1) / page * page;
}

static size_t heap_size(void)
{
	return (size_t)((char *)sbrk(0) - heap.begin);
}

void heap_settle(void)
{
	heap.begin = (char *)sbrk(0) + page_up((uintptr_t)sbrk(0)) - (uintptr_t)sbrk(0);
	mallopt(M_MMAP_MAX, 0);
	mallopt(M_TRIM_THRESHOLD, -1);
	mallopt(M_TOP_PAD, HEAP_BYTES);
	free(malloc(1 << 20));
}

void heap_withhold(void)
{
	const size_t size = heap_size(), top = mallinfo2().keepcost;

	/* What is free at its end begins with its size. */
	heap.taken = page_up(size > top ? size - top + 1 : 0);
	(void)madvise(heap.begin, size, MADV_DONTFORK);
}

void heap_share(void)
{
	(void)madvise(heap.begin, heap_size(), MADV_DOFORK);
}

int heap_fetch(void)
{
	const size_t size = heap_size();
	const struct iovec bytes = { heap.begin, heap.taken < size ? heap.taken : size };
	ssize_t n;

	if (size && mmap(heap.begin, size, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED)
		return -errno;
	n = process_vm_readv(getppid(), &bytes, 1, &bytes, 1, 0);
	return n < 0 ? -errno : (size_t)n < bytes.iov_len ? -EIO : 0;
}
