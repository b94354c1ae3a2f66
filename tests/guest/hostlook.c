/* SPDX-License-Identifier: MIT */
/* The state of the host that qpin may touch, as lines. */
#include "hostlook.h"

#include <dirent.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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
line_add(struct lines *l, const char *text)
{
	if (l->count == l->room) {
		l->room = l->room > 0 ? l->room * 2 : 1024;
		l->list = realloc(l->list, l->room * sizeof(*l->list));
	}
	if (l->list == NULL || (l->list[l->count++] = strdup(text)) == NULL)
		die("memory");
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

/* The control files that qpin may touch, by name or its beginning. */
static int
is_looked_at(const char *name)
{
	static const char *const names[] = {"cgroup.type", "cgroup.subtree_control",
		"cgroup.freeze", "cpuset.", "cgroup.clone_children", "memory.max", "cpu.max"};

	if (strcmp(name, "cpuset.memory_pressure") == 0)
		return 0;
	for (size_t i = 0; i < COUNT(names); i++) {
		if (strncmp(name, names[i], strlen(names[i])) == 0)
			return 1;
	}
	return 0;
}

static void
tree_look(struct lines *l, const char *path, int files)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	line_add(l, path);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char line[TEXT_BYTES + 1024];
		const char *text;

		if (entry->d_name[0] == '.' &&
			(entry->d_name[1] == '\0' || entry->d_name[1] == '.'))
			continue;
		(void)snprintf(line, sizeof(line), "%s/%s", path, entry->d_name);
		if (entry->d_type == DT_DIR) {
			tree_look(l, line, files);
			continue;
		}
		if (!files) {
			line_add(l, line);
			continue;
		}
		text = is_looked_at(entry->d_name) ? file_text(dirfd(dir), entry->d_name) : NULL;
		if (text == NULL)
			continue;
		(void)snprintf(line, sizeof(line), "%s/%s:%s", path, entry->d_name, text);
		line_add(l, line);
	}
	if (dir != NULL)
		(void)closedir(dir);
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

/* One task as a line; what comes and goes by itself isn't: kworkers, threads of interrupts. */
static void
task_look(struct lines *l, const char *pid, const char *tid)
{
	char path[512], cgroup[512] = "", name[64], cpus[512], mems[512], line[2048];
	char *text;
	long policy = -1;

	(void)snprintf(path, sizeof(path), "/proc/%s/task/%s/stat", pid, tid);
	text = file_text(AT_FDCWD, path);
	text = text != NULL ? strrchr(text, ')') : NULL;
	if (text == NULL || text[2] == 'Z' || text[2] == 'X')
		return;
	for (int field = 3; text != NULL && field <= 41; field++)
		text = strchr(text + 1, ' ');
	if (text != NULL)
		policy = strtol(text, NULL, 10);
	(void)snprintf(path, sizeof(path), "/proc/%s/task/%s/cgroup", pid, tid);
	text = file_text(AT_FDCWD, path);
	if (text != NULL)
		(void)snprintf(cgroup, sizeof(cgroup), "%s", text);
	(void)snprintf(path, sizeof(path), "/proc/%s/task/%s/status", pid, tid);
	text = file_text(AT_FDCWD, path);
	if (text == NULL)
		return;
	(void)status_value(text, "Name:\t", name, sizeof(name));
	if (strncmp(name, "kworker", 7) == 0 || strncmp(name, "irq/", 4) == 0)
		return;
	(void)status_value(text, "\nCpus_allowed_list:\t", cpus, sizeof(cpus));
	(void)status_value(text, "\nMems_allowed_list:\t", mems, sizeof(mems));
	(void)snprintf(line, sizeof(line), "task %s %s %s cpus %s mems %s policy %ld", tid, name,
		cgroup, cpus, mems, policy);
	line_add(l, line);
}

static void
tasks_look(struct lines *l)
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
				task_look(l, entry->d_name, task->d_name);
		}
		if (tasks != NULL)
			(void)closedir(tasks);
	}
	if (proc != NULL)
		(void)closedir(proc);
}

static void
file_look(struct lines *l, const char *path)
{
	const char *text = file_text(AT_FDCWD, path);
	char line[TEXT_BYTES + 256];

	(void)snprintf(line, sizeof(line), "%s:%s", path, text != NULL ? text : "");
	line_add(l, line);
}

static void
files_look(struct lines *l, const char *pattern)
{
	glob_t found;

	if (glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		file_look(l, found.gl_pathv[i]);
	globfree(&found);
}

void
host_look(struct lines *l)
{
	*l = (struct lines){0};
	tree_look(l, "/sys/fs/cgroup", 1);
	tree_look(l, "/run/qpin", 0);
	tree_look(l, "/var/lib/qpin", 0);
	tree_look(l, "/etc/systemd/system", 0);
	tree_look(l, "/run/systemd/transient", 0);
	tree_look(l, "/run/systemd/system.control", 0);
	tasks_look(l);
	file_look(l, "/sys/devices/virtual/workqueue/cpumask");
	file_look(l, "/proc/irq/default_smp_affinity");
	file_look(l, "/proc/sys/kernel/watchdog_cpumask");
	files_look(l, "/proc/irq/[0-9]*/smp_affinity_list");
	files_look(l, "/sys/devices/system/cpu/cpu[0-9]*/power/pm_qos_resume_latency_us");
	files_look(l, "/sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor");
	file_look(l, "/proc/self/mountinfo");
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
