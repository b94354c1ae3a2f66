/* SPDX-License-Identifier: MIT */
/* What the kernel was told at boot about CPUs, and whether other tasks keep off those isolated
 * then. */
#include "host/boot.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "host/host.h"
#include "host/task.h"

enum {
	KTHREADD = 2, /* parent of all kernel threads */
	NAME_BYTES = 64,
};

/* isolcpus=FLAG,…,LIST: whether @value begins with flags of which one is @flag. */
static bool
isolcpus_has(const char *value, const char *flag)
{
	size_t len = strlen(flag);

	while (*value != '\0' && strchr("0123456789", *value) == NULL) {
		if (strncmp(value, flag, len) == 0 && (value[len] == ',' || value[len] == '\0'))
			return true;
		value += strcspn(value, ",");
		value += strspn(value, ",");
	}
	return false;
}

void
boot_parse(const char *cmdline, const struct topology *topology, struct boot_facts *ret)
{
	static const char nocbs[] = "rcu_nocbs=", isolcpus[] = "isolcpus=";
	char text[FILE_TEXT_BYTES], *rest = text, *word;

	(void)snprintf(text, sizeof(text), "%s", cmdline);
	ret->rcu_nocbs = topology->nohz_full;
	while ((word = strsep(&rest, " \n")) != NULL) {
		struct cpus list;

		if (str_starts(word, isolcpus))
			ret->managed_irq = isolcpus_has(word + strlen(isolcpus), "managed_irq");
		if (!str_starts(word, nocbs))
			continue;
		word += strlen(nocbs);
		if (str_eq(word, "all"))
			ret->rcu_nocbs = topology->online;
		else if (cpus_parse(word, &list) == 0)
			cpus_unite(&ret->rcu_nocbs, &list);
	}
	cpus_keep(&ret->rcu_nocbs, &topology->online);
}

/* Looking for tasks on CPUs isolated at boot. */
struct search {
	const struct host *host;
	struct cpus boot;
	struct boot_facts *ret;
};

static bool
is_of_the_kernel(const struct root *proc, pid_t pid)
{
	struct error ignored;
	pid_t parent = 0;

	return pid == KTHREADD || task_read_parent(proc, pid, &parent, &ignored) < 0 ||
	       parent == KTHREADD;
}

static void
task_name(const struct root *proc, pid_t tid, struct boot_facts *ret)
{
	char name[32], text[NAME_BYTES] = "";
	struct error ignored;

	(void)snprintf(name, sizeof(name), "%d/comm", (int)tid);
	(void)file_read(proc, name, text, sizeof(text), &ignored);
	(void)snprintf(ret->open_task, sizeof(ret->open_task), "task %d (%.20s)", (int)tid, text);
}

static int
task_look(pid_t pid, pid_t tid, void *data)
{
	struct search *s = data;
	struct error ignored;
	struct cpus cpus;

	if (task_read_affinity(tid, &cpus, &ignored) < 0)
		return 0;
	cpus_keep(&cpus, &s->boot);
	if (cpus_empty(&cpus) || is_of_the_kernel(&s->host->roots.proc, pid))
		return 0;
	if (cpus_empty(&s->ret->open))
		task_name(&s->host->roots.proc, tid, s->ret);
	cpus_unite(&s->ret->open, &cpus);
	return 0;
}

void
boot_load(const struct host *host, const struct topology *topology, struct boot_facts *ret)
{
	struct search s = {.host = host, .boot = topology->boot_isolated, .ret = ret};
	char text[FILE_TEXT_BYTES] = "";
	struct error ignored;

	*ret = (struct boot_facts){0};
	(void)file_read(&host->roots.proc, "cmdline", text, sizeof(text), &ignored);
	boot_parse(text, topology, ret);
	cpus_keep(&s.boot, &topology->online);
	if (!cpus_empty(&s.boot) && task_each(&host->roots.proc, task_look, &s, &ignored) < 0)
		ret->open = s.boot; /* nobody knows */
}
