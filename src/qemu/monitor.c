/* SPDX-License-Identifier: MIT */
/* Our monitor, as QEMU is told of it. */
#include "qemu/monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "change/journal.h"

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 8U /* Linux 6.3; where vm.memfd_noexec is 2 there is no other */
#endif

/* Not /dev/fd, which a container or an initramfs may lack. */
const char *const monitor_argv[] = {"-readconfig", "/proc/self/fd/4", NULL};
_Static_assert(MONITOR_CONFIG_FD == 4, "monitor_argv names it");

static const char config[] = "[chardev \"qpin-qmp\"]\n"
			     "  backend = \"socket\"\n"
			     "  fd = \"3\"\n"
			     "  server = \"on\"\n"
			     "  wait = \"off\"\n"
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

/*
 * A socket in the file, which only we and root may use. By the directory's descriptor, for a path
 * has 107 bytes at most. QEMU, which ends with an unlink(2) of that name, finds nothing there.
 */
static int
listener_open(const struct root *dir, const struct sockaddr_un *address, const char *path,
	struct error *e)
{
	auto_fd int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return error_sys(e, errno, path, "make a socket for QEMU's monitor");
	(void)unlinkat(dir->fd, JOURNAL_MONITOR_FILE, 0);
	if (fchmod(fd, S_IRUSR | S_IWUSR) < 0 ||
		bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 ||
		listen(fd, 1) < 0)
		return error_sys(e, errno, path, "make a socket for QEMU's monitor");
	return fd_release(&fd);
}

int
monitor_open(const struct root *dir, int *ret_listener, int *ret_ours, struct error *e)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char path[sizeof(dir->path) + sizeof(JOURNAL_MONITOR_FILE)];
	auto_fd int listener = -1, ours = -1;

	root_path(dir, JOURNAL_MONITOR_FILE, path, sizeof(path));
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/%s", dir->fd,
		JOURNAL_MONITOR_FILE);
	listener = listener_open(dir, &address, path, e);
	if (listener < 0)
		return listener;
	ours = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (ours < 0 || connect(ours, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return error_sys(e, errno, path, "connect to QEMU's monitor");
	*ret_listener = fd_release(&listener);
	*ret_ours = fd_release(&ours);
	return 0;
}
