/* SPDX-License-Identifier: MIT */
/* A ring of the last bytes, and the copying that fills it. */
#include "qemu/tail.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

void
tail_feed(struct tail *tail, const char *bytes, size_t len)
{
	if (len > TAIL_BYTES) {
		bytes += len - TAIL_BYTES;
		len = TAIL_BYTES;
	}
	for (size_t i = 0; i < len; i++) {
		tail->ring[tail->end] = bytes[i];
		tail->end = (tail->end + 1) % TAIL_BYTES;
	}
	tail->len = tail->len + len < TAIL_BYTES ? tail->len + len : TAIL_BYTES;
}

/* The held bytes in their order. */
static char
tail_at(const struct tail *tail, size_t i)
{
	return tail->ring[(tail->end + TAIL_BYTES - tail->len + i) % TAIL_BYTES];
}

/* Where the last @count lines of what is held before @end begin, at most @most bytes. */
static size_t
lines_begin(const struct tail *tail, size_t end, unsigned count, size_t most)
{
	size_t begin = end; /* of the lines that are whole and fit */

	for (size_t i = end; i > 0 && end - i <= most; i--) {
		if (tail_at(tail, i - 1) != '\n')
			continue;
		begin = i;
		if (--count == 0)
			return begin;
	}
	if (tail->len < TAIL_BYTES && end <= most) /* nothing was lost */
		return 0;
	if (begin == end)
		return end > most ? end - most : 0;
	return begin;
}

size_t
tail_last_lines(const struct tail *tail, unsigned count, char *text, size_t size)
{
	size_t begin, end = tail->len;

	text[0] = '\0';
	while (end > 0 && tail_at(tail, end - 1) == '\n')
		end--;
	if (end == 0 || count == 0 || size < 2)
		return 0;
	begin = lines_begin(tail, end, count, size - 1);
	for (size_t i = begin; i < end; i++) {
		char c = tail_at(tail, i);

		text[i - begin] = c;
		if (c == '\0')
			text[i - begin] = '?';
	}
	text[end - begin] = '\0';
	return end - begin;
}

/* Write all of it, unless nobody reads; returns what is left. */
static size_t
bytes_write(int fd, const char *bytes, size_t len)
{
	struct pollfd ready = {.fd = fd, .events = POLLOUT};

	while (len > 0) {
		ssize_t done;

		if (poll(&ready, 1, TAIL_WRITE_MS) <= 0 || ready.revents != POLLOUT)
			break;
		done = write(fd, bytes, len);
		if (done < 0 && errno != EAGAIN && errno != EINTR)
			break;
		if (done > 0) {
			bytes += done;
			len -= (size_t)done;
		}
	}
	return len;
}

ssize_t
tail_copy(struct tail *tail, int from_fd, int to_fd)
{
	char bytes[PIPE_BUF]; /* what a pipe takes at once when poll(2) calls it writable */
	ssize_t len = read(from_fd, bytes, sizeof(bytes));

	if (len < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	tail_feed(tail, bytes, (size_t)len);
	tail->lost_bytes += bytes_write(to_fd, bytes, (size_t)len);
	return len;
}
