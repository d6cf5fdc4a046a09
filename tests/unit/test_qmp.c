// SPDX-License-Identifier: GPL-2.0-only
/* vm/qmp: what QEMU's monitor may say, in whatever pieces, and what it may not. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/host.h"
#include "base/str.h"
#include "vm/qemu.h"

#define GREETING "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n"
#define DONE	 "{\"return\": {}}\r\n"
#define CPU(index, thread) \
	"{\"cpu-index\": " #index ", \"thread-id\": " #thread ", \"qom-path\": \"/\"}"

/* What a monitor says before the first command, and after each. */
struct monitor {
	const char *const *says;
	int fd;
	bool piecemeal;
	char asked[1024];
};

static void say(const struct monitor *m, const char *text)
{
	size_t len = strlen(text), step = m->piecemeal ? 1 : len;

	for (size_t i = 0; i < len; i += step)
		if (send(m->fd, text + i, step, MSG_NOSIGNAL) < 0)
			return;
}

static void *serve(void *arg)
{
	struct monitor *m = arg;
	size_t got = 0;

	for (size_t i = 0; m->says[i]; i++) {
		ssize_t n = 1;

		say(m, m->says[i]);
		while (m->says[i + 1] && n > 0 &&
		       !memchr(m->asked + got, '\n', strlen(m->asked + got)))
			n = recv(m->fd, m->asked + strlen(m->asked),
				 sizeof(m->asked) - 1 - strlen(m->asked), 0);
		got = strlen(m->asked);
	}
	close(m->fd);
	return NULL;
}

/* Ask for two CPUs' threads and let them run. */
static int talk(struct monitor *m, pid_t threads[2], struct err *err)
{
	pthread_t thread;
	struct qmp qmp = { 0 };
	int fds[2], ret;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	m->fd = fds[1];
	assert_int_equal(pthread_create(&thread, NULL, serve, m), 0);
	ret = qmp_init(&qmp, fds[0], host_seconds() + 20, err);
	if (!ret)
		ret = qmp_cpu_threads(&qmp, threads, 2, err);
	if (!ret)
		ret = qmp_cont(&qmp, err);
	qmp_release(&qmp);
	shutdown(fds[0], SHUT_RDWR);
	close(fds[0]);
	pthread_join(thread, NULL);
	return ret;
}

TEST(threads_are_told_by_index)
{
	static const char *const says[] = {
		GREETING,
		DONE,
		"{\"event\": \"RTC_CHANGE\", \"timestamp\": {}}\r\n"
		"{\"return\": [" CPU(1, 4711) ", " CPU(0, 42) "]}\r\n",
		"{\"event\": \"RESUME\"}\r\n" DONE,
		NULL,
	};
	struct err err = { "" };

	for (int piecemeal = 0; piecemeal < 2; piecemeal++) {
		struct monitor m = { .says = says, .piecemeal = piecemeal };
		pid_t threads[2] = { 0 };

		assert_int_equal(talk(&m, threads, &err), 0);
		assert_int_equal(threads[0], 42);
		assert_int_equal(threads[1], 4711);
		assert_string_equal(m.asked, "{\"execute\":\"qmp_capabilities\"}\n"
					     "{\"execute\":\"query-cpus-fast\"}\n"
					     "{\"execute\":\"cont\"}\n");
	}
}

static void refused(const char *const *says, int code, const char *why)
{
	struct monitor m = { .says = says };
	struct err err = { "" };
	pid_t threads[2];
	int ret = talk(&m, threads, &err);

	if (ret != -code || !strstr(err.text, why))
		fail_msg("%d \"%s\" is not %d \"%s\"", ret, err.text, -code, why);
	assert_null(strchr(err.text, '\n'));
}

#define REFUSED(code, why, ...) refused((const char *const[]){ __VA_ARGS__, NULL }, code, why)

TEST(what_is_none_of_it_is_refused)
{
	REFUSED(EPROTO, "what is no message", "QEMU 7.2.22 monitor - type 'help'\n");
	REFUSED(EPROTO, "what is no message", "[1, 2]\n");
	REFUSED(EPROTO, "does not greet", DONE);
	REFUSED(EPROTO, "refuses qmp_capabilities: not now", GREETING,
		"{\"error\": {\"class\": \"GenericError\", \"desc\": \"not now\"}}\n");
	REFUSED(EPROTO, "it does not say why", GREETING, "{\"error\": 1}\n");
	REFUSED(EPROTO, "tells of 1 CPUs, not of 2", GREETING, DONE,
		"{\"return\": [" CPU(0, 42) "]}\n");
	REFUSED(EPROTO, "tells of 0 CPUs, not of 2", GREETING, DONE, "{\"return\": 7}\n");
	REFUSED(EPROTO, "names no thread of CPU 1", GREETING, DONE,
		"{\"return\": [" CPU(0, 42) "," CPU(0, 43) "]}\n");
	REFUSED(EPROTO, "names no thread of CPU 1", GREETING, DONE,
		"{\"return\": [" CPU(0, 42) "," CPU(2, 43) "]}\n");
	REFUSED(EPROTO, "names no thread of CPU 0", GREETING, DONE,
		"{\"return\": [" CPU(0, 0) "," CPU(1, 43) "]}\n");
	REFUSED(EPROTO, "names no thread of CPU 0", GREETING, DONE,
		"{\"return\": [{\"cpu-index\": 0}," CPU(1, 43) "]}\n");
}

/* Its own end is told from its silence. */
TEST(an_end_is_an_end)
{
	REFUSED(EPIPE, "closed its monitor", "");
	REFUSED(EPIPE, "closed its monitor", GREETING);
	REFUSED(EPIPE, "closed its monitor", GREETING, "{\"ret");
}

TEST(silence_has_an_end)
{
	struct err err = { "" };
	double began = host_seconds();
	struct qmp qmp;
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(qmp_init(&qmp, fds[0], began + 0.2, &err), -ETIMEDOUT);
	assert_non_null(strstr(err.text, "does not answer"));
	assert_true(host_seconds() - began < 10);
	qmp_release(&qmp);
	close(fds[0]);
	close(fds[1]);
}

TEST(a_flood_has_an_end)
{
	char *flood = xcalloc((1 << 20) + 8192, 1);
	const char *const says[] = { flood, NULL };
	struct monitor m = { .says = says };
	struct err err = { "" };
	pid_t threads[2];

	memset(flood, 'x', (1 << 20) + 8191);
	assert_int_equal(talk(&m, threads, &err), -EPROTO);
	assert_non_null(strstr(err.text, "more than a line holds"));
	free(flood);
}
