/* SPDX-License-Identifier: MIT */
/* What the service manager is told, when one started qpin and listens. */
#include "supervise/notify.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "host/bus.h"

enum {
	US_PER_S = 1000 * 1000,
	NS_PER_US = 1000,
	PULSES = 2, /* within the time that the manager waits */
};

bool
notify_is_awaited(void)
{
	return getenv("NOTIFY_SOCKET") != NULL;
}

/* Whether somebody listens, whom we can tell. */
static bool
is_heard(void)
{
	struct error e;

	if (!notify_is_awaited())
		return false;
	if (bus_load(&e) == 0)
		return true;
	log_failure(LOG_LEVEL_WARNING, &e);
	return false;
}

void
notify_ready(const char *status)
{
	if (is_heard())
		(void)sd.notifyf(0, "READY=1\nSTATUS=%s", status);
}

void
notify_status(const char *status)
{
	if (is_heard())
		(void)sd.notifyf(0, "STATUS=%s", status);
}

void
notify_stopping(unsigned seconds)
{
	if (is_heard())
		(void)sd.notifyf(0, "STOPPING=1\nSTATUS=ending\nEXTEND_TIMEOUT_USEC=%llu",
			(unsigned long long)seconds * US_PER_S);
}

void
notify_reloading(void)
{
	struct timespec now = {0};

	if (!is_heard())
		return;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	(void)sd.notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu",
		(unsigned long long)now.tv_sec * US_PER_S +
			(unsigned long long)now.tv_nsec / NS_PER_US);
}

int
notify_watchdog_open(int *ret_fd, struct error *e)
{
	struct itimerspec when;
	uint64_t us = 0;
	int fd;

	*ret_fd = -1;
	if (!is_heard() || sd.watchdog_enabled(0, &us) <= 0 || us < PULSES)
		return 0;
	us /= PULSES;
	when.it_value.tv_sec = when.it_interval.tv_sec = (time_t)(us / US_PER_S);
	when.it_value.tv_nsec = when.it_interval.tv_nsec = (long)(us % US_PER_S) * NS_PER_US;
	fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (fd < 0)
		return error_sys(e, errno, NULL, "make a timer for the service manager's watchdog");
	if (timerfd_settime(fd, 0, &when, NULL) < 0) {
		int r = error_sys(e, errno, NULL, "set the service manager's watchdog");

		(void)close(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

void
notify_alive(int watchdog_fd)
{
	uint64_t times;

	if (read(watchdog_fd, &times, sizeof(times)) == (ssize_t)sizeof(times))
		(void)sd.notify(0, "WATCHDOG=1");
}
