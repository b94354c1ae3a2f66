/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into qpin by tests/guest/faults.c: counts the calls that touch the host, and at the one
 * that is asked for ends the process before it (SIGILL), or fails it without making it. The page
 * that both share is a file, named by QPIN_FAULT_PAGE. A child that qpin clones counts for itself,
 * and only if the page asks for it; those that touch nothing, as the parser, don't count.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "faults.h"

static struct fault_page *page;
static int in_child;

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("QPIN_FAULT_PAGE");
	int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *map = fd >= 0 ? mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
			    : MAP_FAILED;

	if (map == MAP_FAILED)
		return;
	(void)close(fd);
	(void)unsetenv("LD_PRELOAD"); /* not for QEMU */
	(void)unsetenv("QPIN_FAULT_PAGE");
	page = map;
}

static void
what_set(const char *call, int fd, const char *path)
{
	char link[64], target[160] = "";
	ssize_t len = -1;

	if (path == NULL && fd >= 0) {
		(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		len = readlink(link, target, sizeof(target) - 1);
		target[len > 0 ? len : 0] = '\0';
	}
	(void)snprintf(page->what, sizeof(page->what), "%s %s", call, path != NULL ? path : target);
}

/* Whether this call shall fail; errno is set then. */
static int
fault(const char *call, int fd, const char *path)
{
	if (page == NULL || in_child != page->in_child)
		return 0;
	if (++page->count != page->at)
		return 0;
	what_set(call, fd, path);
	if (page->errnum == 0)
		__builtin_trap(); /* the filter that qpin is under denies kill(2) */
	errno = page->errnum;
	return 1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* Calls that always count: @fd and @path tell what it is about. */
#define COUNTED(type, name, params, args, fd, path)                                                \
	type name params                                                                           \
	{                                                                                          \
		return fault(#name, fd, path) ? -1 : REAL(name) args;                              \
	}

static int
writes(int flags)
{
	return (flags & (O_WRONLY | O_RDWR | O_CREAT)) != 0;
}

#define OPEN_MODE(flags, mode)                                                                     \
	mode_t mode = 0;                                                                           \
	if (((flags) & (O_CREAT | O_TMPFILE)) != 0) {                                              \
		va_list list;                                                                      \
		va_start(list, flags);                                                             \
		mode = va_arg(list, mode_t);                                                       \
		va_end(list);                                                                      \
	}

int
open(const char *path, int flags, ...)
{
	OPEN_MODE(flags, mode)
	return writes(flags) && fault("open", -1, path) ? -1 : REAL(open)(path, flags, mode);
}

int
openat(int dirfd, const char *path, int flags, ...)
{
	OPEN_MODE(flags, mode)
	return writes(flags) && fault("openat", -1, path) ? -1
							  : REAL(openat)(dirfd, path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	OPEN_MODE(flags, mode)
	return writes(flags) && fault("open", -1, path) ? -1 : REAL(open64)(path, flags, mode);
}

int
openat64(int dirfd, const char *path, int flags, ...)
{
	OPEN_MODE(flags, mode)
	return writes(flags) && fault("openat", -1, path)
		       ? -1
		       : REAL(openat64)(dirfd, path, flags, mode);
}

/* Standard output and error are a person's, not the host's. */
ssize_t
write(int fd, const void *data, size_t size)
{
	return fd > STDERR_FILENO && fault("write", fd, NULL) ? -1 : REAL(write)(fd, data, size);
}

int
flock(int fd, int how)
{
	return how != LOCK_UN && fault("flock", fd, NULL) ? -1 : REAL(flock)(fd, how);
}

COUNTED(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at),
	fd, NULL)
COUNTED(ssize_t, writev, (int fd, const struct iovec *v, int n), (fd, v, n), fd, NULL)
COUNTED(int, mkdir, (const char *path, mode_t mode), (path, mode), -1, path)
COUNTED(int, mkdirat, (int dirfd, const char *path, mode_t mode), (dirfd, path, mode), -1, path)
COUNTED(int, rmdir, (const char *path), (path), -1, path)
COUNTED(int, unlink, (const char *path), (path), -1, path)
COUNTED(int, unlinkat, (int dirfd, const char *path, int flags), (dirfd, path, flags), -1, path)
COUNTED(int, rename, (const char *from, const char *to), (from, to), -1, to)
COUNTED(int, renameat, (int a, const char *from, int b, const char *to), (a, from, b, to), -1, to)
COUNTED(int, symlinkat, (const char *text, int dirfd, const char *path), (text, dirfd, path), -1,
	path)
COUNTED(int, ftruncate, (int fd, off_t size), (fd, size), fd, NULL)
COUNTED(int, fsync, (int fd), (fd), fd, NULL)
COUNTED(int, fdatasync, (int fd), (fd), fd, NULL)
COUNTED(int, fchmod, (int fd, mode_t mode), (fd, mode), fd, NULL)
COUNTED(int, mount, (const char *a, const char *b, const char *c, unsigned long d, const void *e),
	(a, b, c, d, e), -1, b)
COUNTED(int, umount, (const char *path), (path), -1, path)
COUNTED(int, umount2, (const char *path, int flags), (path, flags), -1, path)
COUNTED(int, sched_setaffinity, (pid_t pid, size_t size, const cpu_set_t *set), (pid, size, set),
	-1, "")
COUNTED(int, kill, (pid_t pid, int number), (pid, number), -1, "")
COUNTED(int, socket, (int domain, int type, int protocol), (domain, type, protocol), -1, "")
COUNTED(int, bind, (int fd, const struct sockaddr *a, socklen_t size), (fd, a, size), fd, NULL)
COUNTED(int, listen, (int fd, int backlog), (fd, backlog), fd, NULL)
COUNTED(int, connect, (int fd, const struct sockaddr *a, socklen_t size), (fd, a, size), fd, NULL)
COUNTED(ssize_t, send, (int fd, const void *data, size_t size, int flags), (fd, data, size, flags),
	fd, NULL)
COUNTED(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags),
	fd, NULL)
COUNTED(int, execve, (const char *path, char *const argv[], char *const env[]), (path, argv, env),
	-1, path)
COUNTED(pid_t, fork, (void), (), -1, "")

/* Who gives itself a name is the parser, or keeps a CPU busy. */
int
prctl(int option, ...)
{
	static int (*real)(int, ...);
	unsigned long a[4];
	va_list list;

	va_start(list, option);
	for (int i = 0; i < 4; i++)
		a[i] = va_arg(list, unsigned long);
	va_end(list);
	if (real == NULL)
		real = (int (*)(int, ...))dlsym(RTLD_NEXT, "prctl");
	if (option == PR_SET_NAME)
		page = NULL;
	return real(option, a[0], a[1], a[2], a[3]);
}

/* Those that only look. */
static int
only_looks(long number)
{
	return number == SYS_gettid || number == SYS_get_mempolicy || number == SYS_sched_getattr ||
	       number == SYS_statx || number == SYS_getdents64 || number == SYS_sched_getaffinity;
}

long
syscall(long number, ...)
{
	static long (*real)(long, ...);
	char name[32];
	long a[6], r;
	va_list list;

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	if (real == NULL)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	(void)snprintf(name, sizeof(name), "syscall %ld", number);
	if (!only_looks(number) && fault(name, -1, ""))
		return -1;
	r = real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	if ((number == SYS_clone3 || number == SYS_clone) && r == 0)
		in_child = 1;
	return r;
}
