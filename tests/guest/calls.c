/* SPDX-License-Identifier: MIT */
/*
 * calls SOCKET: which system calls do programs make that callshim.c is preloaded into, from the
 * moment on when they confine themselves? Each call's name is a line of standard output when it is
 * seen first, and "PID begins" when such a program begins. None is missed: it waits until it was
 * seen, and is then made as it was. Ends by a signal, when these programs have.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	FDS_MAX = 64, /* the first is the socket, the others are listeners */
	CALLS_MAX = 2048,
	NOTICE_BYTES = 512, /* a later kernel's may be larger than the header's */
};

static struct pollfd fds[FDS_MAX];
static nfds_t count;
static char seen[CALLS_MAX];

static int
socket_make(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
		listen(fd, FDS_MAX) < 0)
		return -1;
	return fd;
}

/* A listener comes with a byte. */
static int
listener_take(int from)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {0};
	char byte;
	struct iovec text = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &text,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	int fd = -1;

	if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) == 1 &&
		message.msg_controllen >= CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(&control.header), sizeof(fd));
	return fd;
}

static void
program_take(void)
{
	int from = accept4(fds[0].fd, NULL, NULL, SOCK_CLOEXEC);
	struct ucred who;
	socklen_t size = sizeof(who);
	int fd = from >= 0 ? listener_take(from) : -1;

	if (fd < 0 || count == FDS_MAX ||
		getsockopt(from, SOL_SOCKET, SO_PEERCRED, &who, &size) < 0) {
		(void)fprintf(stderr, "calls: a program can't be taken: %s\n", strerror(errno));
		exit(1);
	}
	(void)printf("%d begins\n", (int)who.pid);
	(void)close(from);
	fds[count++] = (struct pollfd){.fd = fd, .events = POLLIN};
}

static void
call_tell(const struct seccomp_data *call)
{
	char *name;

	if (call->nr < 0 || call->nr >= CALLS_MAX || seen[call->nr])
		return;
	seen[call->nr] = 1;
	name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, call->nr);
	(void)printf("%s\n", name != NULL ? name : "unknown");
	free(name);
}

/* Who is killed meanwhile waits for no answer any more. */
static void
notice_take(int fd)
{
	union {
		struct seccomp_notif notice;
		char space[NOTICE_BYTES];
	} in;
	struct seccomp_notif_resp answer = {.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};

	memset(&in, 0, sizeof(in));
	if (ioctl(fd, SECCOMP_IOCTL_NOTIF_RECV, &in) < 0)
		return;
	call_tell(&in.notice.data);
	answer.id = in.notice.id;
	(void)ioctl(fd, SECCOMP_IOCTL_NOTIF_SEND, &answer);
}

/* What a listener has; returns whether its program goes on. */
static int
listener_serve(const struct pollfd *at)
{
	if ((at->revents & POLLIN) != 0)
		notice_take(at->fd);
	else if (at->revents != 0)
		return 0;
	return 1;
}

int
main(int argc, char **argv)
{
	fds[0] = (struct pollfd){.fd = argc == 2 ? socket_make(argv[1]) : -1, .events = POLLIN};
	if (fds[0].fd < 0) {
		(void)fprintf(stderr, "calls: no socket: %s\n", strerror(errno));
		return 1;
	}
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	count = 1;
	while (poll(fds, count, -1) >= 0 || errno == EINTR) {
		for (nfds_t i = count; i-- > 1;) {
			if (listener_serve(&fds[i]))
				continue;
			(void)close(fds[i].fd);
			fds[i] = fds[--count];
		}
		if (fds[0].revents != 0)
			program_take();
	}
	return 1;
}
