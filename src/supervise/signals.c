/* SPDX-License-Identifier: MIT */
/* The signals that ask something of qpin. */
#include "supervise/signals.h"

#include <errno.h>
#include <sys/signalfd.h>

#include "base/cleanup.h"
#include "base/error.h"

static int
hear(const sigset_t *set, sigset_t *ret_before, struct error *e)
{
	int fd;

	if (sigprocmask(SIG_BLOCK, set, ret_before) < 0)
		return error_sys(e, errno, NULL, "block signals");
	fd = signalfd(-1, set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? error_sys(e, errno, NULL, "listen for signals") : fd;
}

int
signals_open(const sigset_t *ignored, sigset_t *ret_before, struct error *e)
{
	static const int stopping[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	sigset_t set;

	/* A signal that is blocked would come, ignored or not. */
	(void)sigemptyset(&set);
	for (size_t i = 0; i < COUNT(stopping); i++) {
		if (sigismember(ignored, stopping[i]) != 1)
			(void)sigaddset(&set, stopping[i]);
	}
	return hear(&set, ret_before, e);
}

int
signals_open_reload(struct error *e)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGUSR1);
	return hear(&set, NULL, e);
}
