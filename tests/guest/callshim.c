/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into qpin: before it confines itself, all calls that it makes from then on are made
 * known to tests/guest/calls.c, by a filter of our own below qpin's, which answers each with a
 * notification. The first is the one that installs qpin's. Where that can't be had qpin fails, so
 * that none is missed. What qpin's own filter refuses comes to nobody: of two filters the stricter
 * one is followed.
 */
#include <dlfcn.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "calls.h"

static char where[sizeof(((struct sockaddr_un *)NULL)->sun_path)];

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv(CALLS_SOCKET);

	(void)snprintf(where, sizeof(where), "%s", path != NULL ? path : "");
	(void)unsetenv("LD_PRELOAD"); /* not for QEMU */
}

static long
real_syscall(long number, long a, long b, long c)
{
	static long (*real)(long, ...);

	if (real == NULL)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return real(number, a, b, c);
}

/* At CALLS_FD. */
static int
counter_connect(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), r;

	memcpy(address.sun_path, where, sizeof(address.sun_path));
	if (fd < 0)
		return -1;
	r = connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0
		    ? -1
		    : dup2(fd, CALLS_FD);
	(void)close(fd);
	return r;
}

/* The listener; -1 and errno. What is done with CALLS_FD isn't told: nobody listens yet. */
static long
listener_make(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sendmsg, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_close, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CALLS_FD, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
	};
	const struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};

	return real_syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER,
		(long)&program);
}

static int
listener_send(int listener)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec byte = {.iov_base = "", .iov_len = 1};
	struct msghdr message = {.msg_iov = &byte,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};

	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&control.header), &listener, sizeof(listener));
	return sendmsg(CALLS_FD, &message, 0) == 1 ? 0 : -1;
}

static int
count_begin(void)
{
	long listener;

	if (counter_connect() < 0)
		return -1;
	listener = listener_make();
	if (listener < 0 || listener_send((int)listener) < 0)
		abort(); /* whatever it called now would wait for ever */
	(void)close(CALLS_FD);
	return close((int)listener);
}

/*
 * The filter of qpin itself; that of QEMU is not told, nor what libseccomp tries out, nor that of
 * the parser.
 */
static int
is_qpins(const long *a)
{
	char name[16] = "";

	(void)prctl(PR_GET_NAME, name);
	return strcmp(name, "qpin-parser") != 0 && a[0] == SECCOMP_SET_MODE_FILTER &&
	       a[1] == SECCOMP_FILTER_FLAG_LOG && a[2] != 0;
}

long
syscall(long number, ...)
{
	static long (*real)(long, ...);
	long a[6];
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_seccomp && where[0] != '\0' && is_qpins(a) && count_begin() < 0)
		return -1;
	if (real == NULL)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
