/* SPDX-License-Identifier: MIT */
#include "plan/check.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "check.h"
#include "host/survey.h"
#include "plan/checkup.h"
#include "plan/scene.h"
#include "qemu/needs.h"

#define HOST "pack:1 [numa(memory=1GB)] core:4 pu:2"

/* A host where nothing is to be said, seen by root. */
struct fixture {
	struct scene scene;
	struct survey survey;
	struct check_input in;
	struct checkup found;
};

static struct fixture *
fixture_make(void)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	scene_make(&f->scene, HOST, "2", "0.0.0=2 0.1.0=4");
	f->scene.facts.systemd = true;
	f->scene.facts.memory_policy = true;
	f->survey = (struct survey){
		.boot = {.is_known = true},
		.power = {.smt = "on"},
		.kvm = {.cpu_can = true, .loaded = true, .halt_poll_ns = {true, 200000}},
		.memory = {.transparent = "madvise", .ksm = {true, 0}},
		.limits = {.user = "root",
			.memlock_bytes = UINT64_MAX,
			.memlock_soft_bytes = UINT64_MAX,
			.may_lock = true,
			.may_schedule = true},
		.rt_runtime_us = {true, 950000},
		.rt_period_us = {true, 1000000},
		.fair_server = {true, 1},
	};
	f->in = (struct check_input){.facts = &f->scene.facts, .survey = &f->survey};
	return f;
}

static void
fixture_free(struct fixture *f)
{
	checkup_done(&f->found);
	scene_done(&f->scene);
	free(f);
}

/* The first that was found of @id; judges the host anew. */
static const struct check *
look(struct fixture *f, enum check_id id)
{
	checkup_done(&f->found);
	check_host(&f->in, &f->found);
	assert_false(f->found.failed);
	for (size_t i = 0; i < f->found.count; i++) {
		if (f->found.list[i].id == id)
			return &f->found.list[i];
	}
	fail_msg("%s is not there", check_name(id));
	return NULL;
}

/* @want of text, hint and mend: what they begin with; NULL: there is none. */
static void
check_one(const struct check *c, enum verdict verdict, const char *text, const char *mend)
{
	if (c->verdict != verdict || !str_starts(c->text, text) ||
		(mend == NULL) != (c->mend == NULL) || (mend != NULL && !str_starts(c->mend, mend)))
		fail_msg("%s: %s, \"%s\", %s", check_name(c->id), verdict_name(c->verdict), c->text,
			c->mend != NULL ? c->mend : "no command");
}

static void
expect(struct fixture *f, enum check_id id, enum verdict verdict, const char *text,
	const char *mend)
{
	check_one(look(f, id), verdict, text, mend);
}

static void
check_of_a_good_host_finds_nothing(void **state)
{
	struct fixture *f = fixture_make();

	(void)state;
	(void)look(f, CHECK_KERNEL_CGROUP);
	for (size_t i = 0; i < f->found.count; i++) {
		const struct check *c = &f->found.list[i];

		if (c->verdict > VERDICT_OK || c->mend != NULL)
			fail_msg("%s: %s", check_name(c->id), c->text);
		if (i > 0 && c->id < f->found.list[i - 1].id)
			fail_msg("%s is out of order", check_name(c->id));
	}
	fixture_free(f);
}

static void
check_of_a_host_that_tells_nothing_is_honest(void **state)
{
	struct fixture *f = fixture_make();

	(void)state;
	f->survey = (struct survey){.kvm = {.open_errno = ENOENT}};
	f->scene.facts.cgroup = (struct cgroup_facts){.mode = CGROUP_NONE};
	f->scene.facts.systemd = false;
	f->scene.facts.memory_policy = false;
	expect(f, CHECK_KERNEL_CGROUP, VERDICT_PROBLEM, "no cgroup hierarchy", "mkdir -p /sys/fs");
	expect(f, CHECK_KERNEL_CPUSET, VERDICT_PROBLEM, "no hierarchy has it", NULL);
	expect(f, CHECK_KERNEL_REMOTE, VERDICT_UNSEEN, "not seen", NULL);
	expect(f, CHECK_LEVEL_AUTO, VERDICT_PROBLEM, "affinity: ", NULL);
	expect(f, CHECK_BOOT_CGROUP, VERDICT_UNSEEN, "the kernel's command line", NULL);
	expect(f, CHECK_SCHED_RT, VERDICT_UNSEEN, "the kernel doesn't tell", NULL);
	expect(f, CHECK_KVM_DEVICE, VERDICT_ADVICE, "there is none, and the processor", NULL);
	fixture_free(f);
}

static void
check_tells_the_level_of_every_backend(void **state)
{
	struct fixture *f = fixture_make();
	struct cgroup_facts *cgroup = &f->scene.facts.cgroup;

	(void)state;
	expect(f, CHECK_LEVEL_AUTO, VERDICT_OK, "isolated, by v2, remote partitions", NULL);
	expect(f, CHECK_LEVEL_V2, VERDICT_OK, "isolated", NULL);
	expect(f, CHECK_LEVEL_V2_SHARED, VERDICT_OK, "cpuset", NULL);
	expect(f, CHECK_LEVEL_V1, VERDICT_OK,
		"not here: the cpuset controller belongs to "
		"cgroup v2",
		NULL);
	expect(f, CHECK_LEVEL_AFFINITY, VERDICT_OK, "affinity", NULL);
	cgroup->has_exclusive = false;
	expect(f, CHECK_LEVEL_AUTO, VERDICT_OK, "isolated, by v2, local partitions", NULL);
	expect(f, CHECK_KERNEL_REMOTE, VERDICT_ADVICE, "Linux ", NULL);
	cgroup->mode = CGROUP_V1;
	cgroup->has_cpuset = false;
	f->scene.facts.v1 = (struct v1_facts){.mounted = true, .writable = true, .prefix = "qemu"};
	expect(f, CHECK_LEVEL_AUTO, VERDICT_ADVICE, "exclusive, by v1, exclusive cpusets: ", NULL);
	f->scene.facts.root = false;
	expect(f, CHECK_LEVEL_AUTO, VERDICT_PROBLEM, "affinity: only root", NULL);
	assert_string_equal(look(f, CHECK_LEVEL_AUTO)->hint, "run qpin as root");
	fixture_free(f);
}

static void
check_without_a_free_cpu_tells_no_level(void **state)
{
	struct fixture *f = fixture_make();

	(void)state;
	scene_claim(&f->scene, "other", "0-7", true);
	expect(f, CHECK_LEVEL_AUTO, VERDICT_UNSEEN, "none: ", NULL);
	f->scene.facts.claim_count = 0;
	f->scene.facts.topology.online = cpus_of("0");
	f->scene.facts.cgroup.effective = cpus_of("0");
	expect(f, CHECK_LEVEL_AUTO, VERDICT_PROBLEM, "none: ", NULL);
	fixture_free(f);
}

static void
check_looks_at_what_was_said_at_boot(void **state)
{
	struct fixture *f = fixture_make();
	struct facts *facts = &f->scene.facts;
	struct boot_line *boot = &f->survey.boot;

	(void)state;
	facts->topology.boot_isolated = cpus_of("6-7");
	facts->boot.open = cpus_of("7");
	(void)snprintf(facts->boot.open_task, sizeof(facts->boot.open_task), "task 84 (sle\033p)");
	(void)snprintf(boot->isolcpus, sizeof(boot->isolcpus), "6-7");
	expect(f, CHECK_BOOT_ISOLCPUS, VERDICT_ADVICE, "CPUs 6-7; but task 84 (sle?p) may run on 7",
		NULL);
	expect(f, CHECK_BOOT_RCU_NOCBS, VERDICT_ADVICE, "CPUs 6-7 are isolated at boot",
		"mkdir -p /etc/default/grub.d && echo 'GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX "
		"rcu_nocbs=6-7\"'");
	expect(f, CHECK_BOOT_MANAGED_IRQ, VERDICT_ADVICE, "managed interrupts",
		"grep -rlsZ 'isolcpus=' /etc/default/grub /etc/default/grub.d | "
		"xargs -0r sed -i 's/isolcpus=/isolcpus=managed_irq,domain,/' && update-grub");
	(void)snprintf(boot->isolcpus, sizeof(boot->isolcpus), "domain,6-7");
	expect(f, CHECK_BOOT_MANAGED_IRQ, VERDICT_ADVICE, "managed interrupts",
		"grep -rlsZ 'isolcpus=' /etc/default/grub /etc/default/grub.d | "
		"xargs -0r sed -i 's/isolcpus=/isolcpus=managed_irq,/' && update-grub");
	facts->boot.managed_irq = true;
	facts->boot.rcu_nocbs = cpus_of("5-7");
	facts->boot.open = cpus_of("");
	expect(f, CHECK_BOOT_MANAGED_IRQ, VERDICT_OK, "they do", NULL);
	expect(f, CHECK_BOOT_RCU_NOCBS, VERDICT_OK, "CPUs 5-7", NULL);
	expect(f, CHECK_BOOT_ISOLCPUS, VERDICT_OK, "CPUs 6-7, where no program's", NULL);
	fixture_free(f);
}

static void
check_finds_why_cgroup_v2_has_no_cpuset(void **state)
{
	struct fixture *f = fixture_make();
	struct boot_line *boot = &f->survey.boot;

	(void)state;
	(void)snprintf(boot->cgroup_disable, sizeof(boot->cgroup_disable), "memory,cpusets");
	expect(f, CHECK_BOOT_CGROUP, VERDICT_OK, "nothing", NULL);
	(void)snprintf(boot->cgroup_disable, sizeof(boot->cgroup_disable), "memory,cpuset");
	expect(f, CHECK_BOOT_CGROUP, VERDICT_PROBLEM, "cgroup_disable=memory,cpuset takes",
		"grep -rlsZ 'cgroup_disable=' ");
	boot->cgroup_disable[0] = '\0';
	f->scene.facts.cgroup.mode = CGROUP_HYBRID;
	expect(f, CHECK_BOOT_CGROUP, VERDICT_PROBLEM, "systemd mounts cgroup v1",
		"mkdir -p /etc/default/grub.d");
	expect(f, CHECK_KERNEL_CGROUP, VERDICT_ADVICE, "cgroup v2, at ", NULL);
	(void)snprintf(boot->unified, sizeof(boot->unified), "0");
	expect(f, CHECK_BOOT_CGROUP, VERDICT_PROBLEM, "systemd.unified_cgroup_hierarchy=0 keeps",
		"grep -rlsZ 'systemd.unified_cgroup_hierarchy' ");
	f->scene.facts.systemd = false;
	expect(f, CHECK_BOOT_CGROUP, VERDICT_OK, "nothing", NULL);
	fixture_free(f);
}

static void
check_looks_at_users_and_foreign_cpusets(void **state)
{
	struct fixture *f = fixture_make();
	struct tree_facts *tree = &f->survey.tree;
	struct user_facts *user = &f->scene.facts.cgroup.user;

	(void)state;
	expect(f, CHECK_SYSTEMD_DELEGATION, VERDICT_UNSEEN, "no user is logged in", NULL);
	tree->managers = 2;
	tree->delegated = 1;
	expect(f, CHECK_SYSTEMD_DELEGATION, VERDICT_ADVICE, "not to 1 of the 2 users",
		"mkdir -p /etc/systemd/system/user@.service.d");
	tree->delegated = 2;
	expect(f, CHECK_SYSTEMD_DELEGATION, VERDICT_OK, "it does, to all", NULL);
	f->scene.facts.root = false;
	expect(f, CHECK_SYSTEMD_DELEGATION, VERDICT_ADVICE, "no service manager of yours", NULL);
	user->has_manager = true;
	expect(f, CHECK_SYSTEMD_DELEGATION, VERDICT_ADVICE, "it does not, to you", "mkdir -p ");
	user->delegated = true;
	expect(f, CHECK_SYSTEMD_DELEGATION, VERDICT_OK, "it does, to you", NULL);

	tree->cpusets[0] = (struct foreign_cpuset){.name = "a.slice", .cpus = cpus_of("1-2")};
	tree->cpusets[1] =
		(struct foreign_cpuset){.name = "b", .cpus = cpus_of("7"), .is_partition = true};
	tree->cpuset_count = 2;
	expect(f, CHECK_CGROUP_CPUSETS, VERDICT_OK, "a.slice (CPUs 1-2), b, a partition (CPUs 7)",
		NULL);
	f->scene.facts.cgroup.has_exclusive = false;
	expect(f, CHECK_CGROUP_CPUSETS, VERDICT_ADVICE, "a.slice (CPUs 1-2), b", NULL);
	f->in.watched = cpus_of("2-3");
	expect(f, CHECK_CGROUP_CPUSETS, VERDICT_PROBLEM, "a.slice (CPUs 1-2), b", NULL);
	f->in.watched = cpus_of("3");
	expect(f, CHECK_CGROUP_CPUSETS, VERDICT_OK, "a.slice (CPUs 1-2), b", NULL);
	fixture_free(f);
}

static void
check_looks_at_power_of_the_cpus_that_matter(void **state)
{
	struct fixture *f = fixture_make();
	struct saving_facts *power = &f->survey.power;

	(void)state;
	power->governed = cpus_of("0-7");
	power->performance = cpus_of("2-3");
	(void)snprintf(power->other, sizeof(power->other), "powersave");
	(void)snprintf(power->driver, sizeof(power->driver), "intel_pstate");
	power->idle[0] = (struct idle_state){.name = "POLL", .enabled = cpus_of("0-7")};
	power->idle[1] =
		(struct idle_state){.name = "C6", .latency_us = 133, .enabled = cpus_of("0-3")};
	power->idle_count = 2;
	expect(f, CHECK_CPU_GOVERNOR, VERDICT_ADVICE, "CPUs 0-1,4-7 have powersave (intel_pstate)",
		"for f in /sys/devices/system/cpu/cpu0/cpufreq/scaling_governor /sys/devices/");
	expect(f, CHECK_CPU_IDLE, VERDICT_OK, "up to 133 us, out of idle state C6", NULL);
	f->in.watched = cpus_of("2-3");
	expect(f, CHECK_CPU_GOVERNOR, VERDICT_OK, "performance", NULL);
	expect(f, CHECK_CPU_IDLE, VERDICT_ADVICE, "up to 133 us, out of idle state C6",
		"for f in /sys/devices/system/cpu/cpu2/cpuidle/state1/disable "
		"/sys/devices/system/cpu/cpu3/cpuidle/state1/disable; do echo \"w $f - - - - 1\"");
	f->in.watched = cpus_of("4-5");
	expect(f, CHECK_CPU_IDLE, VERDICT_OK, "less than 50 us", NULL);
	fixture_free(f);
}

static void
check_finds_cpus_that_are_offline(void **state)
{
	struct fixture *f = fixture_make();

	(void)state;
	scene_take_offline(&f->scene, 5);
	scene_take_offline(&f->scene, 7);
	expect(f, CHECK_CPU_OFFLINE, VERDICT_ADVICE, "CPUs 5,7",
		"for f in /sys/devices/system/cpu/cpu5/online "
		"/sys/devices/system/cpu/cpu7/online; do echo 1 >$f; done");
	(void)snprintf(f->survey.power.smt, sizeof(f->survey.power.smt), "off");
	expect(f, CHECK_CPU_OFFLINE, VERDICT_OK, "CPUs 5,7", NULL);
	expect(f, CHECK_CPU_SMT, VERDICT_OK, "they are off", NULL);
	fixture_free(f);
}

static void
check_judges_what_real_time_tasks_may_have(void **state)
{
	static const struct {
		int64_t runtime, period;
		enum verdict verdict;
		const char *text, *mend;
	} row[] = {
		{-1, 1000000, VERDICT_OK, "all of it", NULL},
		{1000000, 1000000, VERDICT_OK, "all of it", NULL},
		{950000, 1000000, VERDICT_OK, "950000 of each 1000000 us", NULL},
		{949999, 1000000, VERDICT_ADVICE, "949999 of each",
			"echo kernel.sched_rt_runtime_us=950000 >/etc/sysctl.d/60-qpin-rt.conf"},
		{0, 1000000, VERDICT_PROBLEM,
			"nothing: ", "echo kernel.sched_rt_runtime_us=950000"},
		{5, 0, VERDICT_UNSEEN, "the kernel doesn't tell", NULL},
		{5, -3, VERDICT_UNSEEN, "the kernel doesn't tell", NULL},
	};
	struct fixture *f = fixture_make();

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		f->survey.rt_runtime_us.value = row[i].runtime;
		f->survey.rt_period_us.value = row[i].period;
		expect(f, CHECK_SCHED_RT, row[i].verdict, row[i].text, row[i].mend);
	}
	(void)snprintf(f->survey.sched_ext, sizeof(f->survey.sched_ext), "enabled");
	expect(f, CHECK_SCHED_EXT, VERDICT_ADVICE, "one is", "echo S >/proc/sysrq-trigger");
	fixture_free(f);
}

static void
check_wants_irqbalance_off_the_cpus_that_matter(void **state)
{
	static const struct {
		bool known, has_bans;
		const char *banned, *boot, *watched;
		bool systemd;
		enum verdict verdict;
		const char *text, *mend;
	} row[] = {
		{false, false, "", "", "2-3", true, VERDICT_UNSEEN, "irqbalance (process 12) runs",
			NULL},
		{true, false, "", "", "", true, VERDICT_ADVICE,
			"irqbalance (process 12) moves interrupts to any CPU",
			"systemctl disable --now irqbalance.service"},
		{true, false, "", "", "", false, VERDICT_ADVICE, "irqbalance (process 12) moves",
			"kill 12"},
		{true, false, "", "", "2-3", true, VERDICT_ADVICE,
			"irqbalance (process 12) moves interrupts to CPUs 2-3, too",
			"mkdir -p /etc/systemd/system/irqbalance.service.d && printf "
			"'[Service]\\nEnvironment=IRQBALANCE_BANNED_CPULIST=2-3\\n'"},
		/* what is banned already stays so */
		{true, true, "3,6", "", "2-3", true, VERDICT_ADVICE,
			"irqbalance (process 12) moves interrupts to CPUs 2, too",
			"mkdir -p /etc/systemd/system/irqbalance.service.d && printf "
			"'[Service]\\nEnvironment=IRQBALANCE_BANNED_CPULIST=2-3,6\\n'"},
		{true, true, "2-5", "", "2-3", true, VERDICT_OK,
			"irqbalance (process 12) bans CPUs 2-5", NULL},
		/* by itself it keeps off CPUs isolated at boot; what it's told goes before */
		{true, false, "", "2-3", "2-3", true, VERDICT_OK,
			"irqbalance (process 12) bans CPUs 2-3", NULL},
		{true, true, "7", "2-3", "2-3", true, VERDICT_ADVICE,
			"irqbalance (process 12) moves", "mkdir -p"},
		{true, true, "", "", "", true, VERDICT_ADVICE, "irqbalance (process 12) moves",
			"systemctl"},
		{true, true, "7", "", "", true, VERDICT_OK, "irqbalance (process 12) bans CPUs 7",
			NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct fixture *f = fixture_make();

		f->survey.irqbalance = (struct irqbalance_facts){.pid = 12,
			.bans_known = row[i].known,
			.has_bans = row[i].has_bans,
			.banned = cpus_of(row[i].banned)};
		f->scene.facts.topology.boot_isolated = cpus_of(row[i].boot);
		f->scene.facts.systemd = row[i].systemd;
		f->in.watched = cpus_of(row[i].watched);
		expect(f, CHECK_IRQ_IRQBALANCE, row[i].verdict, row[i].text, row[i].mend);
		fixture_free(f);
	}
}

static void
check_knows_programs_that_set_cpus(void **state)
{
	struct fixture *f = fixture_make();

	(void)state;
	f->survey.programs[0] = (struct program){"numad", 21};
	f->survey.program_count = 1;
	expect(f, CHECK_SERVICES_KNOWN, VERDICT_ADVICE, "numad (process 21) binds",
		"systemctl disable --now numad.service");
	f->survey.programs[0] = (struct program){"gamemoded", 22};
	expect(f, CHECK_SERVICES_KNOWN, VERDICT_ADVICE, "gamemoded (process 22) sets", NULL);
	f->survey.programs[0] = (struct program){"libvirtd", 23};
	expect(f, CHECK_SERVICES_KNOWN, VERDICT_OK, "libvirtd (process 23) pins", NULL);
	f->survey.libvirt_hook = f->survey.cset_shield = true;
	expect(f, CHECK_SERVICES_LIBVIRT_HOOK, VERDICT_ADVICE, "/etc/libvirt/hooks/qemu", NULL);
	expect(f, CHECK_SERVICES_CSET, VERDICT_ADVICE, "cgroup v1 has", "cset shield --reset");
	fixture_free(f);
}

static void
check_looks_at_kvm(void **state)
{
	struct fixture *f = fixture_make();
	struct kvm_facts *kvm = &f->survey.kvm;

	(void)state;
	kvm->open_errno = ENOENT;
	expect(f, CHECK_KVM_DEVICE, VERDICT_PROBLEM, "kvm_intel is loaded, but", NULL);
	kvm->loaded = false;
	kvm->is_amd = true;
	expect(f, CHECK_KVM_DEVICE, VERDICT_PROBLEM, "there is none, though",
		"modprobe kvm_amd && echo kvm_amd >/etc/modules-load.d/qpin-kvm.conf");
	kvm->open_errno = EACCES;
	expect(f, CHECK_KVM_DEVICE, VERDICT_PROBLEM, "you can't have it: Permission denied", NULL);
	f->scene.facts.root = false;
	(void)snprintf(f->survey.limits.user, sizeof(f->survey.limits.user), "alice");
	expect(f, CHECK_KVM_DEVICE, VERDICT_PROBLEM, "you can't have it", "usermod -aG kvm alice");
	(void)snprintf(f->survey.limits.user, sizeof(f->survey.limits.user), "a;b");
	expect(f, CHECK_KVM_DEVICE, VERDICT_PROBLEM, "you can't have it", NULL);
	kvm->halt_poll_ns.value = 0;
	expect(f, CHECK_KVM_HALT_POLL, VERDICT_ADVICE, "not at all", "echo 'options kvm halt_poll");
	(void)snprintf(kvm->posts, sizeof(kvm->posts), "N");
	expect(f, CHECK_KVM_POSTED, VERDICT_OK, "they don't: the processor can't", NULL);
	kvm->cpu_posts = true;
	expect(f, CHECK_KVM_POSTED, VERDICT_ADVICE, "they don't, though",
		"echo 'options kvm_amd avic=1'");
	fixture_free(f);
}

static void
check_looks_at_memory_and_limits(void **state)
{
	struct fixture *f = fixture_make();
	struct page_pool pools[] = {{2 << 20, -1, 8, 3}, {2 << 20, 0, 8, 3}, {1 << 30, -1, 0, 0}};
	struct limit_facts *limits = &f->survey.limits;

	(void)state;
	expect(f, CHECK_MEMORY_HUGEPAGES, VERDICT_OK, "none is reserved", NULL);
	f->survey.memory.pools = pools;
	f->survey.memory.pool_count = COUNT(pools);
	expect(f, CHECK_MEMORY_HUGEPAGES, VERDICT_OK, "3 of 8 free, of 2048 KiB, node 0: 3 of 8",
		NULL);
	(void)snprintf(f->survey.memory.transparent, SURVEY_WORD_BYTES, "never");
	expect(f, CHECK_MEMORY_TRANSPARENT, VERDICT_ADVICE, "it can't",
		"for f in /sys/kernel/mm/transparent_hugepage/enabled; do");
	f->survey.memory.ksm.value = 1;
	expect(f, CHECK_MEMORY_KSM, VERDICT_ADVICE, "it does", "for f in /sys/kernel/mm/ksm/run");
	f->survey.memory.numa_balancing = (struct tunable){true, 1};
	expect(f, CHECK_MEMORY_NUMA_BALANCING, VERDICT_OK, "it doesn't", NULL);
	cpus_add(&f->scene.facts.topology.nodes, 1);
	expect(f, CHECK_MEMORY_NUMA_BALANCING, VERDICT_ADVICE, "it does",
		"echo kernel.numa_balancing=0");
	*limits = (struct limit_facts){.user = "alice", .memlock_bytes = 8 << 20};
	expect(f, CHECK_LIMIT_MEMLOCK, VERDICT_ADVICE, "8192 KiB",
		"echo 'alice - memlock unlimited'");
	expect(f, CHECK_LIMIT_RTPRIO, VERDICT_ADVICE, "none", "echo 'alice - rtprio 99'");
	limits->rtprio = 10;
	expect(f, CHECK_LIMIT_RTPRIO, VERDICT_OK, "up to 10", NULL);
	fixture_free(f);
}

/* The first that was found of @id, of the definition with @needs; NULL when there is none. */
static const struct check *
judge(struct fixture *f, const struct needs *needs, enum check_id id)
{
	struct check_vm vm = {.definition = &f->scene.definition, .needs = needs};
	struct error e = {0};
	struct plan plan = {0};

	checkup_done(&f->found);
	if (scene_plan(&f->scene, &plan, &e) == 0)
		vm.plan = &plan;
	else
		vm.refusal = &e;
	check_definition(&f->in, &vm, &f->found);
	plan_done(&plan);
	assert_false(f->found.failed);
	for (size_t i = 0; i < f->found.count; i++) {
		if (f->found.list[i].id == id)
			return &f->found.list[i];
	}
	return NULL;
}

static void
check_of_a_definition_plans_it(void **state)
{
	const struct needs needs = {0};
	struct fixture *f = fixture_make();

	(void)state;
	check_one(judge(f, &needs, CHECK_VM_PLAN), VERDICT_OK, "it would start, on CPUs 2,4", NULL);
	check_one(judge(f, &needs, CHECK_VM_LEVEL), VERDICT_OK,
		"isolated, by v2, remote partitions", NULL);
	assert_null(judge(f, &needs, CHECK_VM_KVM));
	assert_null(judge(f, &needs, CHECK_VM_HUGEPAGES));
	assert_null(judge(f, &needs, CHECK_VM_MEMLOCK));
	assert_null(judge(f, &needs, CHECK_VM_RTPRIO));
	assert_null(judge(f, &needs, CHECK_VM_RT_THROTTLING));
	f->scene.pins[0].os_cpu = 0;
	check_one(judge(f, &needs, CHECK_VM_WARNING), VERDICT_ADVICE, "CPU 0 is pinned", NULL);
	assert_non_null(judge(f, &needs, CHECK_VM_WARNING)->hint);
	f->scene.facts.cgroup.writable = false;
	check_one(judge(f, &needs, CHECK_VM_LEVEL), VERDICT_ADVICE, "affinity: the cgroup tree",
		NULL);
	f->scene.definition.isolation = ISOLATION_AFFINITY;
	check_one(judge(f, &needs, CHECK_VM_LEVEL), VERDICT_OK, "affinity: ", NULL);
	scene_claim(&f->scene, "other", "4", true);
	check_one(judge(f, &needs, CHECK_VM_PLAN), VERDICT_PROBLEM, "", NULL);
	assert_null(judge(f, &needs, CHECK_VM_LEVEL));
	fixture_free(f);
}

static void
check_of_a_definition_counts_its_huge_pages(void **state)
{
	struct page_pool pools[] = {{2 << 20, -1, 8, 3}, {2 << 20, 0, 6, 1}, {2 << 20, 1, 2, 2}};
	struct needs needs = {
		.memory = {{.bytes = 4 << 20, .page_bytes = 2 << 20},
			{.bytes = 1 << 20, .page_bytes = 2 << 20}, {.bytes = 9 << 20}},
		.memory_count = 3};
	struct fixture *f = fixture_make();

	(void)state;
	f->survey.memory.pools = pools;
	f->survey.memory.pool_count = COUNT(pools);
	check_one(judge(f, &needs, CHECK_VM_HUGEPAGES), VERDICT_OK,
		"it takes 3 pages of 2048 KiB, and 3 are free", NULL);
	needs.memory[0].bytes++;
	check_one(judge(f, &needs, CHECK_VM_HUGEPAGES), VERDICT_PROBLEM,
		"it takes 4 pages of 2048 KiB, and 3 are free",
		"for f in /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages; do echo \"w $f - "
		"- - - 9\"");
	f->scene.definition.memory_nodes = cpus_of("0");
	check_one(judge(f, &needs, CHECK_VM_HUGEPAGES), VERDICT_PROBLEM,
		"it takes 4 pages of 2048 KiB in node 0, and 1 are free",
		"for f in /sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages; "
		"do echo \"w $f - - - - 9\"");
	needs.memory[0].page_bytes = 1 << 30;
	check_one(judge(f, &needs, CHECK_VM_HUGEPAGES), VERDICT_PROBLEM,
		"this host has no pages of 1048576 KiB", NULL);
	scene_claim(&f->scene, "guest", "2,4", true);
	check_one(judge(f, &needs, CHECK_VM_HUGEPAGES), VERDICT_UNSEEN, "it runs", NULL);
	fixture_free(f);
}

static void
check_of_a_definition_looks_at_what_it_may_have(void **state)
{
	const struct needs needs = {.ram_bytes = 16 << 20, .kvm = true, .locks = true};
	struct fixture *f = fixture_make();
	struct definition *d = &f->scene.definition;
	struct limit_facts *limits = &f->survey.limits;
	static char user[] = "qemu";

	(void)state;
	check_one(judge(f, &needs, CHECK_VM_KVM), VERDICT_OK, "it asks for it", NULL);
	check_one(judge(f, &needs, CHECK_VM_MEMLOCK), VERDICT_OK, "it may lock its 16 MiB", NULL);
	limits->memlock_soft_bytes = 64 << 10;
	check_one(judge(f, &needs, CHECK_VM_MEMLOCK), VERDICT_OK, "it may lock its 16 MiB", NULL);
	d->user = user;
	check_one(judge(f, &needs, CHECK_VM_MEMLOCK), VERDICT_PROBLEM,
		"it locks its 16 MiB, and may lock 64 KiB", NULL);
	d->rlimit_memlock = true;
	check_one(judge(f, &needs, CHECK_VM_MEMLOCK), VERDICT_OK, "it may lock its 16 MiB", NULL);
	d->vcpu_scheduling = (struct scheduling){.set = true, .policy = SCHED_FIFO, .priority = 50};
	check_one(judge(f, &needs, CHECK_VM_RTPRIO), VERDICT_OK, "they can be had", NULL);

	f->survey.kvm.open_errno = EACCES;
	*limits = (struct limit_facts){
		.user = "alice", .memlock_bytes = 64 << 10, .memlock_soft_bytes = 64 << 10};
	f->scene.facts.root = false;
	d->user = NULL;
	check_one(judge(f, &needs, CHECK_VM_KVM), VERDICT_PROBLEM, "it needs KVM", NULL);
	check_one(judge(f, &needs, CHECK_VM_MEMLOCK), VERDICT_PROBLEM, "it locks its 16 MiB",
		"echo 'alice - memlock unlimited'");
	check_one(judge(f, &needs, CHECK_VM_RTPRIO), VERDICT_PROBLEM, "it asks for priority 50",
		"echo 'alice - rtprio 99'");
	limits->rtprio = 50;
	check_one(judge(f, &needs, CHECK_VM_RTPRIO), VERDICT_OK, "you may give up to 50", NULL);
	d->emulator_scheduling = (struct scheduling){.set = true, .policy = SCHED_DEADLINE};
	check_one(judge(f, &needs, CHECK_VM_RTPRIO), VERDICT_PROBLEM, "root alone", NULL);
	fixture_free(f);
}

static void
check_of_a_definition_tells_when_vcpus_are_throttled(void **state)
{
	const struct needs needs = {0};
	struct fixture *f = fixture_make();

	(void)state;
	f->scene.definition.vcpu_scheduling =
		(struct scheduling){.set = true, .policy = SCHED_RR, .priority = 1};
	check_one(judge(f, &needs, CHECK_VM_RT_THROTTLING), VERDICT_OK, "not unless", NULL);
	f->survey.fair_server.value = 0;
	check_one(judge(f, &needs, CHECK_VM_RT_THROTTLING), VERDICT_ADVICE,
		"a busy vCPU is stopped for 50 ms of each 1000 ms",
		"echo kernel.sched_rt_runtime_us=-1");
	f->survey.fair_server.is_known = false;
	check_one(judge(f, &needs, CHECK_VM_RT_THROTTLING), VERDICT_UNSEEN, "it can be seen", NULL);
	f->survey.rt_runtime_us.value = -1;
	check_one(judge(f, &needs, CHECK_VM_RT_THROTTLING), VERDICT_OK, "they aren't", NULL);
	fixture_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_of_a_good_host_finds_nothing),
		cmocka_unit_test(check_of_a_host_that_tells_nothing_is_honest),
		cmocka_unit_test(check_tells_the_level_of_every_backend),
		cmocka_unit_test(check_without_a_free_cpu_tells_no_level),
		cmocka_unit_test(check_looks_at_what_was_said_at_boot),
		cmocka_unit_test(check_finds_why_cgroup_v2_has_no_cpuset),
		cmocka_unit_test(check_looks_at_users_and_foreign_cpusets),
		cmocka_unit_test(check_looks_at_power_of_the_cpus_that_matter),
		cmocka_unit_test(check_finds_cpus_that_are_offline),
		cmocka_unit_test(check_judges_what_real_time_tasks_may_have),
		cmocka_unit_test(check_wants_irqbalance_off_the_cpus_that_matter),
		cmocka_unit_test(check_knows_programs_that_set_cpus),
		cmocka_unit_test(check_looks_at_kvm),
		cmocka_unit_test(check_looks_at_memory_and_limits),
		cmocka_unit_test(check_of_a_definition_plans_it),
		cmocka_unit_test(check_of_a_definition_counts_its_huge_pages),
		cmocka_unit_test(check_of_a_definition_looks_at_what_it_may_have),
		cmocka_unit_test(check_of_a_definition_tells_when_vcpus_are_throttled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
