/* SPDX-License-Identifier: MIT */
/* irqbalance: which CPUs it is banned from, read and set over its socket. */
#include "host/irqbalance.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/mask.h"
#include "base/text.h"

enum {
	ANSWER_MS = 5000,               /* it may be at one of its looks, on a busy host */
	BACKLOG_STEP_MS = 20,           /* one may wait to be heard, others get EAGAIN */
	ANSWER_MAX_BYTES = 1024 * 1024, /* a thousand banned interrupts, with their loads */
	INTERVAL_MAX_S = 24 * 60 * 60,
	MS_PER_S = 1000,
	NS_PER_MS = 1000 * 1000,
};

int
irqbalance_parse(const char *answer, struct irqbalance *ret)
{
	static const char sleep[] = "SLEEP ", banned[] = "BANNED ";
	const char *mask = strstr(answer, banned);
	char number[16];
	size_t len;
	uint32_t interval;
	struct cpus cpus;
	int r;

	if (!str_starts(answer, sleep) || mask == NULL)
		return -EINVAL;
	answer += strlen(sleep);
	len = strcspn(answer, " ");
	if (len >= sizeof(number))
		return -EINVAL;
	(void)snprintf(number, sizeof(number), "%.*s", (int)len, answer);
	r = num_parse_u32(number, 0, INTERVAL_MAX_S, &interval);
	if (r == 0)
		r = mask_parse(mask + strlen(banned), &cpus);
	if (r < 0)
		return -EINVAL;
	ret->interval_s = interval;
	ret->banned = cpus;
	return 0;
}

int
irqbalance_parse_environ(const char *text, size_t len, struct cpus *ret)
{
	static const char list[] = "IRQBALANCE_BANNED_CPULIST=", mask[] = "IRQBALANCE_BANNED_CPUS=";
	bool has_list = false, has_mask = false;

	for (size_t at = 0; at < len && !has_list; at += strlen(text + at) + 1) {
		const char *entry = text + at;

		if (memchr(entry, '\0', len - at) == NULL)
			break; /* cut */
		if (str_starts(entry, list))
			has_list = cpus_parse(entry + strlen(list), ret) == 0;
		else if (str_starts(entry, mask) && !has_mask)
			has_mask = mask_parse(entry + strlen(mask), ret) == 0;
	}
	return has_list || has_mask ? 0 : -ENOENT;
}

static int64_t
now_ms(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

static int
connect_to(const char *path, int64_t deadline_ms)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	auto_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	while (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
		if (errno != EAGAIN)
			return -errno;
		if (now_ms() >= deadline_ms)
			return -ETIMEDOUT;
		(void)poll(NULL, 0, BACKLOG_STEP_MS);
	}
	return fd_release(&fd);
}

/* What there is of an answer: 1, 0 when it closed the connection, or -errno. */
static int
piece_read(int fd, struct buf *ret)
{
	char piece[4096];
	ssize_t len = recv(fd, piece, sizeof(piece), 0);

	if (len < 0)
		return errno == ECONNRESET ? 0 : errno == EAGAIN || errno == EINTR ? 1 : -errno;
	buf_add_bytes(ret, piece, (size_t)len);
	if (ret->failed || ret->len > ANSWER_MAX_BYTES)
		return ret->failed ? -ENOMEM : -EPROTO;
	return len > 0;
}

/* What comes until it closes the connection: so it has heard us, too. */
static int
answer_read(int fd, int64_t deadline_ms, struct buf *ret)
{
	struct pollfd wait = {.fd = fd, .events = POLLIN};
	int r = 1;

	while (r > 0) {
		int64_t left_ms = deadline_ms - now_ms();

		if (left_ms <= 0 || poll(&wait, 1, (int)left_ms) == 0)
			return -ETIMEDOUT;
		r = piece_read(fd, ret);
	}
	return r;
}

/* The kernel tells it who we are: it hears root alone. */
static int
ask(const char *path, const char *command, struct buf *answer)
{
	int64_t deadline_ms = now_ms() + ANSWER_MS;
	auto_fd int fd = connect_to(path, deadline_ms);
	ssize_t done;

	if (fd < 0)
		return fd;
	done = send(fd, command, strlen(command), MSG_NOSIGNAL);
	if (done != (ssize_t)strlen(command))
		return done < 0 ? -errno : -EPROTO;
	return answer_read(fd, deadline_ms, answer);
}

static bool
is_nobodys(int r)
{
	return r == -ENOENT || r == -ECONNREFUSED;
}

static int
refused(int r, const char *path, const char *what, struct error *e)
{
	error_sys(e, -r, path, "%s", what);
	if (is_nobodys(r))
		return r;
	return error_hint(e, "restart irqbalance, or stop it: systemctl restart irqbalance");
}

static int
setup_read(const char *path, struct irqbalance *ret, struct error *e)
{
	static const char what[] = "ask irqbalance which CPUs it is banned from";
	auto_buf struct buf answer = {0};
	int r = ask(path, "setup", &answer);

	if (r < 0)
		return refused(r, path, what, e);
	if (answer.text == NULL || irqbalance_parse(answer.text, ret) < 0)
		return refused(-EPROTO, path, what, e);
	(void)snprintf(ret->path, sizeof(ret->path), "%s", path);
	return 0;
}

static bool
is_a_socket(const char *name)
{
	return str_starts(name, "irqbalance") && str_ends(name, ".sock");
}

int
irqbalance_find(const char *dir, struct irqbalance *ret, struct error *e)
{
	DIR *entries = opendir(dir);
	const struct dirent *entry;
	char path[IRQBALANCE_PATH_BYTES];
	int r = -ENOENT;

	*ret = (struct irqbalance){0};
	while (is_nobodys(r) && entries != NULL && (entry = readdir(entries)) != NULL) {
		if (is_a_socket(entry->d_name) && snprintf(path, sizeof(path), "%s/%s", dir,
							  entry->d_name) < (int)sizeof(path))
			r = setup_read(path, ret, e);
	}
	if (entries != NULL)
		(void)closedir(entries);
	return is_nobodys(r) ? 0 : r;
}

int
irqbalance_ban(const char *path, const struct cpus *cpus, struct error *e)
{
	auto_buf struct buf command = {0}, answer = {0};
	char list[CPUS_TEXT_BYTES];
	int r;

	/* One word: it reads no further than to a blank. */
	buf_printf(
		&command, "settings cpus %s", cpus_empty(cpus) ? "NULL" : cpus_format(cpus, list));
	r = command.failed ? -ENOMEM : ask(path, command.text, &answer);
	return r < 0 ? refused(r, path, "tell irqbalance which CPUs it is banned from", e) : 0;
}
