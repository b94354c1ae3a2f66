/* SPDX-License-Identifier: MIT */
/* A buffer that grows up to the longest line allowed, and poll(2) with what is left of the time. */
#include "qemu/wire.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

enum {
	CHUNK_BYTES = 4096, /* room for at least that before each read */
	MS_PER_S = 1000,
	NS_PER_MS = 1000 * 1000,
};

void
wire_close(struct wire *w)
{
	fd_cleanup(&w->fd);
	free(w->in);
	*w = (struct wire){.fd = -1, .pidfd = -1};
}

static int64_t
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

int64_t
wire_deadline(int timeout_ms)
{
	return now_ms() + timeout_ms;
}

bool
wire_expired(int64_t deadline_ms)
{
	return now_ms() >= deadline_ms;
}

/* Those that may be given out at once. */
static void
lines_count(struct wire *w)
{
	while (w->lines < WIRE_LINES_MAX && w->scanned < w->len) {
		const char *newline = memchr(w->in + w->scanned, '\n', w->len - w->scanned);

		w->scanned = newline != NULL ? (size_t)(newline - w->in) : w->len;
		if (newline == NULL || w->scanned - w->taken > w->line_max)
			return;
		w->whole = ++w->scanned;
		w->lines++;
	}
}

int
wire_lines(struct wire *w, unsigned least, char **ret, size_t *ret_len)
{
	int lines;

	lines_count(w);
	if (w->lines == 0)
		return w->len - w->taken > w->line_max ? -EMSGSIZE : 0;
	if (w->lines < least && w->scanned == w->len)
		return 0;
	*ret = w->in + w->taken;
	*ret_len = w->whole - w->taken;
	lines = (int)w->lines;
	w->taken = w->whole;
	w->lines = 0;
	return lines;
}

/* Lines that were given out make room; then the buffer grows. */
static int
room_make(struct wire *w)
{
	size_t size = w->size > 0 ? w->size * 2 : CHUNK_BYTES;
	char *more;

	if (w->taken > 0) {
		memmove(w->in, w->in + w->taken, w->len - w->taken);
		w->len -= w->taken;
		w->whole -= w->taken;
		w->scanned -= w->taken;
		w->taken = 0;
	}
	if (w->size >= w->len + CHUNK_BYTES)
		return 0;
	if (w->len > w->line_max)
		return -EMSGSIZE;
	more = realloc(w->in, size);
	if (more == NULL)
		return -ENOMEM;
	w->in = more;
	w->size = size;
	return 0;
}

int
wire_fill(struct wire *w)
{
	int r = room_make(w);
	ssize_t got;

	if (r < 0)
		return r;
	got = recv(w->fd, w->in + w->len, w->size - w->len, MSG_DONTWAIT);
	if (got < 0 && errno == ECONNRESET) /* it closed before it read all that we sent */
		return 0;
	if (got < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	w->len += (size_t)got;
	return (int)got;
}

/* poll(2) until @deadline_ms: what it returns, and 0 when that is past */
static int
poll_until(struct pollfd *ready, nfds_t count, int64_t deadline_ms)
{
	int r;

	do {
		int64_t left = deadline_ms - now_ms();

		if (left < 0)
			left = 0;
		r = poll(ready, count, left < INT_MAX ? (int)left : INT_MAX);
	} while (r < 0 && errno == EINTR);
	return r < 0 ? -errno : r;
}

int
wire_wait(const struct wire *w, short events, int64_t deadline_ms)
{
	struct pollfd ready[] = {
		{.fd = w->fd, .events = events},
		{.fd = w->pidfd, .events = POLLIN}, /* -1 is passed over */
	};
	int r = poll_until(ready, COUNT(ready), deadline_ms);

	if (r < 0)
		return r;
	if (ready[0].revents != 0)
		return 0;
	return ready[1].revents != 0 ? -ECHILD : -ETIMEDOUT;
}

int
wire_wait_end(const struct wire *w, int64_t deadline_ms)
{
	struct pollfd ready = {.fd = w->pidfd, .events = POLLIN};
	int r;

	if (w->pidfd < 0)
		return -EBADF;
	r = poll_until(&ready, 1, deadline_ms);
	if (r < 0)
		return r;
	return r > 0 ? 0 : -ETIMEDOUT;
}

int
wire_write(struct wire *w, const char *text, size_t len, int64_t deadline_ms)
{
	size_t done = 0;

	while (done < len) {
		ssize_t sent = send(w->fd, text + done, len - done, MSG_DONTWAIT | MSG_NOSIGNAL);
		int r;

		if (sent >= 0) {
			done += (size_t)sent;
			continue;
		}
		if (errno == EPIPE || errno == ECONNRESET)
			return -EPIPE;
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
		r = wire_wait(w, POLLOUT, deadline_ms);
		if (r == -ETIMEDOUT && done == 0)
			return -EAGAIN;
		if (r < 0)
			return r;
	}
	return 0;
}
