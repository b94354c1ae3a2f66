/* SPDX-License-Identifier: MIT */
/* Programs that have their own mind about CPUs, found by their tasks' names. */
#include "host/programs.h"
#include "host/irqbalance.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "host/irqbalance.h"
#include "host/survey.h"
#include "host/task.h"

enum {
	PATH_BYTES = 64,
	ENVIRON_BYTES = 128 * 1024,
	HOOK_BYTES = 1024 * 1024,
};

/* The kernel cuts names to 15 bytes. What each does is told by plan/check_programs.c. */
static const char *const known[] = {"ananicy", "ananicy-cpp", "auto-cpufreq", "cgrulesengd",
	"containerd", "cpufreqd", "dockerd", "gamemoded", "libvirtd", "numad", "power-profiles-",
	"thermald", "tlp", "tuned", "virtqemud"};

void
programs_parse_bans(const char *text, size_t len, struct irqbalance_facts *ret)
{
	ret->bans_known = true;
	ret->has_bans = irqbalance_parse_environ(text, len, &ret->banned) == 0;
}

static void
bans_read(const struct root *proc, struct irqbalance_facts *ret)
{
	auto_free char *text = NULL;
	struct error ignored;
	char path[PATH_BYTES];
	int len;

	(void)snprintf(path, sizeof(path), "%d/environ", (int)ret->pid);
	len = file_load(proc, path, ENVIRON_BYTES, &text, &ignored);
	if (len >= 0)
		programs_parse_bans(text, (size_t)len, ret);
}

static bool
is_known(const char *name)
{
	for (size_t i = 0; i < COUNT(known); i++) {
		if (str_eq(name, known[i]))
			return true;
	}
	return false;
}

static bool
is_listed(const struct survey *s, const char *name)
{
	for (size_t i = 0; i < s->program_count; i++) {
		if (str_eq(s->programs[i].name, name))
			return true;
	}
	return false;
}

static void
process_look(const struct root *proc, pid_t pid, struct survey *ret)
{
	char path[PATH_BYTES], name[SURVEY_WORD_BYTES];
	struct task_facts task;
	struct error ignored;

	(void)snprintf(path, sizeof(path), "%d/comm", (int)pid);
	word_read(proc, path, name);
	if (!str_eq(name, "irqbalance") && !is_known(name))
		return;
	if (task_read_facts(proc, pid, &task, &ignored) < 0 || task.is_kernels || task.is_ended)
		return;
	if (str_eq(name, "irqbalance")) {
		if (ret->irqbalance.pid == 0)
			ret->irqbalance.pid = pid;
	} else if (ret->program_count < SURVEY_PROGRAMS && !is_listed(ret, name)) {
		struct program *program = &ret->programs[ret->program_count++];

		program->pid = pid;
		memcpy(program->name, name, sizeof(name));
	}
}

static void
processes_look(const struct root *proc, struct survey *ret)
{
	int fd = openat(proc->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	uint32_t pid;

	if (entries == NULL && fd >= 0)
		(void)close(fd);
	while (entries != NULL && (entry = readdir(entries)) != NULL) {
		if (num_parse_u32(entry->d_name, 1, INT32_MAX, &pid) == 0)
			process_look(proc, (pid_t)pid, ret);
	}
	if (entries != NULL)
		(void)closedir(entries);
}

/* Whether libvirt's hook sets CPUs: a script that isolates by itself, mostly. */
static bool
hook_sets_cpus(const struct root *top)
{
	static const char *const words[] = {
		"AllowedCPUs", "cpuset", "cset ", "taskset", "vfio-isolate"};
	auto_free char *text = NULL;
	struct error ignored;

	if (file_load(top, "etc/libvirt/hooks/qemu", HOOK_BYTES, &text, &ignored) < 0)
		return false;
	for (size_t i = 0; i < COUNT(words); i++) {
		if (strstr(text, words[i]) != NULL)
			return true;
	}
	return false;
}

void
programs_load(const struct root *proc, const struct root *top, struct survey *ret)
{
	processes_look(proc, ret);
	if (ret->irqbalance.pid != 0)
		bans_read(proc, &ret->irqbalance);
	ret->libvirt_hook = hook_sets_cpus(top);
}
