/* SPDX-License-Identifier: MIT */
#include "supervise/signals.h"

#include <errno.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "check.h"

static void
signals_come_but_those_that_are_ignored(void **state)
{
	static const int stopping[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	sigset_t ignored, before;
	struct error e;

	(void)state;
	for (size_t i = 0; i <= COUNT(stopping); i++) { /* the last time, none is ignored */
		struct signalfd_siginfo info;
		int fd;

		(void)sigemptyset(&ignored);
		if (i < COUNT(stopping)) {
			(void)sigaddset(&ignored, stopping[i]);
			(void)signal(stopping[i], SIG_IGN);
		}
		fd = signals_open(&ignored, &before, &e);
		assert_true(fd >= 0);
		for (size_t k = 0; k < COUNT(stopping); k++) {
			ssize_t len;

			assert_int_equal(raise(stopping[k]), 0);
			len = read(fd, &info, sizeof(info));
			if (k == i) {
				assert_int_equal(len, -1);
				assert_int_equal(errno, EAGAIN);
				continue;
			}
			assert_int_equal(len, sizeof(info));
			assert_int_equal(info.ssi_signo, stopping[k]);
		}
		if (i < COUNT(stopping))
			(void)signal(stopping[i], SIG_DFL);
		assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
		(void)close(fd);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signals_come_but_those_that_are_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
