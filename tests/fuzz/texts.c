/* SPDX-License-Identifier: MIT */
/* Texts of /proc, sysfs and cgroups: the first byte chooses the file that has the others. */

#include "cgroup/files.h"
#include "cgroup/group.h"
#include "cgroup/kinds.h"
#include "cgroup/origins.h"
#include "cgroup/roster.h"
#include "fuzz.h"
#include "host/boot.h"
#include "host/host.h"
#include "host/pci.h"
#include "host/task.h"
#include "host/topology.h"
#include "host/user_facts.h"
#include "host/v1_facts.h"
#include "host/workqueue.h"
#include "qemu/names.h"

#define PCI_DIRECTORY "bus/pci/devices/0000:0b:00.0"

/* All roots are the same directory. */
static struct fuzz_tree tree;
static struct host host = HOST_CLOSED;
static struct topology topology;

static void
all_close(void)
{
	topology_done(&topology);
	fuzz_tree_remove(&tree);
}

static void
all_open(void)
{
	static const char *const directories[] = {"100", "user.slice", "leaf", "bus", "bus/pci",
		"bus/pci/devices", PCI_DIRECTORY, "devices", "devices/virtual",
		"devices/virtual/workqueue"};
	struct error e;

	if (tree.path[0] != '\0')
		return;
	fuzz_tree_open(&tree);
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		must(mkdirat(tree.root.fd, directories[i], 0700) == 0);
	fuzz_tree_put(&tree, "user.slice/cgroup.subtree_control", "", 0);
	fuzz_tree_put(&tree, "user.slice/cgroup.controllers", "cpuset cpu", 10);
	host.roots = (struct roots){tree.root, tree.root, tree.root, tree.root};
	must(topology_synthetic("pack:2 [numa] core:4 pu:2", &topology, &e) == 0);
	must(atexit(all_close) == 0);
}

static void
stat_try(void)
{
	struct task_facts facts;
	struct error e;
	int64_t start = -1;
	pid_t parent = -1;

	if (task_read_facts(&tree.root, 100, &facts, &e) < 0)
		return;
	must(facts.start >= 0);
	must(task_read_start(&tree.root, 100, &start, &e) == 0 && start == facts.start);
	must(task_read_parent(&tree.root, 100, &parent, &e) == 0 && parent == facts.parent);
	/* A first thread may have ended before the others. */
	must(task_lives(&tree.root, 100, start, &e) == 1 || facts.is_ended);
}

static void
own_try(void)
{
	char path[64];
	struct error e;

	if (host_own_cgroup(&host, 100, path, sizeof(path), &e) == 0)
		must(path[0] == '/' && strchr(path, '\n') == NULL);
	if (host_own_cpuset(&host, 100, path, sizeof(path), &e) == 0)
		must(strncmp(path, HOST_CPUSET_V1 "/", strlen(HOST_CPUSET_V1 "/")) == 0);
}

static void
cgroups_try(void)
{
	struct v1_facts facts;

	v1_facts_load(&host, &facts);
}

static void
cmdline_try(void)
{
	char text[FILE_TEXT_BYTES] = "";
	struct boot_facts facts = {0};
	struct error ignored;

	(void)file_read(&tree.root, "cmdline", text, sizeof(text), &ignored);
	boot_parse(text, &topology, &facts);
	must(cpus_within(&facts.rcu_nocbs, &topology.online));
}

static void
pci_try(void)
{
	struct pci_device device = {0};
	struct error e;

	(void)pci_load(&tree.root, "0000:0b:00.0", &device, &e);
}

static void
workqueue_try(void)
{
	char target[] = WORKQUEUE_CPUS, value[] = "0-1", before[] = "0-3";
	struct change c = {
		.kind = &change_workqueue, .target = target, .value = value, .before = before};
	struct error e = {0};

	must(change_workqueue.verify(&host, &c, &e) == 0 || e.what[0] != '\0');
}

static void
effective_try(void)
{
	struct cgroup_facts facts = {0};
	struct error e = {0};
	struct cpus cpus;

	user_facts_read(&host, "/user.slice", &facts);
	must(facts.partition[0] == '\0');
	if (group_read_cpus(&host, "/user.slice", CPUSET_CPUS_EFFECTIVE, &cpus, &e) < 0)
		must(e.what[0] != '\0');
	else
		must(cpus_equal(&cpus, &facts.user.reach));
}

static void
partition_try(void)
{
	char target[] = "/leaf", value[] = "isolated";
	struct change c = {.kind = &change_partition, .target = target, .value = value};
	struct error e = {0};
	int r = change_partition.verify(&host, &c, &e);

	must(r == 0 || e.what[0] != '\0');
	if (change_partition.look(&host, &c, &e) == 0)
		must(c.before != NULL && strchr(c.before, '(') == NULL);
	free(c.before);
}

static void
threads_try(void)
{
	static const pid_t tids[] = {101, 102};
	pid_t strangers[GROUP_STRANGERS_MAX];
	struct origins members = {0};
	struct error e = {0};
	int count = group_strangers(&host, "/leaf", tids, 2, strangers, &e);
	int r = group_has_only(&host, "/leaf", tids, 2, &e);

	must(count >= 0 && count <= GROUP_STRANGERS_MAX);
	for (int i = 0; i < count; i++)
		must(strangers[i] > 0 && strangers[i] != 101 && strangers[i] != 102);
	must(r < 0 || count == 0);
	(void)roster_members(&host, "/leaf", &members, &e);
	origins_done(&members);
}

static void
comm_try(void)
{
	char name[TASK_NAME_BYTES] = "", shown[THREAD_TEXT_BYTES];
	struct task task = {.tid = 101};
	struct thread_name parts;
	struct error ignored;

	(void)file_read(&tree.root, "comm", name, sizeof(name), &ignored);
	thread_name_parse(name, &parts);
	must(memchr(parts.part, '\0', sizeof(parts.part)) != NULL);
	memcpy(task.name, name, sizeof(name));
	must(strlen(thread_text(&task, shown)) < sizeof(shown));
}

static const struct {
	const char *file;
	void (*try)(void);
} kinds[] = {
	{"100/stat", stat_try},
	{"100/cgroup", own_try},
	{"cgroups", cgroups_try},
	{"cmdline", cmdline_try},
	{PCI_DIRECTORY "/local_cpulist", pci_try},
	{WORKQUEUE_CPUS, workqueue_try},
	{"user.slice/cpuset.cpus.effective", effective_try},
	{"leaf/cpuset.cpus.partition", partition_try},
	{"leaf/cgroup.threads", threads_try},
	{"comm", comm_try},
};

/* 'a' is the first file. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t kind;

	if (size < 1)
		return 0;
	all_open();
	kind = (uint8_t)(data[0] - 'a') % (sizeof(kinds) / sizeof(kinds[0]));
	fuzz_tree_put(&tree, kinds[kind].file, data + 1, size - 1);
	kinds[kind].try();
	return 0;
}
