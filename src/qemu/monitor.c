/* SPDX-License-Identifier: MIT */
/* Our monitor, as QEMU is told of it. */
#include "qemu/monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U /* Linux 6.3; where vm.memfd_noexec is 2 there is no other */
#endif

/* Not /dev/fd, which a container or an initramfs may lack. */
const char *const monitor_argv[] = {"-readconfig", "/proc/self/fd/4", NULL};
_Static_assert(MONITOR_CONFIG_FD == 4, "monitor_argv names it");

static const char config[] = "[chardev \"qpin-qmp\"]\n"
			     "  backend = \"socket\"\n"
			     "  fd = \"3\"\n"
			     "[mon \"qpin-mon\"]\n"
			     "  mode = \"control\"\n"
			     "  chardev = \"qpin-qmp\"\n";
_Static_assert(MONITOR_SOCKET_FD == 3, "config names it");

static int
memory_file_open(void)
{
	int fd = memfd_create("qpin-qmp", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("qpin-qmp", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return fd;
}

int
monitor_config_open(struct error *e)
{
	static const char doing[] = "describe QEMU's monitor";
	auto_fd int fd = memory_file_open();
	ssize_t done;

	if (fd < 0)
		return error_sys(e, errno, NULL, doing);
	done = write(fd, config, sizeof(config) - 1);
	if (done != (ssize_t)sizeof(config) - 1)
		return error_sys(e, done < 0 ? errno : EIO, NULL, doing);
	/* QEMU opens it anew, maybe as another user than it was made by. */
	if (fchmod(fd, S_IRUSR | S_IRGRP | S_IROTH) < 0 ||
		fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) <
			0)
		return error_sys(e, errno, NULL, doing);
	return fd_release(&fd);
}
