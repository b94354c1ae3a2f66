/* SPDX-License-Identifier: MIT */
/* Showing something again and again, on a terminal in its place. */
#include "command/watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"

enum {
	MS_PER_S = 1000,
	NS_PER_MS = 1000 * 1000,
	INTERVAL_MIN_MS = 100,
	INTERVAL_MAX_S = 3600,
	DIGITS_MAX = 3, /* behind the point */
};

/* Source: ECMA-48, and xterm's private modes: 7 wraps lines that are too long. */
static const char begin[] = "\033[H\033[2J\033[?7l", end[] = "\033[?7h", home[] = "\033[H",
		  line_end[] = "\033[K\n", rest_clear[] = "\033[J";

/* "5" behind a point is 500 ms. */
static int
fraction_parse(const char *text, uint32_t *ret_ms)
{
	static const uint32_t parts[] = {0, 100, 10, 1};
	size_t len = strlen(text);

	if (len == 0 || len > DIGITS_MAX || num_parse_u32(text, 0, MS_PER_S - 1, ret_ms) < 0)
		return -EINVAL;
	*ret_ms *= parts[len];
	return 0;
}

int
watch_parse(const char *text, int *ret_ms)
{
	const char *point = strchr(text, '.');
	size_t len = point != NULL ? (size_t)(point - text) : strlen(text);
	uint32_t s, ms = 0;
	char whole[16];

	if (len >= sizeof(whole))
		return -EINVAL;
	memcpy(whole, text, len);
	whole[len] = '\0';
	if (num_parse_u32(whole, 0, INTERVAL_MAX_S, &s) < 0 ||
		(point != NULL && fraction_parse(point + 1, &ms) < 0))
		return -EINVAL;
	ms += s * MS_PER_S;
	if (ms < INTERVAL_MIN_MS || ms > INTERVAL_MAX_S * MS_PER_S)
		return -EINVAL;
	*ret_ms = (int)ms;
	return 0;
}

static void
terminal_write(const char *text)
{
	size_t len = strlen(text);

	/* It is about how the terminal looks: what fails there fails once more, and is told. */
	while (len > 0) {
		ssize_t done = write(STDOUT_FILENO, text, len);

		if (done <= 0)
			return;
		text += done;
		len -= (size_t)done;
	}
}

/* Keys come at once and unseen; nothing stops us in the middle of a picture. */
static void
keys_begin(struct watch *watch)
{
	struct termios raw;

	watch->has_keys = watch->draws && isatty(STDIN_FILENO) &&
			  tcgetattr(STDIN_FILENO, &watch->before) == 0;
	if (!watch->has_keys)
		return;
	raw = watch->before;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VSUSP] = _POSIX_VDISABLE;
	raw.c_cc[VMIN] = 0;
	raw.c_cc[VTIME] = 0;
	watch->has_keys = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

int
watch_open(struct watch *watch, int interval_ms, struct error *e)
{
	sigset_t signals;

	*watch = (struct watch){.interval_ms = interval_ms, .signal_fd = -1};
	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGINT);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGHUP);
	(void)sigaddset(&signals, SIGQUIT);
	if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0)
		return error_sys(e, errno, NULL, "block signals");
	watch->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (watch->signal_fd < 0)
		return error_sys(e, errno, NULL, "wait for signals");
	watch->draws = isatty(STDOUT_FILENO);
	keys_begin(watch);
	if (watch->draws)
		terminal_write(begin);
	return 0;
}

void
watch_close(struct watch *watch)
{
	if (watch->signal_fd < 0)
		return;
	if (watch->draws)
		terminal_write(end);
	if (watch->has_keys)
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &watch->before);
	(void)close(watch->signal_fd);
	watch->signal_fd = -1;
}

/* Lines that a terminal has room for, with one left for what comes after us. */
static size_t
lines_find(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_row < 2)
		return SIZE_MAX;
	return size.ws_row - 1U;
}

int
watch_show(const struct watch *watch, const char *text, struct error *e)
{
	struct buf b = {0};
	size_t lines = lines_find();
	char *whole;

	if (!watch->draws) {
		if (fputs(text, stdout) == EOF || fflush(stdout) != 0)
			return error_sys(e, errno, NULL, "print the status");
		return 0;
	}
	buf_add(&b, home);
	for (; *text != '\0' && lines > 0; lines--) {
		size_t len = strcspn(text, "\n");

		buf_add_bytes(&b, text, len);
		buf_add(&b, line_end);
		text += len;
		text += *text == '\n';
	}
	buf_add(&b, rest_clear);
	whole = buf_take(&b);
	if (whole == NULL)
		return error_sys(e, ENOMEM, NULL, "print the status");
	terminal_write(whole);
	free(whole);
	return 0;
}

static int64_t
now_ms(void)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}

/* Whether one of the keys that were pressed is q, or the terminal is gone. */
static bool
keys_end(const struct pollfd *keys)
{
	char key[16];
	ssize_t count;

	if ((keys->revents & (POLLIN | POLLHUP | POLLERR)) == 0)
		return false;
	count = read(STDIN_FILENO, key, sizeof(key));
	return count <= 0 || memchr(key, 'q', (size_t)count) != NULL ||
	       memchr(key, 'Q', (size_t)count) != NULL;
}

bool
watch_wait(const struct watch *watch)
{
	struct pollfd wait[] = {
		{.fd = watch->signal_fd, .events = POLLIN},
		{.fd = watch->has_keys ? STDIN_FILENO : -1, .events = POLLIN},
	};
	int64_t until = now_ms() + watch->interval_ms;

	for (int64_t left = watch->interval_ms; left > 0; left = until - now_ms()) {
		if (poll(wait, sizeof(wait) / sizeof(*wait), (int)left) < 0 && errno != EINTR)
			return false;
		if (wait[0].revents != 0 || keys_end(&wait[1]))
			return false;
	}
	return true;
}
