/* SPDX-License-Identifier: MIT */
/* The kernel's process connector: it tells that a process has made or lost a thread. */
#include "host/connector.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"

enum {
	TAKEN_MAX = 64, /* of one wake-up: who floods us must not hold us */
	WHOLE = 0x7fffffff,

	/* Where things are in a message: a header, the connector's, and one event. */
	ACK_AT = NLMSG_HDRLEN + offsetof(struct cn_msg, ack),
	EVENT_AT = NLMSG_HDRLEN + sizeof(struct cn_msg),
	WHAT_AT = EVENT_AT + offsetof(struct proc_event, what),
	ERROR_AT = EVENT_AT + offsetof(struct proc_event, event_data.ack.err),
	BORN_AT = EVENT_AT + offsetof(struct proc_event, event_data.fork.child_pid),
	BORN_OF_AT = EVENT_AT + offsetof(struct proc_event, event_data.fork.child_tgid),
	GONE_AT = EVENT_AT + offsetof(struct proc_event, event_data.exit.process_pid),
	GONE_OF_AT = EVENT_AT + offsetof(struct proc_event, event_data.exit.process_tgid),
	MESSAGE_BYTES = EVENT_AT + sizeof(struct proc_event),

	/* Of enum what, which its header has inside of a struct or outside, as old as it is. */
	EVENT_NONE = 0,
	EVENT_FORK = 1,
};

static const uint32_t event_exit = 0x80000000;

/* What asks the kernel. */
struct question {
	struct nlmsghdr header;
	struct cb_id id;
	uint32_t seq, ack;
	uint16_t len, flags;
	uint32_t op;
};

_Static_assert(offsetof(struct question, op) == EVENT_AT, "as struct cn_msg, whose end is open");

/* Of a message: its word at a place; the filter's words are in the order of networks. */
#define LOAD(at) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (at))
/* Skip so many lines when it is @word, so many when not. */
#define IS(word, yes, no) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(word), (yes), (no))
#define RETURN(bytes)     BPF_STMT(BPF_RET | BPF_K, (bytes))

static int
filter_attach(int fd, struct sock_filter *lines, unsigned short count)
{
	const struct sock_fprog program = {.len = count, .filter = lines};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ? -errno
											   : 0;
}

/* The answer to question @number, and nothing else. */
static int
filter_answer(int fd, uint32_t number)
{
	struct sock_filter lines[] = {
		LOAD(WHAT_AT),
		IS(EVENT_NONE, 0, 2),
		LOAD(ACK_AT),
		IS(number + 1, 1, 0),
		RETURN(0),
		RETURN(WHOLE),
	};

	return filter_attach(fd, lines, COUNT(lines));
}

int
connector_narrow(int fd, pid_t pid)
{
	uint32_t id = (uint32_t)pid;
	struct sock_filter lines[] = {
		LOAD(WHAT_AT),
		IS(EVENT_FORK, 1, 0),
		IS(event_exit, 4, 8),
		LOAD(BORN_OF_AT),
		IS(id, 0, 6),
		LOAD(BORN_AT),
		IS(id, 4, 5), /* its main thread is no news */
		LOAD(GONE_OF_AT),
		IS(id, 0, 2),
		LOAD(GONE_AT),
		IS(id, 0, 1),
		RETURN(0),
		RETURN(WHOLE),
	};

	return filter_attach(fd, lines, COUNT(lines));
}

static int
ask(int fd, enum proc_cn_mcast_op op, uint32_t number)
{
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	const struct question question = {
		.header = {.nlmsg_len = sizeof(question), .nlmsg_type = NLMSG_DONE},
		.id = {.idx = CN_IDX_PROC, .val = CN_VAL_PROC},
		.ack = number,
		.len = sizeof(question.op),
		.op = op,
	};

	return sendto(fd, &question, sizeof(question), 0, (const struct sockaddr *)&kernel,
		       sizeof(kernel)) < 0
		       ? -errno
		       : 0;
}

/* The length of what the kernel told; 0: something that a program has sent; or -errno. */
static ssize_t
take(int fd, char *message, size_t size)
{
	struct sockaddr_nl from = {.nl_pid = UINT32_MAX};
	socklen_t len = sizeof(from);
	ssize_t got = recvfrom(fd, message, size, MSG_DONTWAIT, (struct sockaddr *)&from, &len);

	if (got < 0)
		return -errno;
	return len == sizeof(from) && from.nl_pid == 0 ? got : 0;
}

/* It is there when the question has been sent. */
static int
answer_take(int fd)
{
	char message[MESSAGE_BYTES];
	uint32_t error;
	ssize_t got;

	do
		got = take(fd, message, sizeof(message));
	while (got == 0);
	if (got < (ssize_t)(ERROR_AT + sizeof(error)))
		return -EOPNOTSUPP;
	memcpy(&error, message + ERROR_AT, sizeof(error));
	return -(int)error;
}

int
connector_listen(void)
{
	const struct sockaddr_nl group = {.nl_family = AF_NETLINK, .nl_groups = CN_IDX_PROC};
	auto_fd int fd =
		socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR);
	uint32_t number = (uint32_t)getpid();
	int r;

	if (fd < 0 || bind(fd, (const struct sockaddr *)&group, sizeof(group)) < 0)
		return -errno;
	r = filter_answer(fd, number);
	if (r == 0)
		r = ask(fd, PROC_CN_MCAST_LISTEN, number);
	if (r == 0)
		r = answer_take(fd);
	return r < 0 ? r : fd_release(&fd);
}

bool
connector_take(int fd)
{
	char message[MESSAGE_BYTES];
	bool told = false;
	ssize_t got = 0;

	for (int i = 0; i < TAKEN_MAX && (got >= 0 || got == -ENOBUFS); i++) {
		got = take(fd, message, sizeof(message));
		told |= got > 0 || got == -ENOBUFS;
	}
	return told;
}

void
connector_close(int fd)
{
	/* The kernel doesn't count down by itself; before 6.6 that takes CAP_NET_ADMIN, too. */
	(void)ask(fd, PROC_CN_MCAST_IGNORE, 0);
	(void)close(fd);
}
