/* SPDX-License-Identifier: MIT */
/* Lines from and to a process that isn't trusted: bounded, and never without a deadline. */
#ifndef QPIN_QEMU_WIRE_H
#define QPIN_QEMU_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WIRE_LINES_MAX = 16, /* that are given out at once */
};

/* Starts as {.fd = …, .pidfd = …, .line_max = …}; wire_close() frees. */
struct wire {
	int fd;          /* owned; a connected stream socket */
	int pidfd;       /* borrowed: the process at the other end; -1: not known */
	size_t line_max; /* a longer line is an error, in bytes */
	char *in;        /* owned; what was read */
	size_t size;     /* of in */
	size_t len;      /* of what was read */
	size_t taken;    /* up to here, lines were given out */
	size_t whole;    /* up to here, there are whole lines that weren't */
	size_t scanned;  /* up to here, there is no further newline */
	unsigned lines;  /* from taken to whole */
};

void wire_close(struct wire *w);

/* wire_deadline - the moment @timeout_ms from now, by the monotonic clock, in ms */
int64_t wire_deadline(int timeout_ms);

/* wire_expired - whether that moment is past */
bool wire_expired(int64_t deadline_ms);

/*
 * wire_lines - whole lines that were read, one behind the other, each with its newline
 * @least: fewer are kept back, unless there is no room for more; up to WIRE_LINES_MAX
 * @ret:   live until the next wire_fill(); not more than the longest line allowed
 *
 * Returns how many they are; 0: not as many yet; -EMSGSIZE when the first is too long.
 */
int wire_lines(struct wire *w, unsigned least, char **ret, size_t *ret_len);

/* wire_fill - read once, without waiting: bytes; 0 at the end; -EAGAIN, or another -errno */
int wire_fill(struct wire *w);

/*
 * wire_wait - until the socket is ready for @events (of poll(2)), or at its end
 *
 * Returns 0; -ECHILD when the process has ended and the socket isn't ready; -ETIMEDOUT.
 */
int wire_wait(const struct wire *w, short events, int64_t deadline_ms);

/* wire_wait_end - until the process has ended: 0; -ETIMEDOUT; -EBADF when it isn't known */
int wire_wait_end(const struct wire *w, int64_t deadline_ms);

/*
 * wire_write - all of @text
 *
 * Returns 0; -EAGAIN when nothing was taken in time; -ETIMEDOUT when only a part was, after which
 * the connection is of no use; -EPIPE; -ECHILD.
 */
int wire_write(struct wire *w, const char *text, size_t len, int64_t deadline_ms);

#endif
