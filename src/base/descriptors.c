/* SPDX-License-Identifier: MIT */
/* The descriptors that the program is started with. */
#include "base/descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/syscall.h>
#include <unistd.h>

int
descriptors_begin(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		/* The lowest free number is this one. It stays open over exec, as its neighbours.
		 */
		if (open("/dev/null", O_RDWR) < 0) /* NOLINT(android-cloexec-open) */
			return -errno;
	}
	/* Before Linux 5.9 they stay; QEMU does not get them in any case. */
	(void)syscall(SYS_close_range, STDERR_FILENO + 1, UINT_MAX, 0);
	return 0;
}
