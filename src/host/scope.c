/* SPDX-License-Identifier: MIT */
/* systemd's slice and scope of our VMs, as changes. */
#include "host/scope.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/files.h"
#include "base/log.h"
#include "base/text.h"
#include "host/host.h"

enum {
	CGROUP_PATH_BYTES = 512,
	GONE_WAIT_MS = 5000, /* for systemd to remove an empty scope */
	GONE_STEP_MS = 20,
	STOP_TIMEOUT_MAX_S = 24 * 60 * 60,
};

static const char was_active[] = "active", was_inactive[] = "inactive";

static int
slice_look(struct host *host, struct change *c, struct error *e)
{
	int r = manager_unit_is_active(&host->manager, c->target, e);

	return r < 0 ? r : change_remember(c, r > 0 ? was_active : was_inactive, e);
}

static int
slice_apply(struct host *host, struct change *c, struct error *e)
{
	int r = manager_unit_is_active(&host->manager, c->target, e);

	return r != 0 ? (r < 0 ? r : 0) : manager_start_unit(&host->manager, c->target, e);
}

static int
unit_verify(struct host *host, const struct change *c, struct error *e)
{
	int r = manager_unit_is_active(&host->manager, c->target, e);

	if (r != 0)
		return r < 0 ? r : 0;
	error_refuse(e, ERROR_HOST, c->target, "start a unit");
	return error_why(e, "systemd says that it is not active");
}

/* Whether the slice's cgroup has cgroups in it: other units joined it. */
static bool
slice_is_used(const struct host *host, const char *path)
{
	int fd = openat(host->roots.cgroup.fd, path + 1, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry = NULL;

	if (entries == NULL)
		return fd >= 0; /* can't be known */
	while ((entry = readdir(entries)) != NULL) {
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			break;
	}
	(void)closedir(entries);
	return entry != NULL;
}

static int
slice_undo(struct host *host, const struct change *c, struct error *e)
{
	if (c->before == NULL || str_eq(c->before, was_active))
		return 0;
	if (c->key[0] == '/' && slice_is_used(host, c->key)) {
		log_info("%s stays: there are other units in it", c->target);
		return 0;
	}
	return manager_stop_unit(&host->manager, c->target, e);
}

static void
slice_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "start systemd's %s", c->target);
}

const struct change_kind change_slice = {
	.name = "slice",
	.needs = CHANGE_KEY | CHANGE_BEFORE,
	.look = slice_look,
	.apply = slice_apply,
	.verify = unit_verify,
	.undo = slice_undo,
	.describe = slice_describe,
};

static int
scope_look(struct host *host, struct change *c, struct error *e)
{
	char path[CGROUP_PATH_BYTES];
	int r;

	c->id = getpid();
	r = host_own_cgroup(host, getpid(), path, sizeof(path), e);
	return r < 0 ? r : change_remember(c, path, e);
}

/* The slice's unit, which is called like its cgroup. */
static const char *
scope_slice(const struct change *c)
{
	const char *slash = strrchr(c->key, '/');

	if (str_eq(c->key, "/"))
		return "-.slice";
	return slash != NULL ? slash + 1 : c->key;
}

static int
scope_apply(struct host *host, struct change *c, struct error *e)
{
	uint32_t timeout_s;
	int r = num_parse_u32(c->value, 0, STOP_TIMEOUT_MAX_S, &timeout_s);

	if (r < 0)
		return error_sys(e, -r, c->target, "read the stop timeout \"%s\"", c->value);
	r = manager_start_scope(
		&host->manager, c->target, scope_slice(c), (pid_t)c->id, timeout_s, e);
	if (r == -EEXIST)
		return error_hint(e, "something of that name runs already: %s status %s",
			manager_systemctl(), c->target);
	return r;
}

/* The scope's cgroup below the mount. */
static void
scope_path(const struct change *c, char *path, size_t size)
{
	(void)snprintf(path, size, "%s/%s", str_eq(c->key, "/") ? "" : c->key, c->target);
}

/* Our process is where systemd should have put it. */
static int
scope_verify(struct host *host, const struct change *c, struct error *e)
{
	char own[CGROUP_PATH_BYTES], wanted[CGROUP_PATH_BYTES];
	int r = host_own_cgroup(host, (pid_t)c->id, own, sizeof(own), e);

	scope_path(c, wanted, sizeof(wanted));
	if (r < 0 || str_eq(own, wanted))
		return r;
	error_refuse(e, ERROR_HOST, c->target, "enter the scope");
	return error_why(e, "our cgroup is %s", own);
}

/* Until systemd has removed the scope that nobody is in any more. */
static int
scope_wait(const struct host *host, const struct change *c, const char *path, struct error *e)
{
	for (int waited_ms = 0; waited_ms < GONE_WAIT_MS; waited_ms += GONE_STEP_MS) {
		if (!file_exists(&host->roots.cgroup, path + 1))
			return 0;
		(void)poll(NULL, 0, GONE_STEP_MS);
	}
	error_sys(e, ETIMEDOUT, c->target, "see the scope removed");
	return error_hint(e, "%s status %s; %s kill -s KILL %s", manager_systemctl(), c->target,
		manager_systemctl(), c->target);
}

/*
 * Leave the scope for where we came from, or, when that is gone, no longer a leaf or not ours to
 * enter, for a scope that goes with us.
 */
static int
scope_leave(struct host *host, const struct change *c, struct error *e)
{
	char name[CGROUP_PATH_BYTES + 16], pid[16];
	int r;

	(void)snprintf(name, sizeof(name), "%s/cgroup.procs", c->before + 1);
	(void)snprintf(pid, sizeof(pid), "%d", (int)c->id);
	r = file_write(&host->roots.cgroup, c->before[1] != '\0' ? name : "cgroup.procs", pid, e);
	if (r != -ENOENT && r != -EBUSY && r != -EOPNOTSUPP && r != -EACCES && r != -EPERM)
		return r;
	(void)snprintf(name, sizeof(name), "qpin.end-%d.scope", (int)c->id);
	return manager_start_refuge(&host->manager, name, (pid_t)c->id, e) < 0 ? -EBUSY : 0;
}

/* 0 when it is gone, or goes as soon as we end: systemd removes a scope with its last process. */
static int
scope_undo_inside(struct host *host, const struct change *c, const char *path, struct error *e)
{
	int r = scope_leave(host, c, e);

	if (r == -EBUSY) {
		log_info("%s stays until qpin, which is in it, has ended", c->target);
		return 0;
	}
	return r == 0 ? scope_wait(host, c, path, e) : r;
}

/* Whether our process is in the scope at @path, or in a cgroup in there that couldn't be left. */
static bool
is_inside(const struct host *host, const char *path)
{
	char own[CGROUP_PATH_BYTES];
	size_t len = strlen(path);
	struct error ignored;

	return host_own_cgroup(host, getpid(), own, sizeof(own), &ignored) == 0 &&
	       strncmp(own, path, len) == 0 && (own[len] == '\0' || own[len] == '/');
}

static int
scope_undo(struct host *host, const struct change *c, struct error *e)
{
	char path[CGROUP_PATH_BYTES];
	int r;

	scope_path(c, path, sizeof(path));
	if (!file_exists(&host->roots.cgroup, path + 1) || c->before == NULL || c->before[0] != '/')
		return 0;
	if (c->id == getpid() && is_inside(host, path))
		return scope_undo_inside(host, c, path, e);
	r = manager_stop_unit(&host->manager, c->target, e);
	return r == 0 ? scope_wait(host, c, path, e) : r;
}

static void
scope_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "start systemd's %s in %s, delegated, with qpin in it",
		c->target, scope_slice(c));
}

const struct change_kind change_scope = {
	.name = "scope",
	.needs = CHANGE_KEY | CHANGE_VALUE | CHANGE_BEFORE | CHANGE_ID,
	.look = scope_look,
	.apply = scope_apply,
	.verify = scope_verify,
	.undo = scope_undo,
	.describe = scope_describe,
};
