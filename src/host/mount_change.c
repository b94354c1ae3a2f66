/* SPDX-License-Identifier: MIT */
/* Mounting a hierarchy of cgroup v1, as a change. */
#include "host/mount_change.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "host/host.h"
#include "host/mount.h"

enum {
	DIRECTORY_MODE = 0755,
	BUSY_WAIT_MS = 2000, /* another qpin may just look at it */
	BUSY_STEP_MS = 50,
};

static const char was_mounted[] = "mounted", was_there[] = "directory", was_missing[] = "nothing";

static int
mount_look(struct host *host, struct change *c, struct error *e)
{
	const char *before = was_missing;
	struct mounts mounts;
	struct stat st;
	int r = mount_find(&mounts, e);

	(void)host;
	if (r < 0)
		return r;
	if (mounts.v1_cpuset[0] != '\0')
		before = was_mounted;
	else if (stat(c->target, &st) == 0)
		before = was_there;
	return change_remember(c, before, e);
}

static int
mount_refused(const struct change *c, int errnum, struct error *e)
{
	error_sys(e, errnum, c->target, "mount cgroup v1's %s", c->value);
	e->kind = ERROR_ISOLATION;
	if (errnum == EINVAL)
		return error_why(e, "this kernel has no %s in cgroup v1", c->value);
	if (errnum == EBUSY)
		return error_why(e, "%s is in use elsewhere", c->value);
	return error_code(e);
}

static int
mount_apply(struct host *host, struct change *c, struct error *e)
{
	struct mounts mounts;
	int r = mount_find(&mounts, e);

	if (r < 0)
		return r;
	if (mounts.v1_cpuset[0] == '\0') {
		if (mkdir(c->target, DIRECTORY_MODE) < 0 && errno != EEXIST)
			return error_sys(e, errno, c->target, "make a directory to mount on");
		if (mount("cpuset", c->target, "cgroup", MS_NOSUID | MS_NODEV | MS_NOEXEC,
			    c->value) < 0)
			return mount_refused(c, errno, e);
	}
	return host_find_cpuset_v1(host, e);
}

static int
mount_verify(struct host *host, const struct change *c, struct error *e)
{
	int r = host_find_cpuset_v1(host, e);

	if (r < 0 || host->roots.cpuset_v1.fd >= 0)
		return r;
	return error_sys(e, ENOENT, c->target, "find the mount of cgroup v1's %s", c->value);
}

static int
mount_undo(struct host *host, const struct change *c, struct error *e)
{
	int r = 0;

	if (str_eq(c->before, was_mounted))
		return 0;
	root_close(&host->roots.cpuset_v1); /* what is open can't be unmounted */
	for (int waited_ms = 0; waited_ms < BUSY_WAIT_MS; waited_ms += BUSY_STEP_MS) {
		r = umount2(c->target, UMOUNT_NOFOLLOW) < 0 ? -errno : 0;
		if (r != -EBUSY)
			break;
		(void)poll(NULL, 0, BUSY_STEP_MS);
	}
	if (r < 0 && r != -EINVAL && r != -ENOENT) /* these: it isn't mounted */
		return error_sys(e, -r, c->target, "unmount cgroup v1's %s", c->value);
	if (str_eq(c->before, was_missing) && rmdir(c->target) < 0 && errno != ENOENT)
		return error_sys(e, errno, c->target, "remove a directory");
	return 0;
}

static void
mount_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "mount cgroup v1's %s on %s", c->value, c->target);
}

const struct change_kind change_mount = {
	.name = "mount",
	.needs = CHANGE_VALUE | CHANGE_BEFORE,
	.look = mount_look,
	.apply = mount_apply,
	.verify = mount_verify,
	.undo = mount_undo,
	.describe = mount_describe,
};
