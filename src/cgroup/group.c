/* SPDX-License-Identifier: MIT */
/* A cgroup by its path: its control files, in the kernel's words. */
#include "cgroup/group.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"
#include "cgroup/files.h"
#include "host/host.h"

enum {
	THREADS_MAX_BYTES = 1024 * 1024, /* cgroup.threads: more than the threads of any leaf */
	TID_MAX = 1 << 30,
	LINE_BYTES = 16, /* of a thread's id */
	FREEZE_WAIT_MS = 1000,
	FREEZE_STEP_MS = 5,
};

bool
group_is_v1(const char *path)
{
	return str_starts(path, HOST_CPUSET_V1);
}

bool
group_is_vms(const char *path)
{
	static const char begin[] = "/qpin-", end[] = ".scope";

	while ((path = strstr(path, begin)) != NULL) {
		size_t len = strcspn(++path, "/");

		if (len >= strlen(end) && strncmp(path + len - strlen(end), end, strlen(end)) == 0)
			return true;
	}
	return false;
}

const struct root *
group_root(const struct host *host, const char *path)
{
	return group_is_v1(path) ? &host->roots.cpuset_v1 : &host->roots.cgroup;
}

const char *
group_top(const char *path)
{
	return group_is_v1(path) ? HOST_CPUSET_V1 "/" : "/";
}

bool
group_up(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash == NULL || slash[1] == '\0')
		return false;
	/* "/a/b", "/a", "/" */
	slash[slash == path || slash[-1] == ':' ? 1 : 0] = '\0';
	return true;
}

int
group_of_task(const struct host *host, const char *path, pid_t id, char *ret, size_t size,
	struct error *e)
{
	return group_is_v1(path) ? host_own_cpuset(host, id, ret, size, e)
				 : host_own_cgroup(host, id, ret, size, e);
}

const char *
group_effective(const char *path)
{
	return group_is_v1(path) ? CPUSET_V1_EFFECTIVE : CPUSET_CPUS_EFFECTIVE;
}

const char *
group_threads(const char *path)
{
	return group_is_v1(path) ? CGROUP_V1_TASKS : CGROUP_THREADS;
}

const char *
group_name(const char *path, const char *file, char *name)
{
	if (group_is_v1(path))
		path += strlen(HOST_CPUSET_V1);
	while (*path == '/')
		path++;
	(void)snprintf(name, GROUP_PATH_BYTES, "%s%s%s", path,
		*path != '\0' && *file != '\0' ? "/" : "",
		*path == '\0' && *file == '\0' ? "." : file);
	return name;
}

int
group_read(const struct host *host, const char *path, const char *file, char *text, size_t size,
	struct error *e)
{
	char name[GROUP_PATH_BYTES];

	return file_read(group_root(host, path), group_name(path, file, name), text, size, e);
}

int
group_write(const struct host *host, const char *path, const char *file, const char *value,
	struct error *e)
{
	char name[GROUP_PATH_BYTES];

	return file_write(group_root(host, path), group_name(path, file, name), value, e);
}

int
group_read_cpus(const struct host *host, const char *path, const char *file, struct cpus *ret,
	struct error *e)
{
	char text[FILE_TEXT_BYTES], name[GROUP_PATH_BYTES], where[2 * GROUP_PATH_BYTES];
	int r = group_read(host, path, file, text, sizeof(text), e);

	if (r < 0)
		return r;
	r = cpus_parse(text, ret);
	if (r == 0)
		return 0;
	root_path(group_root(host, path), group_name(path, file, name), where, sizeof(where));
	error_sys(e, -r, where, "read a CPU list");
	return error_why(e, "the kernel says \"%s\"", text);
}

bool
group_exists(const struct host *host, const char *path)
{
	char name[GROUP_PATH_BYTES];

	return file_exists(group_root(host, path), group_name(path, "", name));
}

int
group_undone(int r)
{
	return r == -ENOENT || r == -ENODEV ? 0 : r;
}

static bool
tids_have(const pid_t *tids, size_t count, uint32_t tid)
{
	for (size_t i = 0; i < count; i++) {
		if ((uint32_t)tids[i] == tid)
			return true;
	}
	return false;
}

static const char *
line_next(const char *at)
{
	at += strcspn(at, "\n");
	return *at != '\0' ? at + 1 : at;
}

/* Whether @text, a thread's id a line, names @tid. */
static bool
text_has(const char *text, pid_t tid)
{
	char line[LINE_BYTES];
	size_t len = (size_t)snprintf(line, sizeof(line), "%d", (int)tid);

	for (const char *at = text; *at != '\0'; at = line_next(at)) {
		if (strcspn(at, "\n") == len && strncmp(at, line, len) == 0)
			return true;
	}
	return false;
}

/* The ids of the threads in @path; the caller frees @ret. */
static int
threads_read(const struct host *host, const char *path, char **ret, struct error *e)
{
	char name[GROUP_PATH_BYTES];

	return file_load_list(group_root(host, path), group_name(path, group_threads(path), name),
		THREADS_MAX_BYTES, ret, e);
}

/* The first line of @text that is none of @tids, in @stranger; false when there is none. */
static bool
stranger_find(const char *text, const pid_t *tids, size_t count, char *stranger, size_t size)
{
	for (const char *at = text; *at != '\0'; at = line_next(at)) {
		uint32_t tid;

		(void)snprintf(stranger, size, "%.*s", (int)strcspn(at, "\n"), at);
		if (num_parse_u32(stranger, 1, TID_MAX, &tid) < 0 || !tids_have(tids, count, tid))
			return true;
	}
	return false;
}

int
group_strangers(const struct host *host, const char *path, const pid_t *tids, size_t count,
	pid_t *ret, struct error *e)
{
	char line[LINE_BYTES];
	auto_free char *text = NULL;
	size_t found = 0;
	int r = threads_read(host, path, &text, e);

	if (r < 0)
		return r;
	for (const char *at = text; *at != '\0' && found < GROUP_STRANGERS_MAX;
		at = line_next(at)) {
		uint32_t tid;

		(void)snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
		if (num_parse_u32(line, 1, TID_MAX, &tid) == 0 && !tids_have(tids, count, tid))
			ret[found++] = (pid_t)tid;
	}
	return (int)found;
}

int
group_has_only(
	const struct host *host, const char *path, const pid_t *tids, size_t count, struct error *e)
{
	char name[GROUP_PATH_BYTES], where[2 * GROUP_PATH_BYTES], stranger[LINE_BYTES];
	auto_free char *text = NULL;
	int r = threads_read(host, path, &text, e);

	if (r < 0)
		return r;
	root_path(group_root(host, path), group_name(path, group_threads(path), name), where,
		sizeof(where));
	if (stranger_find(text, tids, count, stranger, sizeof(stranger))) {
		error_refuse(e, ERROR_HOST, where, "have the leaf for its vCPU alone");
		return error_why(e, "thread %s is there too", stranger);
	}
	for (size_t i = 0; i < count; i++) {
		if (text_has(text, tids[i]))
			continue;
		error_refuse(e, ERROR_HOST, where, "find the vCPU's thread in its leaf");
		return error_why(e, "thread %d is not there", (int)tids[i]);
	}
	return 0;
}

int
group_rouse(const struct host *host, const char *path, struct error *e)
{
	char text[FILE_TEXT_BYTES] = "";
	struct error second;
	int r = group_write(host, path, CGROUP_FREEZE, "1", e);
	int thawed;

	for (int waited_ms = 0; r >= 0 && waited_ms < FREEZE_WAIT_MS; waited_ms += FREEZE_STEP_MS) {
		r = group_read(host, path, CGROUP_EVENTS, text, sizeof(text), e);
		if (strstr(text, "frozen 1") != NULL)
			break;
		(void)poll(NULL, 0, FREEZE_STEP_MS);
	}
	thawed = group_write(host, path, CGROUP_FREEZE, "0", r < 0 ? &second : e);
	if (r < 0 || thawed < 0)
		return r < 0 ? r : thawed;
	return 0;
}
