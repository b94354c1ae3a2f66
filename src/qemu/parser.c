/* SPDX-License-Identifier: MIT */
/* qpin's end of the socket to its parser; reader.h is the other one. */
#include "qemu/parser.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "qemu/reader.h"

enum {
	ANSWER_S = 10,     /* it takes milliseconds; on a swapping host seconds */
	END_MS = 1000,     /* from the closing of its socket to its end */
	REST_BYTES = 4096, /* the items of some hundred vCPUs */
};

/* The parser of this process. */
static struct {
	int fd;       /* owned; -1: there is none */
	int pidfd;    /* owned */
	bool resting; /* it was asked nothing since it was told to */
} parser = {.fd = -1, .pidfd = -1};

/* All of @bytes; false at the end. */
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
request_give(int fd, char *text, size_t len, unsigned lines)
{
	struct reader_request request = {.lines = lines, .bytes = (uint32_t)len};
	struct iovec parts[] = {{&request, sizeof(request)}, {text, len}};
	const struct msghdr whole = {.msg_iov = parts, .msg_iovlen = COUNT(parts)};
	ssize_t sent;

	do
		sent = sendmsg(fd, &whole, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	if (sent < (ssize_t)sizeof(request))
		return false;
	sent -= (ssize_t)sizeof(request);
	return reader_send(fd, text + sent, len - (size_t)sent);
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
	pidfd = reader_start(theirs, filter);
	if (pidfd < 0)
		return error_sys(e, -pidfd, NULL, doing);
	parser.fd = fd_release(&ours);
	parser.pidfd = pidfd;
	parser.resting = false;
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

/* What came with the beginning of an answer. */
struct rest {
	char bytes[REST_BYTES];
	size_t at, len;
};

/* The first @bytes of an answer; false at the end. */
static bool
head_take(void *to, size_t bytes, struct rest *ret)
{
	struct iovec parts[] = {{to, bytes}, {ret->bytes, sizeof(ret->bytes)}};
	ssize_t got;

	do
		got = readv(parser.fd, parts, COUNT(parts));
	while (got < 0 && errno == EINTR);
	ret->at = 0;
	ret->len = got > (ssize_t)bytes ? (size_t)got - bytes : 0;
	if (got <= 0)
		return false;
	return ret->len > 0 || take_whole(parser.fd, (char *)to + got, bytes - (size_t)got);
}

static bool
rest_take(struct rest *rest, void *to, size_t bytes)
{
	size_t here = rest->len - rest->at < bytes ? rest->len - rest->at : bytes;

	memcpy(to, rest->bytes + rest->at, here);
	rest->at += here;
	return take_whole(parser.fd, (char *)to + here, bytes - here);
}

/* What is wrong with the items, or NULL. */
static const char *
items_take(struct qmp_message *message, struct rest *rest)
{
	size_t bytes = message_items_bytes(message);
	void *items = message_items_make(message);

	if (bytes == 0)
		return NULL;
	if (items == NULL)
		return "answered more than there is memory for";
	if (!rest_take(rest, items, bytes))
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
	struct rest rest;

	if (!head_take(answer, lines * sizeof(*answer), &rest))
		return "didn't answer";
	for (unsigned i = 0; i < lines; i++) {
		if (!is_possible(&answer[i]))
			return "answered what it can't mean";
	}
	for (unsigned i = 0; i < lines && wrong == NULL; i++)
		wrong = items_take(&answer[i].message, &rest);
	if (wrong == NULL && rest.at < rest.len)
		wrong = "answered more than it was asked";
	for (unsigned i = 0; i < lines && wrong != NULL; i++)
		message_done(&answer[i].message);
	return wrong;
}

void
parser_rest(void)
{
	const struct reader_request rest = {0};

	if (parser.fd >= 0 && !parser.resting)
		parser.resting = reader_send(parser.fd, &rest, sizeof(rest));
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
	parser.resting = false;
	if (request_give(parser.fd, text, len, lines))
		wrong = answer_take(ret, lines);
	return wrong != NULL ? dead(wrong, e) : 0;
}
