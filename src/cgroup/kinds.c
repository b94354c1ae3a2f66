/* SPDX-License-Identifier: MIT */
/* Cgroups, their settings and their controllers, as changes. */
#include "cgroup/kinds.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "host/host.h"

#include <fcntl.h>

enum {
	CGROUP_MODE = 0755,
	MEMBERS_WAIT_MS = 5000, /* for members that are dying */
	MEMBERS_STEP_MS = 50,
};

static const char was_there[] = "yes", was_missing[] = "no";

static int
cgroup_look(struct host *host, struct change *c, struct error *e)
{
	return change_remember(c, group_exists(host, c->target) ? was_there : was_missing, e);
}

static int
cgroup_apply(struct host *host, struct change *c, struct error *e)
{
	char name[GROUP_PATH_BYTES], where[2 * GROUP_PATH_BYTES];
	const struct root *root = group_root(host, c->target);

	if (mkdirat(root->fd, group_name(c->target, "", name), CGROUP_MODE) == 0 || errno == EEXIST)
		return 0;
	return error_sys(e, errno, root_path(root, name, where, sizeof(where)), "make a cgroup");
}

static int
cgroup_verify(struct host *host, const struct change *c, struct error *e)
{
	if (group_exists(host, c->target))
		return 0;
	return error_sys(e, ENOENT, c->target, "find the cgroup that was made");
}

/* Remove a cgroup; one that has dying members is waited for. */
static int
cgroup_remove(const struct root *root, const char *name)
{
	for (int waited_ms = 0;; waited_ms += MEMBERS_STEP_MS) {
		int r = file_delete(root, name, AT_REMOVEDIR);

		if (r != -EBUSY || waited_ms >= MEMBERS_WAIT_MS)
			return r;
		(void)poll(NULL, 0, MEMBERS_STEP_MS);
	}
}

static int
cgroup_undo(struct host *host, const struct change *c, struct error *e)
{
	char name[GROUP_PATH_BYTES], where[2 * GROUP_PATH_BYTES];
	const struct root *root = group_root(host, c->target);
	int r;

	if (c->before == NULL || str_eq(c->before, was_there))
		return 0;
	r = cgroup_remove(root, group_name(c->target, "", name));
	if (r == 0)
		return 0;
	error_sys(e, -r, root_path(root, name, where, sizeof(where)), "remove a cgroup");
	return error_hint(e, "see its members in %s/%s and its cgroups, then rmdir it", where,
		group_threads(c->target));
}

static void
cgroup_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "make cgroup %s", c->target);
}

const struct change_kind change_cgroup = {
	.name = "cgroup",
	.needs = CHANGE_BEFORE,
	.look = cgroup_look,
	.apply = cgroup_apply,
	.verify = cgroup_verify,
	.undo = cgroup_undo,
	.describe = cgroup_describe,
};

static int
setting_look(struct host *host, struct change *c, struct error *e)
{
	(void)host;
	(void)c;
	(void)e;
	return 0;
}

static int
setting_apply(struct host *host, struct change *c, struct error *e)
{
	return group_write(host, c->target, c->key, c->value, e);
}

/* A value that was "+x" is there as a word; any other is what is read back, or its list. */
static bool
setting_holds(const char *wanted, const char *found)
{
	struct cpus a, b;

	return str_eq(wanted, found) ||
	       (cpus_parse(wanted, &a) == 0 && cpus_parse(found, &b) == 0 && cpus_equal(&a, &b));
}

static int
setting_verify(struct host *host, const struct change *c, struct error *e)
{
	char text[FILE_TEXT_BYTES], name[GROUP_PATH_BYTES], where[2 * GROUP_PATH_BYTES];
	int r = group_read(host, c->target, c->key, text, sizeof(text), e);

	if (r < 0 || setting_holds(c->value, text))
		return r < 0 ? r : 0;
	root_path(group_root(host, c->target), group_name(c->target, c->key, name), where,
		sizeof(where));
	error_refuse(e, ERROR_HOST, where, "set \"%s\"", c->value);
	return error_why(e, "the kernel made \"%s\" of it", text);
}

static int
setting_undo(struct host *host, const struct change *c, struct error *e)
{
	(void)host;
	(void)c;
	(void)e;
	return 0; /* it goes with its cgroup */
}

static void
setting_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "write \"%s\" to %s/%s", c->value, c->target, c->key);
}

const struct change_kind change_setting = {
	.name = "setting",
	.needs = CHANGE_KEY | CHANGE_VALUE,
	.look = setting_look,
	.apply = setting_apply,
	.verify = setting_verify,
	.undo = setting_undo,
	.describe = setting_describe,
};

/* Whether the blank-separated list in @text has @word. */
static bool
words_have(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
		if ((at == text || at[-1] == ' ') && (at[len] == '\0' || at[len] == ' '))
			return true;
	}
	return false;
}

static int
controller_read(struct host *host, const struct change *c, bool *ret, struct error *e)
{
	char text[FILE_TEXT_BYTES];
	int r = group_read(host, c->target, CGROUP_SUBTREE_CONTROL, text, sizeof(text), e);

	if (r < 0)
		return r;
	*ret = words_have(text, c->value);
	return 0;
}

static int
controller_look(struct host *host, struct change *c, struct error *e)
{
	bool enabled = false;

	/* A cgroup that isn't made yet has none enabled. */
	if (group_exists(host, c->target)) {
		int r = controller_read(host, c, &enabled, e);

		if (r < 0)
			return r;
	}
	return change_remember(c, enabled ? was_there : was_missing, e);
}

static int
controller_write(struct host *host, const struct change *c, char sign, struct error *e)
{
	auto_free char *value = text_printf("%c%s", sign, c->value);

	if (value == NULL)
		return error_sys(e, ENOMEM, c->target, "enable a controller");
	return group_write(host, c->target, CGROUP_SUBTREE_CONTROL, value, e);
}

static int
controller_apply(struct host *host, struct change *c, struct error *e)
{
	bool enabled = false;
	int r = controller_read(host, c, &enabled, e);

	if (r < 0 || enabled)
		return r;
	r = controller_write(host, c, '+', e);
	if (r != -ENOENT)
		return r;
	error_why(e, "the cgroup above does not pass the %s controller on", c->value);
	if (geteuid() != 0) /* a user's systemd learns at its start what is delegated to it */
		error_hint(e, "if it was delegated since you logged in: systemctl --user "
			      "daemon-reexec");
	return r;
}

static int
controller_verify(struct host *host, const struct change *c, struct error *e)
{
	bool enabled = false;
	int r = controller_read(host, c, &enabled, e);

	if (r < 0 || enabled)
		return r;
	return error_sys(e, ENODEV, c->target, "enable the %s controller", c->value);
}

static int
controller_undo(struct host *host, const struct change *c, struct error *e)
{
	if (c->before == NULL || str_eq(c->before, was_there) || !group_exists(host, c->target))
		return 0;
	return group_undone(controller_write(host, c, '-', e));
}

static void
controller_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "enable the %s controller below %s", c->value, c->target);
}

const struct change_kind change_controller = {
	.name = "controller",
	.needs = CHANGE_VALUE | CHANGE_BEFORE,
	.look = controller_look,
	.apply = controller_apply,
	.verify = controller_verify,
	.undo = controller_undo,
	.describe = controller_describe,
};
