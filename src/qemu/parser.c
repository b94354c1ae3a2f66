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
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "base/cleanup.h"
#include "base/error.h"

/* What it is asked: the lines follow. Its answer is a struct parsed of each, whose pointers mean
 * nothing here, and then the items of each. */
struct request {
	uint32_t lines;
	uint32_t bytes;
};

enum {
	ANSWER_S = 10, /* it takes milliseconds; on a swapping host seconds */
	END_MS = 1000, /* from the closing of its socket to its end */
	PARSER_FD = 0, /* the only one that it has */
	ALIGN_BYTES = 16,
	REQUEST_MAX_BYTES = sizeof(struct request) + PARSER_TEXT_MAX_BYTES + 1,
};

/* The parser of this process. */
static struct {
	int fd;    /* owned; -1: there is none */
	int pidfd; /* owned */
} parser = {.fd = -1, .pidfd = -1};

/* The parser's memory: it can't get more, and all of it is free again for the next request. */
static struct {
	char *at;
	size_t used;
} arena;

static void *
arena_take(size_t bytes)
{
	size_t start = (arena.used + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;

	if (start > PARSER_MEMORY_BYTES || bytes > PARSER_MEMORY_BYTES - start)
		return NULL;
	arena.used = start + bytes;
	return arena.at + start;
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

/* Nothing comes behind it: we are asked when we have answered. */
static bool
request_take(struct request *request)
{
	size_t len = 0;

	while (len < sizeof(*request) || len < sizeof(*request) + request->bytes) {
		ssize_t got = recv(PARSER_FD, (char *)request + len, REQUEST_MAX_BYTES - len, 0);

		if (got == 0 || (got < 0 && errno != EINTR))
			return false;
		len += got > 0 ? (size_t)got : 0;
	}
	return true;
}

static bool
request_give(int fd, char *text, size_t len, unsigned lines)
{
	struct request request = {.lines = lines, .bytes = (uint32_t)len};
	struct iovec parts[] = {{&request, sizeof(request)}, {text, len}};
	const struct msghdr whole = {.msg_iov = parts, .msg_iovlen = COUNT(parts)};
	ssize_t sent;

	do
		sent = sendmsg(fd, &whole, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent < (ssize_t)sizeof(request))
		return false;
	sent -= (ssize_t)sizeof(request);
	return give_whole(fd, text + sent, len - (size_t)sent);
}

/* Of what a line becomes only the items stay, right behind what is there. */
static void
line_read(const char *text, size_t len, struct parsed *ret)
{
	size_t used = arena.used, bytes;
	struct error e = {0};
	const void *items;

	ret->result = message_parse(text, len, &ret->message, &e);
	memcpy(ret->why, e.why, sizeof(ret->why));
	items = ret->message.vcpus != NULL ? (const void *)ret->message.vcpus
					   : ret->message.iothreads;
	bytes = items != NULL ? message_items_bytes(&ret->message) : 0;
	if (bytes > 0)
		memmove(arena.at + used, items, bytes);
	arena.used = used + bytes;
}

/* All lines of a request: false when there is none any more. */
static bool
child_step(void)
{
	struct request *request;
	struct parsed *answer;
	const char *text, *end;

	arena.used = 0;
	request = arena_take(REQUEST_MAX_BYTES);
	if (!request_take(request))
		return false;
	text = (const char *)(request + 1);
	end = text + request->bytes;
	answer = arena_take(request->lines * sizeof(*answer));
	memset(answer, 0, request->lines * sizeof(*answer));
	for (uint32_t i = 0; i < request->lines; i++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));

		line_read(text, (size_t)(newline - text), &answer[i]);
		text = newline + 1;
	}
	return give_whole(PARSER_FD, answer, (size_t)(arena.at + arena.used - (char *)answer));
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
is_possible(struct parsed *answer)
{
	struct qmp_message *message = &answer->message;

	answer->why[sizeof(answer->why) - 1] = '\0';
	message->name[sizeof(message->name) - 1] = '\0';
	message->vcpus = NULL;
	message->iothreads = NULL;
	if (answer->result < 0) {
		*message = (struct qmp_message){0};
		return answer->result == -EINVAL || answer->result == -EPROTO ||
		       answer->result == -ENOMEM;
	}
	return answer->result == 0 && message->kind <= QMP_ERROR && message->shape <= QMP_IOTHREADS;
}

/* What is wrong with the items, or NULL. */
static const char *
items_take(struct qmp_message *message)
{
	size_t bytes = message_items_bytes(message);
	void *items = message_items_make(message);

	if (bytes == 0)
		return NULL;
	if (items == NULL)
		return "answered more than there is memory for";
	if (!take_whole(parser.fd, items, bytes))
		return "didn't answer";
	for (size_t i = 0; message->iothreads != NULL && i < message->count; i++)
		message->iothreads[i].id[QMP_ID_BYTES - 1] = '\0';
	return NULL;
}

/* What is wrong with the answer, or NULL. */
static const char *
answer_take(struct parsed *answer, unsigned lines)
{
	const char *wrong = NULL;

	if (!take_whole(parser.fd, answer, lines * sizeof(*answer)))
		return "didn't answer";
	for (unsigned i = 0; i < lines; i++) {
		if (!is_possible(&answer[i]))
			return "answered what it can't mean";
	}
	for (unsigned i = 0; i < lines && wrong == NULL; i++)
		wrong = items_take(&answer[i].message);
	for (unsigned i = 0; i < lines && wrong != NULL; i++)
		message_done(&answer[i].message);
	return wrong;
}

int
parser_read(char *text, size_t len, unsigned lines, struct parsed *ret, struct error *e)
{
	const char *wrong = "didn't answer";

	if (parser.fd < 0) {
		(void)error_sys(e, ECHILD, NULL, "read QMP");
		return error_why(e, "qpin has no parser");
	}
	if (len > PARSER_TEXT_MAX_BYTES + 1 || lines > PARSER_LINES_MAX)
		return error_sys(e, EMSGSIZE, NULL, "read QMP");
	if (request_give(parser.fd, text, len, lines))
		wrong = answer_take(ret, lines);
	return wrong != NULL ? dead(wrong, e) : 0;
}
