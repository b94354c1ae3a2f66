/* SPDX-License-Identifier: MIT */
/* Both ends of the socket between qpin and its parser. */
#include "qemu/parser.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "base/cleanup.h"
#include "base/error.h"

enum {
	ANSWER_S = 10, /* it takes milliseconds; on a swapping host seconds */
	END_MS = 1000, /* from the closing of its socket to its end */
	PARSER_FD = 0, /* the only one that it has */
	ALIGN_BYTES = 16,
};

/* The answer's head, behind which its items follow. */
struct answer {
	int32_t result;
	char why[sizeof(((struct error *)NULL)->why)];
	struct qmp_message message; /* its pointers mean nothing here */
};

/* The parser of this process. */
static struct {
	int fd;    /* owned; -1: there is none */
	int pidfd; /* owned */
} parser = {.fd = -1, .pidfd = -1};

/* The parser's memory: it can't get more, and all of it is free again for the next message. */
static struct {
	char *at;
	size_t used;
} arena;

static void *
arena_take(size_t bytes)
{
	size_t rounded = (bytes + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
	void *taken = arena.at + arena.used;

	if (rounded < bytes || rounded > PARSER_MEMORY_BYTES - arena.used)
		return NULL;
	arena.used += rounded;
	return taken;
}

static void
arena_give(void *taken)
{
	(void)taken;
}

/* All of @bytes in either direction; false at the end. */
static bool
take_whole(int fd, void *to, size_t bytes)
{
	for (size_t done = 0; done < bytes;) {
		ssize_t got = recv(fd, (char *)to + done, bytes - done, 0);

		if (got == 0 || (got < 0 && errno != EINTR))
			return false;
		done += got > 0 ? (size_t)got : 0;
	}
	return true;
}

static bool
give_whole(int fd, const void *from, size_t bytes)
{
	for (size_t done = 0; done < bytes;) {
		ssize_t sent = send(fd, (const char *)from + done, bytes - done, MSG_NOSIGNAL);

		if (sent < 0 && errno != EINTR)
			return false;
		done += sent > 0 ? (size_t)sent : 0;
	}
	return true;
}

/* A line, of which nothing comes behind its newline: we are asked when we have answered. */
static bool
line_take(char *text, size_t *ret_len)
{
	size_t len = 0;

	while (len == 0 || text[len - 1] != '\n') {
		ssize_t got = recv(PARSER_FD, text + len, PARSER_TEXT_MAX_BYTES + 1 - len, 0);

		if (got == 0 || (got < 0 && errno != EINTR))
			return false;
		len += got > 0 ? (size_t)got : 0;
	}
	*ret_len = len - 1;
	return true;
}

/* One message: false when there is none any more. */
static bool
child_step(void)
{
	static struct answer answer;
	struct error e = {0};
	const void *items;
	size_t len;
	char *text;

	arena.used = 0;
	text = arena_take(PARSER_TEXT_MAX_BYTES + 1);
	if (!line_take(text, &len))
		return false;
	memset(&answer, 0, sizeof(answer));
	answer.result = message_parse(text, len, &answer.message, &e);
	memcpy(answer.why, e.why, sizeof(answer.why));
	items = answer.message.vcpus != NULL ? (const void *)answer.message.vcpus
					     : answer.message.iothreads;
	return give_whole(PARSER_FD, &answer, sizeof(answer)) &&
	       (items == NULL ||
		       give_whole(PARSER_FD, items, message_items_bytes(&answer.message)));
}

/* Nothing is left to it: not even our user, if another one called us. */
static bool
child_narrow(int fd, const struct filter *filter)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	struct error ignored;
	sigset_t all;

	(void)prctl(PR_SET_NAME, "qpin-parser");
	(void)sigfillset(&all);
	return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && sigprocmask(SIG_SETMASK, &all, NULL) == 0 &&
	       dup2(fd, PARSER_FD) == PARSER_FD &&
	       syscall(SYS_close_range, PARSER_FD + 1, UINT_MAX, 0) == 0 &&
	       setresgid(gid, gid, gid) == 0 && setresuid(uid, uid, uid) == 0 &&
	       prctl(PR_SET_DUMPABLE, 0) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       capabilities_keep(0, &ignored) == 0 &&
	       (filter == NULL || filter_install(filter) == 0);
}

static _Noreturn void
child_run(int fd, const struct filter *filter)
{
	cJSON_Hooks hooks = {.malloc_fn = arena_take, .free_fn = arena_give};

	if (!child_narrow(fd, filter))
		_exit(EXIT_FAILURE);
	cJSON_InitHooks(&hooks);
	while (child_step())
		;
	_exit(EXIT_SUCCESS);
}

/* In a child with memory of its own; its pidfd, or -errno */
static int
child_start(int fd, const struct filter *filter)
{
	int pidfd;
	pid_t pid;

	arena.at = mmap(NULL, PARSER_MEMORY_BYTES, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (arena.at == MAP_FAILED)
		return -errno;
	pid = fork();
	if (pid == 0)
		child_run(fd, filter);
	pidfd = pid < 0 ? -errno : (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd == -1)
		pidfd = -errno;
	(void)munmap(arena.at, PARSER_MEMORY_BYTES);
	return pidfd;
}

int
parser_start(const struct filter *filter, struct error *e)
{
	static const char doing[] = "start the parser of QMP";
	const struct timeval patience = {.tv_sec = ANSWER_S};
	auto_fd int ours = -1, theirs = -1;
	int ends[2], pidfd;

	if (parser.fd >= 0)
		return 0;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return error_sys(e, errno, NULL, doing);
	ours = ends[0];
	theirs = ends[1];
	if (setsockopt(ours, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0 ||
		setsockopt(ours, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) < 0)
		return error_sys(e, errno, NULL, doing);
	pidfd = child_start(theirs, filter);
	if (pidfd < 0)
		return error_sys(e, -pidfd, NULL, doing);
	parser.fd = fd_release(&ours);
	parser.pidfd = pidfd;
	return 0;
}

void
parser_stop(void)
{
	struct pollfd end = {.fd = parser.pidfd, .events = POLLIN};
	siginfo_t info;

	if (parser.fd < 0)
		return;
	(void)close(parser.fd);
	if (poll(&end, 1, END_MS) <= 0)
		(void)syscall(SYS_pidfd_send_signal, parser.pidfd, SIGKILL, NULL, 0);
	(void)waitid(P_PIDFD, (id_t)parser.pidfd, &info, WEXITED);
	(void)close(parser.pidfd);
	parser.fd = parser.pidfd = -1;
}

/* It is of no use any more. */
static int
dead(const char *why, struct error *e)
{
	parser_stop();
	(void)error_sys(e, ECHILD, NULL, "read QMP");
	return error_why(e, "qpin's parser %s", why);
}

/* All that may be wrong with an answer but what is for who asked to judge. */
static bool
is_possible(struct answer *answer)
{
	struct qmp_message *message = &answer->message;

	answer->why[sizeof(answer->why) - 1] = '\0';
	message->name[sizeof(message->name) - 1] = '\0';
	message->vcpus = NULL;
	message->iothreads = NULL;
	if (answer->result < 0)
		return answer->result == -EINVAL || answer->result == -EPROTO ||
		       answer->result == -ENOMEM;
	return answer->result == 0 && message->kind <= QMP_ERROR && message->shape <= QMP_IOTHREADS;
}

static int
items_take(struct qmp_message *message, struct error *e)
{
	size_t bytes = message_items_bytes(message);
	void *items = message_items_make(message);

	if (bytes == 0)
		return 0;
	if (items == NULL)
		return dead("answered more than there is memory for", e);
	if (!take_whole(parser.fd, items, bytes)) {
		message_done(message);
		return dead("didn't answer", e);
	}
	for (size_t i = 0; message->iothreads != NULL && i < message->count; i++)
		message->iothreads[i].id[QMP_ID_BYTES - 1] = '\0';
	return 0;
}

int
parser_read(const char *text, size_t len, struct qmp_message *ret, struct error *e)
{
	struct answer answer;

	if (parser.fd < 0) {
		(void)error_sys(e, ECHILD, NULL, "read QMP");
		return error_why(e, "qpin has no parser");
	}
	if (len > PARSER_TEXT_MAX_BYTES)
		return error_sys(e, EMSGSIZE, NULL, "read QMP");
	if (!give_whole(parser.fd, text, len + 1) ||
		!take_whole(parser.fd, &answer, sizeof(answer)))
		return dead("didn't answer", e);
	if (!is_possible(&answer))
		return dead("answered what it can't mean", e);
	if (answer.result < 0) {
		(void)error_sys(e, -answer.result, NULL, "read QMP");
		return error_why(e, "%s", answer.why);
	}
	*ret = answer.message;
	return items_take(ret, e);
}
