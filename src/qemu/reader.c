/* SPDX-License-Identifier: MIT */
#include "qemu/reader.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "base/error.h"
#include "base/memory.h"
#include "qemu/parser.h"

enum {
	PARSER_FD = 0, /* the only one that it has */
	ALIGN_BYTES = 16,
	REQUEST_MAX_BYTES = sizeof(struct reader_request) + PARSER_TEXT_MAX_BYTES + 1,
};

bool
reader_send(int fd, const void *from, size_t bytes)
{
	for (size_t done = 0; done < bytes;) {
		ssize_t sent = send(fd, (const char *)from + done, bytes - done, MSG_NOSIGNAL);

		if (sent < 0 && errno != EINTR)
			return false;
		done += sent > 0 ? (size_t)sent : 0;
	}
	return true;
}

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

/* What is in the arena is gone then, too. */
static void
child_rest(void)
{
	(void)madvise(arena.at, PARSER_MEMORY_BYTES, MADV_DONTNEED);
	memory_rest();
}

/* At least all of it; false at the end. */
static bool
request_complete(struct reader_request *request, size_t *len)
{
	while (*len < sizeof(*request) || *len < sizeof(*request) + request->bytes) {
		ssize_t got = recv(PARSER_FD, (char *)request + *len, REQUEST_MAX_BYTES - *len, 0);

		if (got == 0 || (got < 0 && errno != EINTR))
			return false;
		*len += got > 0 ? (size_t)got : 0;
	}
	return true;
}

/* One that asks something: nothing comes behind it before we have answered. */
static bool
request_take(struct reader_request *request)
{
	size_t len = 0;

	while (request_complete(request, &len)) {
		if (request->lines > 0)
			return true;
		len -= sizeof(*request);
		memmove(request, request + 1, len);
		if (len == 0)
			child_rest();
	}
	return false;
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
	struct reader_request *request;
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
	return reader_send(PARSER_FD, answer, (size_t)(arena.at + arena.used - (char *)answer));
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

	memory_rest(); /* what is its parent's alone */
	if (!child_narrow(fd, filter))
		_exit(EXIT_FAILURE);
	cJSON_InitHooks(&hooks);
	while (child_step())
		;
	_exit(EXIT_SUCCESS);
}

int
reader_start(int fd, const struct filter *filter)
{
	int pidfd;
	pid_t pid;

	arena.at = mmap(NULL, PARSER_MEMORY_BYTES, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (arena.at == MAP_FAILED)
		return -errno;
	(void)madvise(arena.at, PARSER_MEMORY_BYTES, MADV_NOHUGEPAGE); /* the least of it is used */
	pid = fork();
	if (pid == 0)
		child_run(fd, filter);
	pidfd = pid < 0 ? -errno : (int)syscall(SYS_pidfd_open, pid, 0);
	if (pidfd == -1)
		pidfd = -errno;
	(void)munmap(arena.at, PARSER_MEMORY_BYTES);
	return pidfd;
}
