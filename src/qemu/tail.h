/* SPDX-License-Identifier: MIT */
/* The end of what a process wrote: passed on as it comes, remembered for when it dies. */
#ifndef QPIN_QEMU_TAIL_H
#define QPIN_QEMU_TAIL_H

#include <stddef.h>
#include <sys/types.h>

struct error;

enum {
	TAIL_BYTES = 4096,   /* a few screens of messages */
	TAIL_WRITE_MS = 200, /* how long a reader that doesn't read may hold the supervisor up */
};

/* Starts as {0}. */
struct tail {
	char ring[TAIL_BYTES];
	size_t end;                    /* where the next byte goes */
	size_t len;                    /* bytes held */
	unsigned long long lost_bytes; /* not passed on, because nobody read them in time */
};

void tail_feed(struct tail *tail, const char *bytes, size_t len);

/*
 * tail_last_lines - the last @count lines (without the last newline) in @text of @size bytes
 *
 * A line whose beginning is no longer held, or doesn't fit, is left out, unless it's the last one:
 * its end is given then. NUL bytes become "?". Returns the length.
 */
size_t tail_last_lines(const struct tail *tail, unsigned count, char *text, size_t size);

/*
 * tail_copy - read once what is there from nonblocking @from_fd, remember it, and write it to
 * @to_fd as it is
 *
 * Returns the bytes read; 0 at the end; -EAGAIN when there is nothing now; another -errno when it
 * can't be read. That @to_fd is closed, or not read for TAIL_WRITE_MS, is no failure (lost_bytes).
 */
ssize_t tail_copy(struct tail *tail, int from_fd, int to_fd);

#endif
