// SPDX-License-Identifier: GPL-2.0-only
#include "vm/qemu.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/host.h"
#include "base/str.h"

#define MAX_LINE (1 << 20)

static int gone(struct err *err)
{
	return err_set(err, EPIPE, "QEMU closed its monitor");
}

/* More bytes into @q->text. */
static int receive(struct qmp *q, struct err *err)
{
	struct pollfd p = { .fd = q->fd, .events = POLLIN };
	char buf[4096];
	ssize_t n;

	while (poll(&p, 1, 50) <= 0) {
		if (interrupt_pending())
			return err_set(err, EINTR, "interrupted");
		if (host_seconds() > q->until)
			return err_set(err, ETIMEDOUT, "QEMU's monitor does not answer");
	}
	n = recv(q->fd, buf, sizeof(buf), MSG_DONTWAIT);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0)
		return gone(err);
	if (q->len + (size_t)n > MAX_LINE)
		return err_set(err, EPROTO, "QEMU's monitor says more than a line holds");
	q->text = xrealloc(q->text, q->len + (size_t)n + 1);
	memcpy(q->text + q->len, buf, (size_t)n);
	q->len += (size_t)n;
	return 0;
}

/* The next line as JSON, owned by the caller. */
static int next(struct qmp *q, json_t **json, struct err *err)
{
	const char *end;
	size_t len;
	int ret;

	while (!q->len || !(end = memchr(q->text, '\n', q->len))) {
		ret = receive(q, err);
		if (ret)
			return ret;
	}
	len = (size_t)(end - q->text);
	*json = json_loadb(q->text, len, 0, NULL);
	q->len -= len + 1;
	memmove(q->text, q->text + len + 1, q->len);
	if (!json_is_object(*json)) {
		json_decref(*json);
		return err_set(err, EPROTO, "QEMU's monitor says what is no message");
	}
	return 0;
}

/* What @command returns, owned by the caller; events that come between are nobody's. */
static int ask(struct qmp *q, const char *command, json_t **answer, struct err *err)
{
	char *line = xasprintf("{\"execute\":\"%s\"}\n", command);
	ssize_t n = send(q->fd, line, strlen(line), MSG_NOSIGNAL);
	json_t *json = NULL;
	int ret;

	free(line);
	if (n < 0)
		return gone(err);
	do {
		json_decref(json);
		ret = next(q, &json, err);
		if (ret)
			return ret;
	} while (json_object_get(json, "event"));
	*answer = json_incref(json_object_get(json, "return"));
	if (!*answer)
		ret = err_set(
			err, EPROTO, "QEMU's monitor refuses %s: %s", command,
			json_string_value(json_object_get(json_object_get(json, "error"), "desc"))
				?: "it does not say why");
	json_decref(json);
	return ret;
}

/* The same of a command that returns nothing of use. */
static int tell(struct qmp *q, const char *command, struct err *err)
{
	json_t *answer = NULL;
	int ret = ask(q, command, &answer, err);

	if (!ret)
		json_decref(answer);
	return ret;
}

int qmp_init(struct qmp *q, int fd, double until, struct err *err)
{
	json_t *greeting = NULL;
	int ret;

	*q = (struct qmp){ .fd = fd, .until = until };
	ret = next(q, &greeting, err);
	if (ret)
		return ret;
	if (!json_object_get(greeting, "QMP"))
		ret = err_set(err, EPROTO, "QEMU's monitor does not greet");
	json_decref(greeting);
	return ret ? ret : tell(q, "qmp_capabilities", err);
}

void qmp_release(struct qmp *q)
{
	free(q->text);
	*q = (struct qmp){ .fd = -1 };
}

static int take_threads(const json_t *cpus, pid_t *threads, size_t n, struct err *err)
{
	size_t i;
	const json_t *cpu;

	if (json_array_size(cpus) != n)
		return err_set(err, EPROTO, "QEMU's monitor tells of %zu CPUs, not of %zu",
			       json_array_size(cpus), n);
	memset(threads, 0, n * sizeof(*threads));
	json_array_foreach(cpus, i, cpu)
	{
		json_int_t index, thread;

		if (json_unpack((json_t *)cpu, "{s:I,s:I}", "cpu-index", &index, "thread-id",
				&thread) ||
		    index < 0 || (size_t)index >= n || threads[index] || thread <= 0)
			return err_set(err, EPROTO, "QEMU's monitor names no thread of CPU %zu", i);
		threads[index] = (pid_t)thread;
	}
	return 0;
}

int qmp_cpu_threads(struct qmp *q, pid_t *threads, size_t n, struct err *err)
{
	json_t *cpus = NULL;
	int ret = ask(q, "query-cpus-fast", &cpus, err);

	if (ret)
		return ret;
	ret = take_threads(cpus, threads, n, err);
	json_decref(cpus);
	return ret;
}

int qmp_cont(struct qmp *q, struct err *err)
{
	return tell(q, "cont", err);
}
