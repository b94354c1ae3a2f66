/* SPDX-License-Identifier: MIT */
/* Threads of the host: when they began, and their affinity masks, as facts and as changes. */
#include "host/task.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "host/host.h"

enum {
	MASK_BYTES = CPUS_MAX / 8,
	NS_PER_S = 1000 * 1000 * 1000,
	MS_PER_S = 1000,
	ID_MAX = 1 << 30,     /* above the kernel's PID_MAX_LIMIT, 4 Mi */
	STAT_BYTES = 1024,    /* some fifty numbers and a name */
	ENTRIES_BYTES = 8192, /* of a directory, at once: some 300 threads */
	/* Source: Linux include/linux/sched.h, PF_KTHREAD and PF_NO_SETAFFINITY */
	FLAG_KTHREAD = 0x200000,
	FLAG_NO_SETAFFINITY = 0x4000000,
};

/* What /proc/PID/stat tells of a task. */
struct task_stat {
	char state;
	uint64_t parent;
	uint64_t flags;
	uint64_t threads; /* of its process */
	uint64_t start;
};

/* A kernel mask is an array of longs: on a little-endian host our words are just that. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ || sizeof(long) == sizeof(uint64_t),
	"a set of CPUs is laid out as the kernel's mask");

/* Source: proc(5), /proc/PID/stat: the name, in parentheses, may hold anything, also a ")". */
static int
stat_parse(char *text, struct task_stat *ret)
{
	enum { STATE = 3, PARENT = 4, FLAGS = 9, THREADS = 20, START = 22 };
	char *rest = strrchr(text, ')'), *word;
	int r = 0;
	int field = STATE;

	if (rest == NULL || rest[1] != ' ')
		return -EINVAL;
	rest += 2;
	for (; field <= START && r == 0 && (word = strsep(&rest, " ")) != NULL; field++) {
		if (field == STATE)
			ret->state = word[0];
		if (field == PARENT)
			r = num_parse_u64(word, 0, UINT32_MAX, &ret->parent);
		if (field == FLAGS)
			r = num_parse_u64(word, 0, UINT32_MAX, &ret->flags);
		if (field == THREADS)
			r = num_parse_u64(word, 0, UINT32_MAX, &ret->threads);
		if (field == START)
			r = num_parse_u64(word, 0, INT64_MAX, &ret->start);
	}
	return field > START ? r : -EINVAL;
}

static int
stat_read(const struct root *proc, pid_t id, struct task_stat *ret, struct error *e)
{
	char text[STAT_BYTES], name[32];
	int r;

	(void)snprintf(name, sizeof(name), "%d/stat", (int)id);
	r = file_read(proc, name, text, sizeof(text), e);
	if (r == -ENOENT || r == -ESRCH)
		return error_sys(e, ESRCH, NULL, "look at thread %d", (int)id);
	if (r < 0)
		return r;
	r = stat_parse(text, ret);
	return r < 0 ? error_sys(e, -r, name, "read when thread %d began", (int)id) : 0;
}

int
task_read_start(const struct root *proc, pid_t id, int64_t *ret, struct error *e)
{
	struct task_stat stat = {0};
	int r = stat_read(proc, id, &stat, e);

	if (r == 0)
		*ret = (int64_t)stat.start;
	return r;
}

int
task_look_start(const struct root *proc, struct change *c, struct error *e)
{
	return c->start != 0 ? 0 : task_read_start(proc, (pid_t)c->id, &c->start, e);
}

int64_t
task_now(void)
{
	struct timespec now = {0};
	int64_t per_second = sysconf(_SC_CLK_TCK);

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * per_second + now.tv_nsec * per_second / NS_PER_S;
}

int64_t
task_age_ms(int64_t start)
{
	struct timespec now = {0};

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * MS_PER_S + now.tv_nsec / (NS_PER_S / MS_PER_S) -
	       start * MS_PER_S / sysconf(_SC_CLK_TCK);
}

int
task_read_parent(const struct root *proc, pid_t id, pid_t *ret, struct error *e)
{
	struct task_facts facts;
	int r = task_read_facts(proc, id, &facts, e);

	if (r == 0)
		*ret = facts.parent;
	return r;
}

int
task_read_facts(const struct root *proc, pid_t id, struct task_facts *ret, struct error *e)
{
	struct task_stat stat = {0};
	int r = stat_read(proc, id, &stat, e);

	if (r < 0)
		return r;
	*ret = (struct task_facts){
		.start = (int64_t)stat.start,
		.parent = (pid_t)stat.parent,
		.is_kernels = (stat.flags & FLAG_KTHREAD) != 0,
		.is_bound = (stat.flags & FLAG_NO_SETAFFINITY) != 0,
		.is_ended = stat.state == 'Z' || stat.state == 'X',
	};
	return 0;
}

int
task_lives(const struct root *proc, pid_t id, int64_t seen, struct error *e)
{
	struct task_stat stat = {0};
	int r = stat_read(proc, id, &stat, e);

	if (r < 0)
		return r == -ESRCH ? 0 : r;
	if ((stat.state == 'Z' || stat.state == 'X') && stat.threads <= 1)
		return 0;
	return (int64_t)stat.start <= seen;
}

static void
dir_cleanup(DIR **dir)
{
	if (*dir != NULL)
		(void)closedir(*dir);
}

#define auto_dir __attribute__((cleanup(dir_cleanup)))

static DIR *
dir_open(const struct root *root, const char *name)
{
	int fd = openat(root->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

	if (dir == NULL && fd >= 0)
		(void)close(fd);
	return dir;
}

/* The next id that is listed; false at the end. */
static bool
id_next(DIR *dir, pid_t *ret)
{
	const struct dirent *entry;
	uint32_t id;

	while ((entry = readdir(dir)) != NULL) {
		if (num_parse_u32(entry->d_name, 1, ID_MAX, &id) < 0)
			continue;
		*ret = (pid_t)id;
		return true;
	}
	return false;
}

/* Most processes have but one thread, which the links of the directory @name tell without a
 * listing: one for each, and two. Source: Linux fs/proc/base.c, proc_task_getattr() */
static bool
is_single(const struct root *proc, const char *name)
{
	enum { LINKS = 3 };
	struct stat st;

	return fstatat(proc->fd, name, &st, 0) == 0 && st.st_nlink == LINKS;
}

static int
thread_each(const struct root *proc, pid_t pid, int (*each)(pid_t pid, pid_t tid, void *data),
	void *data)
{
	char name[32];
	auto_dir DIR *dir = NULL;
	pid_t tid;
	int r = 0;

	(void)snprintf(name, sizeof(name), "%d/task", (int)pid);
	if (is_single(proc, name))
		return each(pid, pid, data);
	dir = dir_open(proc, name);
	while (r >= 0 && dir != NULL && id_next(dir, &tid))
		r = each(pid, tid, data);
	return r;
}

int
task_each(const struct root *proc, int (*each)(pid_t pid, pid_t tid, void *data), void *data,
	struct error *e)
{
	auto_dir DIR *dir = dir_open(proc, ".");
	pid_t pid;
	int r = 0;

	if (dir == NULL)
		return error_sys(e, errno, proc->path, "look at all tasks");
	while (r >= 0 && id_next(dir, &pid))
		r = thread_each(proc, pid, each, data);
	return r < 0 ? error_sys(e, -r, proc->path, "look at all tasks") : 0;
}

int
tasks_open(const struct root *proc, pid_t pid, struct error *e)
{
	char name[32];
	int fd;

	(void)snprintf(name, sizeof(name), "%d/task", (int)pid);
	fd = openat(proc->fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return error_sys(e, errno == ENOENT ? ESRCH : errno, NULL,
			"look at the threads of process %d", (int)pid);
	return fd;
}

/* Not readdir(3): it asks for more than is wanted, and gives back what it read ahead. */
int
tasks_each(int fd, int (*each)(pid_t tid, void *data), void *data)
{
	_Alignas(struct dirent64) char entries[ENTRIES_BYTES];
	ssize_t len;
	uint32_t id;
	int r = 0;

	while ((len = getdents64(fd, entries, sizeof(entries))) > 0) {
		const struct dirent64 *entry;

		for (ssize_t at = 0; at < len && r == 0; at += entry->d_reclen) {
			entry = (const void *)(entries + at);
			if (num_parse_u32(entry->d_name, 1, ID_MAX, &id) == 0)
				r = each((pid_t)id, data);
		}
		if (r != 0)
			return r;
	}
	if (len < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	return 0;
}

int
task_read_affinity(pid_t tid, struct cpus *ret, struct error *e)
{
	struct cpus cpus = {0};

	if (sched_getaffinity(tid, MASK_BYTES, (cpu_set_t *)(void *)cpus.word) < 0)
		return error_sys(e, errno, NULL, "read the affinity of thread %d", (int)tid);
	*ret = cpus;
	return 0;
}

int
task_set_affinity(pid_t tid, const struct cpus *cpus, struct error *e)
{
	char text[CPUS_TEXT_BYTES];

	if (sched_setaffinity(tid, MASK_BYTES, (const cpu_set_t *)(const void *)cpus->word) == 0)
		return 0;
	return error_sys(e, errno, NULL, "set the affinity of thread %d to %s", (int)tid,
		cpus_format(cpus, text));
}

static int
affinity_look(struct host *host, struct change *c, struct error *e)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus cpus;
	int r = task_look_start(&host->roots.proc, c, e);

	if (r == 0)
		r = task_read_affinity((pid_t)c->id, &cpus, e);
	return r < 0 ? r : change_remember(c, cpus_format(&cpus, text), e);
}

static int
affinity_set(const struct change *c, const char *list, struct error *e)
{
	struct cpus cpus;
	int r = cpus_parse(list, &cpus);

	if (r < 0)
		return error_sys(e, -r, c->role, "read the CPU list \"%s\"", list);
	return task_set_affinity((pid_t)c->id, &cpus, e);
}

static int
affinity_apply(struct host *host, struct change *c, struct error *e)
{
	(void)host;
	return affinity_set(c, c->value, e);
}

static int
affinity_verify(struct host *host, const struct change *c, struct error *e)
{
	char text[CPUS_TEXT_BYTES];
	struct cpus wanted, now;
	int r = task_read_affinity((pid_t)c->id, &now, e);

	(void)host;
	if (r < 0)
		return r;
	/* Our own cgroup may allow only some of the CPUs, as in a container; never others. */
	if (cpus_parse(c->value, &wanted) == 0 && cpus_within(&now, &wanted))
		return 0;
	error_refuse(e, ERROR_HOST, c->role, "keep the thread on CPU %s", c->value);
	return error_why(e, "the kernel allows it %s", cpus_format(&now, text));
}

static int
affinity_undo(struct host *host, const struct change *c, struct error *e)
{
	int r = task_lives(&host->roots.proc, (pid_t)c->id, c->start, e);

	if (r > 0)
		r = affinity_set(c, c->before, e);
	return r == -ESRCH ? 0 : r;
}

static void
affinity_describe(const struct change *c, char *text, size_t size)
{
	if (c->id != 0)
		(void)snprintf(text, size, "pin %s (thread %" PRId64 ") to CPU %s", c->role, c->id,
			c->value);
	else
		(void)snprintf(text, size, "pin %s to CPU %s", c->role, c->value);
}

const struct change_kind change_affinity = {
	.name = "affinity",
	.needs = CHANGE_VALUE | CHANGE_BEFORE | CHANGE_ROLE | CHANGE_ID | CHANGE_START,
	.look = affinity_look,
	.apply = affinity_apply,
	.verify = affinity_verify,
	.undo = affinity_undo,
	.describe = affinity_describe,
};
