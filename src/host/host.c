/* SPDX-License-Identifier: MIT */
/* The host as qpin holds it: its opened trees, the state directory, the service manager's bus. */
#include "host/host.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "host/mount.h"

enum {
	STATE_MODE = 0755, /* its VMs' directories are 0700 */
	LOCK_MODE = 0600,
	LOCK_WAIT_MS = 60 * 1000,
	LOCK_STEP_MS = 20,
};

static const char lock_file[] = ".lock";

static void
state_find(struct host *host)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	if (geteuid() != 0 && runtime != NULL && runtime[0] == '/')
		(void)snprintf(host->state_path, sizeof(host->state_path), "%s/qpin", runtime);
	else if (geteuid() == 0)
		(void)snprintf(host->state_path, sizeof(host->state_path), "/run/qpin");
}

/* Who could put another directory in the place of this one: anybody who can write to its parent. */
static int
parent_check(const struct host *host, const struct root *parent, struct error *e)
{
	struct stat st;

	if (fstat(parent->fd, &st) < 0)
		return error_sys(e, errno, host->state_path, "look at what the state is in");
	if ((st.st_uid == geteuid() || st.st_uid == 0) &&
		((st.st_mode & (S_IWGRP | S_IWOTH)) == 0 || (st.st_mode & S_ISVTX) != 0))
		return 0;
	error_sys(e, EPERM, host->state_path, "use the state directory");
	error_why(e, "others than user %u can exchange it", (unsigned)geteuid());
	return error_hint(e, "XDG_RUNTIME_DIR shall be a directory of your own, mode 0700");
}

/* What the state directory is in: a link may lead there. The caller closes it. */
static int
parent_open(const struct host *host, struct root *ret, struct error *e)
{
	char path[sizeof(host->state_path)];

	(void)snprintf(path, sizeof(path), "%.*s",
		(int)(strrchr(host->state_path, '/') - host->state_path), host->state_path);
	return root_open(ret, path, e);
}

/* Open the state directory, which nobody else may own, nor lead us to. */
static int
state_open(struct host *host, struct error *e)
{
	struct root parent = {.fd = -1};
	int r = parent_open(host, &parent, e);

	if (r == 0)
		r = root_open_own(&parent, strrchr(host->state_path, '/') + 1, &host->state, e);
	if (r == 0)
		r = parent_check(host, &parent, e);
	if (r < 0)
		root_close(&host->state);
	root_close(&parent);
	return r;
}

static int
cpuset_v1_open(struct host *host, const struct mounts *mounts, struct error *e)
{
	root_close(&host->roots.cpuset_v1);
	if (mounts->v1_cpuset[0] == '\0')
		return 0;
	return root_open(&host->roots.cpuset_v1, mounts->v1_cpuset, e);
}

int
host_find_cpuset_v1(struct host *host, struct error *e)
{
	struct mounts mounts;
	int r = mount_find(&mounts, e);

	return r < 0 ? r : cpuset_v1_open(host, &mounts, e);
}

int
host_open(struct host *host, struct error *e)
{
	struct mounts mounts;
	int r;

	*host = (struct host)HOST_CLOSED;
	state_find(host);
	r = mount_find(&mounts, e);
	if (r == 0)
		r = root_open(&host->roots.sys, "/sys", e);
	if (r == 0)
		r = root_open(&host->roots.proc, "/proc", e);
	if (r == 0 && mounts.v2[0] != '\0')
		r = root_open(&host->roots.cgroup, mounts.v2, e);
	if (r == 0)
		r = cpuset_v1_open(host, &mounts, e);
	if (r < 0 || host->state_path[0] == '\0')
		return r;
	r = state_open(host, e);
	return r == -ENOENT ? 0 : r;
}

/* Closing it unlocks it, too. */
static void
lock_close(struct host *host)
{
	if (host->lock_fd >= 0)
		(void)close(host->lock_fd);
	host->lock_fd = -1;
	host->locked = false;
}

void
host_close(struct host *host)
{
	lock_close(host);
	manager_close(&host->manager);
	root_close(&host->state);
	root_close(&host->roots.cpuset_v1);
	root_close(&host->roots.cgroup);
	root_close(&host->roots.proc);
	root_close(&host->roots.sys);
}

/* Make the state directory when it isn't there. */
static int
state_make(struct host *host, struct error *e)
{
	if (host->state.fd >= 0)
		return 0;
	lock_close(host); /* that one was in another directory */
	if (host->state_path[0] == '\0') {
		error_sys(e, ENOENT, NULL, "find a place for the state directory");
		error_why(e, "XDG_RUNTIME_DIR is not set");
		return error_hint(e, "log in with a session of your own, or use sudo");
	}
	if (mkdir(host->state_path, STATE_MODE) < 0 && errno != EEXIST) {
		error_sys(e, errno, host->state_path, "make the state directory");
		return error_hint(e, "is %s mounted and writable?", geteuid() == 0 ? "/run" : "it");
	}
	return state_open(host, e);
}

/*
 * Open the lock and take it: -EWOULDBLOCK, or -ESTALE when its last owner removed it meanwhile.
 * @stays: nobody removed it since it was opened
 */
static int
lock_try(struct host *host, bool stays, struct error *e)
{
	struct stat st;

	stays &= host->lock_fd >= 0;
	if (host->lock_fd < 0)
		host->lock_fd =
			file_open_own(&host->state, lock_file, O_RDWR | O_CREAT, LOCK_MODE, e);
	if (host->lock_fd < 0)
		return host->lock_fd;
	if (flock(host->lock_fd, LOCK_EX | LOCK_NB) < 0)
		return -errno;
	if (!stays && (fstat(host->lock_fd, &st) < 0 || st.st_nlink == 0))
		return -ESTALE;
	host->locked = true;
	return 0;
}

/* Another one has the lock, or removed its directory while we waited. */
static bool
lock_is_worth_a_wait(int r)
{
	return r == -EWOULDBLOCK || r == -EINTR || r == -ESTALE || r == -ENOENT;
}

static int
lock_take(struct host *host, bool stays, struct error *e)
{
	struct pollfd cancel = {.fd = host->cancel_fd, .events = POLLIN};
	int r = host->locked ? 0 : -EWOULDBLOCK;

	for (int waited_ms = 0; lock_is_worth_a_wait(r); waited_ms += LOCK_STEP_MS) {
		r = state_make(host, e);
		if (r < 0)
			return r;
		r = lock_try(host, stays, e);
		if (r == 0)
			return 0;
		if (r == -ESTALE || r == -ENOENT)
			root_close(&host->state);
		if (waited_ms >= LOCK_WAIT_MS)
			break;
		if (poll(&cancel, 1, LOCK_STEP_MS) > 0) {
			error_sys(e, ECANCELED, host->state_path, "wait for another qpin");
			return error_why(e, "a signal came");
		}
	}
	if (!lock_is_worth_a_wait(r)) /* 0, or it can't be opened */
		return r;
	error_sys(e, r == -EWOULDBLOCK ? ETIMEDOUT : -r, host->state_path, "wait for another qpin");
	return error_hint(e, "see who holds it: fuser -v %s/%s", host->state_path, lock_file);
}

int
host_lock(struct host *host, struct error *e)
{
	return lock_take(host, false, e);
}

int
host_lock_again(struct host *host, struct error *e)
{
	return lock_take(host, true, e);
}

void
host_tidy(struct host *host)
{
	if (!host->locked || unlinkat(host->state.fd, lock_file, 0) < 0)
		return;
	lock_close(host);
	(void)rmdir(host->state_path);
	root_close(&host->state);
}

void
host_unlock(struct host *host)
{
	if (host->locked)
		(void)flock(host->lock_fd, LOCK_UN);
	host->locked = false;
}

/* Whether the comma-separated list of @len bytes at @list has @word. */
static bool
list_has(const char *list, size_t len, const char *word)
{
	while (len > 0) {
		const char *comma = memchr(list, ',', len);
		size_t one = comma != NULL ? (size_t)(comma - list) : len;

		if (one == strlen(word) && memcmp(list, word, one) == 0)
			return true;
		one += comma != NULL ? 1 : 0;
		list += one;
		len -= one;
	}
	return false;
}

/*
 * The path in a line of /proc/PID/cgroup, "HIERARCHY:CONTROLLERS:PATH", if it is of the hierarchy
 * that has @controller ("": of v2, which is 0 and names none); else NULL.
 */
static const char *
line_path(const char *line, const char *controller)
{
	const char *list = strchr(line, ':');
	const char *path = list != NULL ? strchr(++list, ':') : NULL;

	if (path == NULL || path[1] != '/')
		return NULL;
	if (controller[0] == '\0')
		return str_starts(line, "0::") ? path + 1 : NULL;
	return list_has(list, (size_t)(path - list), controller) ? path + 1 : NULL;
}

/* The cgroup of @id in the hierarchy that has @controller, behind @prefix. */
static int
own_read(const struct host *host, pid_t id, const char *controller, char *path, size_t size,
	struct error *e)
{
	char name[32], text[FILE_TEXT_BYTES];
	const char *prefix = controller[0] != '\0' ? HOST_CPUSET_V1 : "";
	char *rest = text, *line;
	int r;

	(void)snprintf(name, sizeof(name), "%d/cgroup", (int)id);
	r = file_read(&host->roots.proc, name, text, sizeof(text), e);
	if (r < 0)
		return r;
	while ((line = strsep(&rest, "\n")) != NULL) {
		const char *own = line_path(line, controller);

		/* Source: cgroup-v2.rst: "0::$PATH"; removed ones have " (deleted)" behind. */
		if (own == NULL)
			continue;
		if ((size_t)snprintf(path, size, "%s%s", prefix, own) < size)
			return 0;
		return error_sys(e, ENAMETOOLONG, own, "read the cgroup of process %d", (int)id);
	}
	error_sys(e, ENOENT, name, "find the %s of process %d",
		controller[0] != '\0' ? "v1 cpuset" : "v2 cgroup", (int)id);
	return error_why(e, "it has none");
}

int
host_own_cgroup(const struct host *host, pid_t pid, char *path, size_t size, struct error *e)
{
	return own_read(host, pid, "", path, size, e);
}

int
host_own_cpuset(const struct host *host, pid_t id, char *path, size_t size, struct error *e)
{
	return own_read(host, id, "cpuset", path, size, e);
}
