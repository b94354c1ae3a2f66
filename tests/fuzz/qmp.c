/* SPDX-License-Identifier: MIT */
/*
 * A whole QEMU on the monitor's wire: greeting, answers and events are the input's bytes, and our
 * parser reads them in its own process. What it finds in them is the target threads'.
 */
#include "qemu/qmp.h"

#include <errno.h>
#include <sys/socket.h>

#include "fuzz.h"
#include "qemu/threads.h"

enum {
	QEMU_PID = 100,
	FIRST_TID = 101,
	LAST_TID = 104,
	WIRE_BYTES = 64 * 1024, /* a socket takes them without a reader */
};

static struct fuzz_tree proc;

static void
proc_remove(void)
{
	fuzz_tree_remove(&proc);
}

/* A process with a few threads. */
static void
proc_open(void)
{
	static const char stat[] = "1 (x) S 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 77 0\n";
	char name[64];

	if (proc.path[0] != '\0')
		return;
	fuzz_tree_open(&proc);
	must(mkdirat(proc.root.fd, "100", 0700) == 0);
	must(mkdirat(proc.root.fd, "100/task", 0700) == 0);
	for (int tid = QEMU_PID; tid <= LAST_TID; tid++) {
		(void)snprintf(name, sizeof(name), "100/task/%d", tid);
		must(mkdirat(proc.root.fd, name, 0700) == 0);
		(void)snprintf(name, sizeof(name), "100/task/%d/stat", tid);
		fuzz_tree_put(&proc, name, stat, sizeof(stat) - 1);
	}
	must(atexit(proc_remove) == 0);
}

/* The bytes are all that will ever come; what is written to it is never read. */
static int
wire_make(const uint8_t *data, size_t size, int *ret_other)
{
	int pair[2];

	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0);
	must(write(pair[1], data, size) == (ssize_t)size);
	must(shutdown(pair[1], SHUT_WR) == 0);
	*ret_other = pair[1];
	return pair[0];
}

static void
thread_check(pid_t tid)
{
	must(tid >= FIRST_TID && tid <= LAST_TID);
}

/* Whatever QEMU says: no thread but its own, and none for two. */
static void
threads_try(struct qmp *q, const struct smp *smp)
{
	const struct threads_question question = {
		.qmp = q, .proc = &proc.root, .pid = QEMU_PID, .tasks_fd = -1, .smp = smp};
	struct threads threads;
	struct error e = {0};
	int r = threads_read(&question, &threads, &e);

	must(r == 0 || e.what[0] != '\0');
	must(threads.vcpu_count + threads.iothread_count <= LAST_TID - QEMU_PID);
	for (size_t i = 0; i < threads.vcpu_count; i++)
		thread_check(threads.vcpus[i].tid);
	for (size_t i = 0; i < threads.iothread_count; i++)
		thread_check(threads.iothreads[i].tid);
	threads_done(&threads);
}

static void
message_check(void *context, const struct qmp_message *message)
{
	unsigned *count = context;

	must(message->kind != QMP_GREETING && message->kind <= QMP_ERROR);
	must(message->kind != QMP_EVENT || message->id == 0);
	(*count)++;
}

static void
conversation_try(struct qmp *q, const struct smp *smp)
{
	unsigned count = 0;
	struct error e;
	int r;

	threads_try(q, smp);
	(void)qmp_send(q, "query-status", 0, &e);
	must(q->queue_count <= QMP_QUEUE_MAX && q->queue_bytes <= QMP_QUEUE_MAX_BYTES);
	while ((r = qmp_dispatch(q, message_check, &count, &e)) > 0)
		;
	must(r < 0); /* there is an end */
	must(q->queue_count == 0 && q->queue_bytes == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct smp smp = {.cpus = 4,
		.maxcpus = 8,
		.sockets = 2,
		.cores = 2,
		.threads = 2,
		.dies = 1,
		.clusters = 1,
		.modules = 1};
	static const char *const asked[] = {
		QMP_BEGIN, THREADS_ASK_VCPUS, THREADS_ASK_IOTHREADS, NULL};
	static const char *const just_begun[] = {QMP_BEGIN, NULL};
	const bool ahead = size > 0 && (data[0] & 2) != 0;
	struct qmp q = QMP_CLOSED;
	struct error e;
	int fd, other;

	if (size < 1 || size > WIRE_BYTES)
		return 0;
	proc_open();
	must(parser_start(NULL, &e) == 0);
	fd = wire_make(data + 1, size - 1, &other);
	if (qmp_open_take(fd, -1, ahead ? asked : just_begun, 0, &q, &e) == 0)
		conversation_try(&q, (data[0] & 1) != 0 ? &smp : NULL);
	qmp_close(&q);
	(void)close(other);
	return 0;
}
