/* SPDX-License-Identifier: MIT */
/* Partitions, as changes. What counts is what the kernel says afterwards. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/log.h"
#include "base/text.h"
#include "cgroup/busy.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"
#include "host/host.h"

/* The word of a valid partition; an invalid one has a reason behind it. */
static bool
is_valid(const char *text)
{
	return str_eq(text, PARTITION_ROOT) || str_eq(text, PARTITION_ISOLATED);
}

/* What is no partition now, or an invalid one, is a member before. */
static int
partition_look(struct host *host, struct change *c, struct error *e)
{
	char text[FILE_TEXT_BYTES];
	int r = group_read(host, c->target, CPUSET_CPUS_PARTITION, text, sizeof(text), e);

	if (r < 0 && r != -ENOENT)
		return r;
	if (r >= 0 && is_valid(text))
		return change_remember(c, text, e);
	return change_remember(c, PARTITION_MEMBER, e);
}

/* Whether what becomes that takes its CPUs out of a scheduling domain: what is in an isolated
 * partition is out already. */
static bool
leaves_domain(const struct host *host, const char *path, const char *type)
{
	char above[GROUP_PATH_BYTES], text[FILE_TEXT_BYTES];
	struct error ignored;

	(void)snprintf(above, sizeof(above), "%s", path);
	return str_eq(type, PARTITION_ISOLATED) &&
	       !(group_up(above) &&
		       group_read(host, above, CPUSET_CPUS_PARTITION, text, sizeof(text),
			       &ignored) >= 0 &&
		       str_eq(text, PARTITION_ISOLATED));
}

/* Their CPUs work while that is so. Where that can't be had, nothing is lost but some quiet. */
static void
cpus_occupy(const struct host *host, const char *path, struct busy *ret)
{
	char name[GROUP_PATH_BYTES];
	struct error ignored;
	struct cpus cpus;
	auto_fd int fd = openat(host->roots.cgroup.fd, group_name(path, "", name),
		O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 && group_read_cpus(host, path, CPUSET_CPUS_EFFECTIVE, &cpus, &ignored) == 0 &&
		busy_begin(fd, host->confined, &cpus, ret) < cpus_count(&cpus))
		log_debug("%s: not all of its CPUs are busy while they are isolated", path);
}

int
partition_write(struct host *host, const char *path, const char *type, struct error *e)
{
	struct busy busy = {0};
	int r;

	if (leaves_domain(host, path, type))
		cpus_occupy(host, path, &busy);
	r = group_write(host, path, CPUSET_CPUS_PARTITION, type, e);
	busy_end(&busy);
	return r;
}

static int
partition_apply(struct host *host, struct change *c, struct error *e)
{
	return partition_write(host, c->target, c->value, e);
}

/* A write never fails for what the kernel thinks of a partition: the reason is in the file. */
static int
partition_verify(struct host *host, const struct change *c, struct error *e)
{
	char text[FILE_TEXT_BYTES], name[GROUP_PATH_BYTES], where[2 * GROUP_PATH_BYTES];
	int r = group_read(host, c->target, CPUSET_CPUS_PARTITION, text, sizeof(text), e);

	if (r < 0)
		return r;
	if (str_eq(text, c->value))
		return 0;
	root_path(&host->roots.cgroup, group_name(c->target, CPUSET_CPUS_PARTITION, name), where,
		sizeof(where));
	error_refuse(e, ERROR_ISOLATION, where, "make a partition of type %s", c->value);
	error_why(e, "the kernel says \"%s\"", text);
	return error_hint(e,
		"see who has these CPUs: grep . %s/*/cpuset.cpus{,.exclusive}; "
		"`isolation: cpuset` does without partitions",
		host->roots.cgroup.path);
}

/* Cut @path to the cgroup above; false when that is the root. */
static bool
path_ascend(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash == NULL || slash == path)
		return false;
	*slash = '\0';
	return true;
}

int
partition_check(const struct host *host, const char *path, struct error *e)
{
	char at[GROUP_PATH_BYTES], text[FILE_TEXT_BYTES];
	int r = 0;

	(void)snprintf(at, sizeof(at), "%s", path);
	do {
		r = group_read(host, at, CPUSET_CPUS_PARTITION, text, sizeof(text), e);
		if (r >= 0 && str_eq(text, PARTITION_MEMBER) && !str_eq(at, path))
			return 0; /* what is in it is a remote one */
	} while (r >= 0 && is_valid(text) && path_ascend(at));
	if (r < 0 || is_valid(text))
		return r < 0 ? r : 0;
	error_refuse(e, ERROR_ISOLATION, at, "divide the partition");
	return error_why(e, "the kernel says that it is \"%s\"", text);
}

static int
partition_undo(struct host *host, const struct change *c, struct error *e)
{
	char text[FILE_TEXT_BYTES];
	int r = group_write(host, c->target, CPUSET_CPUS_PARTITION, c->before, e);

	if (r < 0)
		return group_undone(r);
	r = group_read(host, c->target, CPUSET_CPUS_PARTITION, text, sizeof(text), e);
	if (r < 0 || str_eq(text, c->before))
		return r < 0 ? group_undone(r) : 0;
	error_refuse(e, ERROR_HOST, c->target, "make a partition \"%s\" again", c->before);
	return error_why(e, "the kernel says \"%s\"", text);
}

static void
partition_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "make %s a partition of type %s", c->target, c->value);
}

const struct change_kind change_partition = {
	.name = "partition",
	.needs = CHANGE_VALUE | CHANGE_BEFORE,
	.look = partition_look,
	.apply = partition_apply,
	.verify = partition_verify,
	.undo = partition_undo,
	.describe = partition_describe,
};
