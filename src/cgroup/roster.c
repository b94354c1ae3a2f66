/* SPDX-License-Identifier: MIT */
/* The host's tasks by their cgroups: all that are in none of qpin's own. */
#include "cgroup/roster.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "cgroup/group.h"
#include "host/host.h"
#include "host/scope.h"
#include "host/task.h"

enum {
	MEMBERS_MAX_BYTES = 16 * 1024 * 1024, /* a million ids and more */
	ID_MAX = 1 << 30,
	DEPTH_MAX = 64, /* of cgroups in cgroups: a bound for the recursion */
};

/* What is looked through, and what of it isn't. */
struct walk {
	const struct host *host;
	char skipped[GROUP_PATH_BYTES]; /* the cgroup above the pool, or the pool itself */
	struct origins *list;
	struct error *e;
};

const char *
roster_file(const char *path)
{
	return group_is_v1(path) ? CGROUP_V1_TASKS : CGROUP_PROCS;
}

/* Add one line of a list of ids; 0 also for who is gone. */
static int
member_add(const struct host *host, const char *group, const char *line, struct origins *ret,
	struct error *e)
{
	struct error gone;
	int64_t start;
	uint32_t id;

	if (num_parse_u32(line, 1, ID_MAX, &id) < 0 ||
		task_read_start(&host->roots.proc, (pid_t)id, &start, &gone) < 0)
		return 0;
	return origins_add(ret, (pid_t)id, start, group) < 0
		       ? error_sys(e, ENOMEM, group, "list its tasks")
		       : 0;
}

int
roster_members(const struct host *host, const char *group, struct origins *ret, struct error *e)
{
	char name[GROUP_PATH_BYTES];
	auto_free char *text = NULL;
	char *rest, *line;
	int r = file_load(group_root(host, group), group_name(group, roster_file(group), name),
		MEMBERS_MAX_BYTES, &text, e);

	if (r < 0)
		return r;
	rest = text;
	while (r >= 0 && (line = strsep(&rest, "\n")) != NULL)
		r = member_add(host, group, line, ret, e);
	return r < 0 ? r : 0;
}

static void
directory_cleanup(DIR **dir)
{
	if (*dir != NULL)
		(void)closedir(*dir);
}

static DIR *
group_open(const struct host *host, const char *group)
{
	char name[GROUP_PATH_BYTES];
	int fd = openat(group_root(host, group)->fd, group_name(group, "", name),
		O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

	if (dir == NULL && fd >= 0)
		(void)close(fd);
	return dir;
}

static bool
is_ours(const struct walk *walk, const char *group)
{
	return str_eq(group, walk->skipped) || str_eq(group, "/" QPIN_SLICE) ||
	       (str_starts(group, "/qpin-") && str_ends(group, ".scope"));
}

static int
group_visit(struct walk *walk, const char *group, unsigned depth)
{
	__attribute__((cleanup(directory_cleanup))) DIR *dir = NULL;
	const struct dirent *entry;
	int r = 0;

	if (is_ours(walk, group) || depth > DEPTH_MAX)
		return 0;
	r = roster_members(walk->host, group, walk->list, walk->e);
	if (r == -EOPNOTSUPP || r == -ENOENT || r == -ENODEV) /* threaded, or gone */
		return 0;
	dir = r == 0 ? group_open(walk->host, group) : NULL;
	while (r == 0 && dir != NULL && (entry = readdir(dir)) != NULL) {
		char below[GROUP_PATH_BYTES];

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.' ||
			(size_t)snprintf(below, sizeof(below), "%s%s%s", group,
				str_ends(group, "/") ? "" : "/", entry->d_name) >= sizeof(below))
			continue;
		r = group_visit(walk, below, depth + 1);
	}
	return r;
}

int
roster_read(const struct host *host, const char *pool, struct origins *ret, struct error *e)
{
	struct walk walk = {.host = host, .list = ret, .e = e};
	const char *slash = strrchr(pool, '/');

	(void)snprintf(walk.skipped, sizeof(walk.skipped), "%.*s", (int)(slash - pool), pool);
	if (walk.skipped[0] == '\0' || str_ends(walk.skipped, ":"))
		(void)snprintf(walk.skipped, sizeof(walk.skipped), "%s", pool);
	*ret = (struct origins){0};
	return group_visit(&walk, group_top(pool), 0);
}
