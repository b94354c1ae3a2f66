/* SPDX-License-Identifier: MIT */
/* By the files of cgroup, /proc and sysfs alone: no program but systemctl is started. */
#include "hostlook.h"

#include <dirent.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <mntent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define CGROUP "/sys/fs/cgroup"

enum {
	KTHREADD = 2, /* the parent of kernel threads */
	RESCUER_NICE = -20,
};

long
now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void
die(const char *what)
{
	perror(what);
	exit(2);
}

static void
line_add(struct lines *l, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		die("memory");
	va_end(args);
	if (l->count == l->room) {
		l->room = l->room > 0 ? l->room * 2 : 1024;
		l->list = realloc(l->list, l->room * sizeof(*l->list));
	}
	if (l->list == NULL)
		die("memory");
	l->list[l->count++] = text;
}

static int
line_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
lines_done(struct lines *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->list[i]);
	free(l->list);
	*l = (struct lines){0};
}

char *
file_text(int dirfd, const char *name)
{
	static char text[TEXT_BYTES];
	int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t len = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;

	if (fd >= 0)
		(void)close(fd);
	if (len < 0)
		return NULL;
	text[len] = '\0';
	while (len > 0 && text[len - 1] == '\n')
		text[--len] = '\0';
	return text;
}

/* The control files that may be touched: a pattern each, as for a shell. */
static int
is_looked_at(const char *name)
{
	static const char *const patterns[] = {"cgroup.type", "cgroup.subtree_control",
		"cgroup.controllers", "cgroup.freeze", "cgroup.max.*", "cgroup.clone_children",
		"cpuset.*", "cpu.max*", "cpu.weight*", "cpu.idle", "cpu.uclamp.*", "memory.min",
		"memory.max", "memory.high", "memory.low", "memory.swap.max", "memory.oom.group",
		"pids.max", "io.max", "io.weight"};

	if (strcmp(name, "cpuset.memory_pressure") == 0)
		return 0;
	for (size_t i = 0; i < COUNT(patterns); i++) {
		if (fnmatch(patterns[i], name, 0) == 0)
			return 1;
	}
	return 0;
}

/* systemd lets the io controller of a delegated unit go some time after that unit. */
static void
io_forget(const char *name, char *text)
{
	char *at = text;

	if (strcmp(name, "io.weight") == 0 && strcmp(text, "default 100") == 0)
		*text = '\0';
	if (strcmp(name, "cgroup.subtree_control") != 0 && strcmp(name, "cgroup.controllers") != 0)
		return;
	while ((at = strstr(at, "io")) != NULL && at != text && at[-1] != ' ')
		at++;
	if (at != NULL && (at[2] == ' ' || at[2] == '\0'))
		memmove(at, at + 2 + (at[2] == ' '), strlen(at + 2 + (at[2] == ' ')) + 1);
	for (size_t len = strlen(text); len > 0 && text[len - 1] == ' '; len--)
		text[len - 1] = '\0';
}

/* A line for each of the file's; none of an empty one. */
static void
text_add(struct lines *l, const char *path, char *text)
{
	char *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		if (*line != '\0')
			line_add(l, "%s:%s", path, line);
	}
}

static void
tree_look(struct lines *l, const char *path, int files)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	if (dir == NULL)
		return;
	line_add(l, "%s", path);
	while ((entry = readdir(dir)) != NULL) {
		char below[PATH_MAX];
		char *text;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		(void)snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		if (entry->d_type == DT_DIR) {
			tree_look(l, below, files);
			continue;
		}
		if (!files) {
			line_add(l, "%s", below);
			continue;
		}
		text = is_looked_at(entry->d_name) ? file_text(dirfd(dir), entry->d_name) : NULL;
		if (text == NULL)
			continue;
		io_forget(entry->d_name, text);
		text_add(l, below, text);
	}
	(void)closedir(dir);
}

/* What is mounted, and the control files of cgroup trees that are elsewhere than usual. */
static void
mounts_look(struct lines *l)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	const struct mntent *m;

	while (mounts != NULL && (m = getmntent(mounts)) != NULL) {
		line_add(l, "mount %s %s %s %s", m->mnt_dir, m->mnt_fsname, m->mnt_type,
			m->mnt_opts);
		if (strncmp(m->mnt_type, "cgroup", 6) == 0 &&
			strncmp(m->mnt_dir, CGROUP, strlen(CGROUP)) != 0)
			tree_look(l, m->mnt_dir, 1);
	}
	if (mounts != NULL)
		(void)endmntent(mounts);
}

/* The value of a line "KEY:\tvalue" of @status, cut out of it. */
static const char *
status_value(char *status, const char *key, char *ret, size_t size)
{
	char *at = strstr(status, key);
	size_t len;

	if (at == NULL)
		return "";
	at += strlen(key);
	len = strcspn(at, "\n");
	(void)snprintf(ret, size, "%.*s", (int)len, at);
	return ret;
}

/* Its cgroups. A hierarchy of v1 has another number when it is mounted anew; and lingers when not.
 */
static void
cgroups_get(char *text, char *ret, size_t size)
{
	size_t len = 0;
	char *line;

	*ret = '\0';
	while ((line = strsep(&text, "\n")) != NULL) {
		if (*line >= '1' && *line <= '9')
			line += strspn(line, "0123456789") + 1;
		if (*line != '\0' && strcmp(line, "cpuset:/") != 0 && len < size)
			len += (size_t)snprintf(ret + len, size - len, " %s", line);
	}
}

/* What /proc/PID/task/TID/stat has behind the name. */
struct task_stat {
	char state;
	long parent, nice, rt_priority, policy;
};

/* Fields from the third on; 0 when it has gone. */
static int
stat_get(const char *pid, const char *tid, struct task_stat *ret)
{
	char path[128];
	char *text, *field;

	(void)snprintf(path, sizeof(path), "/proc/%s/task/%s/stat", pid, tid);
	text = file_text(AT_FDCWD, path);
	text = text != NULL ? strrchr(text, ')') : NULL;
	if (text == NULL)
		return 0;
	text += 2;
	ret->state = *text;
	for (int number = 3; (field = strsep(&text, " ")) != NULL; number++) {
		if (number == 4)
			ret->parent = strtol(field, NULL, 10);
		else if (number == 19)
			ret->nice = strtol(field, NULL, 10);
		else if (number == 40)
			ret->rt_priority = strtol(field, NULL, 10);
		else if (number == 41)
			ret->policy = strtol(field, NULL, 10);
	}
	return 1;
}

/*
 * One task as a line; what comes and goes by itself isn't. The thread of an interrupt sets its own
 * mask, after that of the interrupt, when it runs next; so does a workqueue's rescuer (nice -20),
 * after whom it helped.
 */
static void
task_look(struct lines *l, const char *pid, const char *tid, int counted)
{
	struct task_stat stat = {0};
	char path[128], cgroups[4096], name[64], cpus[512], mems[512], number[16] = "";
	char *text;

	if (!stat_get(pid, tid, &stat) || stat.state == 'Z' || stat.state == 'X')
		return;
	(void)snprintf(path, sizeof(path), "/proc/%s/task/%s/cgroup", pid, tid);
	text = file_text(AT_FDCWD, path);
	if (text == NULL)
		return;
	cgroups_get(text, cgroups, sizeof(cgroups));
	(void)snprintf(path, sizeof(path), "/proc/%s/task/%s/status", pid, tid);
	text = file_text(AT_FDCWD, path);
	if (text == NULL)
		return;
	(void)status_value(text, "Name:\t", name, sizeof(name));
	if (strncmp(name, "kworker/", 8) == 0 || strncmp(name, "irq/", 4) == 0)
		return;
	(void)status_value(text, "\nCpus_allowed_list:\t", cpus, sizeof(cpus));
	(void)status_value(text, "\nMems_allowed_list:\t", mems, sizeof(mems));
	if (stat.parent == KTHREADD && stat.nice == RESCUER_NICE)
		(void)snprintf(cpus, sizeof(cpus), "its own");
	if (!counted)
		(void)snprintf(number, sizeof(number), "%s ", tid);
	line_add(l, "task %s%s%s cpus %s mems %s policy %ld rt %ld nice %ld", number, name, cgroups,
		cpus, mems, stat.policy, stat.rt_priority, stat.nice);
}

static void
tasks_look(struct lines *l, int counted)
{
	DIR *proc = opendir("/proc"), *tasks;
	const struct dirent *entry, *task;
	char path[300];

	while (proc != NULL && (entry = readdir(proc)) != NULL) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9' ||
			strtol(entry->d_name, NULL, 10) == getpid())
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%s/task", entry->d_name);
		tasks = opendir(path);
		while (tasks != NULL && (task = readdir(tasks)) != NULL) {
			if (task->d_name[0] != '.')
				task_look(l, entry->d_name, task->d_name, counted);
		}
		if (tasks != NULL)
			(void)closedir(tasks);
	}
	if (proc != NULL)
		(void)closedir(proc);
}

/* Equal ones become one line, with their number. */
static void
tasks_count(struct lines *l)
{
	struct lines tasks = {0};

	tasks_look(&tasks, 1);
	qsort(tasks.list, tasks.count, sizeof(*tasks.list), line_compare);
	for (size_t i = 0, next; i < tasks.count; i = next) {
		for (next = i + 1; next < tasks.count; next++) {
			if (strcmp(tasks.list[i], tasks.list[next]) != 0)
				break;
		}
		line_add(l, "%zu %s", next - i, tasks.list[i]);
	}
	lines_done(&tasks);
}

static void
units_look(struct lines *l)
{
	char line[1024], unit[512], load[64], active[64], sub[64];
	FILE *told;

	if (access("/run/systemd/system", F_OK) != 0)
		return;
	told = popen(
		"systemctl list-units --type=slice,scope,service --no-legend --plain --no-pager "
		"--full",
		"re");
	while (told != NULL && fgets(line, sizeof(line), told) != NULL) {
		if (sscanf(line, "%511s %63s %63s %63s", unit, load, active, sub) == 4)
			line_add(l, "unit %s %s %s %s", unit, load, active, sub);
	}
	if (told == NULL || pclose(told) != 0)
		line_add(l, "systemctl failed");
}

/* All files of a pattern. */
static void
files_look(struct lines *l, const char *pattern)
{
	glob_t found;

	if (glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char *text = file_text(AT_FDCWD, found.gl_pathv[i]);

		if (text != NULL)
			text_add(l, found.gl_pathv[i], text);
	}
	globfree(&found);
}

/* All names below what a pattern finds. */
static void
names_look(struct lines *l, const char *pattern)
{
	glob_t found;

	if (glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		tree_look(l, found.gl_pathv[i], 0);
	globfree(&found);
}

/* A list alone: what is in an instance is the kernel's. */
static void
tracing_look(struct lines *l)
{
	glob_t found;

	if (glob("/sys/kernel/tracing/instances/*", 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		line_add(l, "%s", found.gl_pathv[i]);
	globfree(&found);
}

static void
all_look(struct lines *l)
{
	static const char *const files[] = {"/sys/devices/virtual/workqueue/cpumask*",
		"/sys/devices/virtual/workqueue/*/cpumask", "/proc/irq/default_smp_affinity",
		"/proc/irq/[0-9]*/smp_affinity_list", "/sys/devices/system/cpu/online",
		"/sys/devices/system/cpu/isolated", "/sys/devices/system/cpu/nohz_full",
		"/sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor",
		"/sys/devices/system/cpu/cpu[0-9]*/power/pm_qos_resume_latency_us",
		"/proc/sys/kernel/sched_rt_runtime_us", "/proc/sys/kernel/sched_rt_period_us",
		"/proc/sys/kernel/numa_balancing", "/proc/sys/kernel/nmi_watchdog",
		"/proc/sys/kernel/watchdog_cpumask"};

	*l = (struct lines){0};
	tree_look(l, CGROUP, 1);
	mounts_look(l);
	tracing_look(l);
	names_look(l, "/run/qpin");
	names_look(l, "/run/user/*/qpin");
	for (size_t i = 0; i < COUNT(files); i++)
		files_look(l, files[i]);
}

void
host_look(struct lines *l)
{
	all_look(l);
	tasks_look(l, 0);
	names_look(l, "/var/lib/qpin");
	names_look(l, "/etc/systemd/system");
	names_look(l, "/run/systemd/transient");
	names_look(l, "/run/systemd/system.control");
	qsort(l->list, l->count, sizeof(*l->list), line_compare);
}

void
host_summary(struct lines *l)
{
	all_look(l);
	tasks_count(l);
	units_look(l);
	qsort(l->list, l->count, sizeof(*l->list), line_compare);
}

unsigned
lines_differ(const struct lines *a, const struct lines *b, int tell)
{
	size_t i = 0, k = 0;
	unsigned count = 0;

	while (i < a->count || k < b->count) {
		int c = i == a->count ? 1 : k == b->count ? -1 : strcmp(a->list[i], b->list[k]);

		if (c != 0 && tell && count < 12)
			(void)printf("#   %c %.300s\n", c < 0 ? '-' : '+',
				c < 0 ? a->list[i] : b->list[k]);
		count += c != 0;
		i += c <= 0;
		k += c >= 0;
	}
	return count;
}
