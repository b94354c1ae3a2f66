/* SPDX-License-Identifier: MIT */
#include "plan/level.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#include "base/cleanup.h"
#include "check.h"
#include "plan/scene.h"

#define NO_LOCAL "the cgroups above qpin's own are no partitions"
#define REFUSED  "the kernel refused it"
#define BOTH     "CPUs isolated at boot (5-6) can't be in a partition of type root"
#define OPEN     "task 84 (sleep) may run on CPUs 4-5, which were isolated at boot"
#define DEADLINE "SCHED_DEADLINE needs a partition of type root"

#define NO_ROOT "qpin does not run as root, and there is no systemd to delegate cgroups"

/* What to take away from a host that gives everything. */
enum lack {
	LACK_NOTHING,
	LACK_CGROUP,
	LACK_V2,
	LACK_CPUSET_ON_V2,
	LACK_CPUSET,
	LACK_ROOT,
	LACK_WRITABLE,
	LACK_EXCLUSIVE,
	LACK_PARTITIONS,
	LACK_ONE_UNTOUCHED_CPU,
	LACK_UNTOUCHED_CPUS, /* both were isolated at boot */
	LACK_KEPT_OFF,       /* and another task may run there */
	LACK_GRANTED_ROOT,   /* it's an ordinary user with a grant */
	LACK_INTERRUPTS,
};

static void
host_lacks(struct facts *f, enum lack lack)
{
	switch (lack) {
	case LACK_NOTHING:
		break;
	case LACK_CGROUP:
		f->cgroup = (struct cgroup_facts){.mode = CGROUP_NONE};
		break;
	case LACK_V2:
	case LACK_CPUSET_ON_V2:
		f->cgroup.mode = lack == LACK_V2 ? CGROUP_V1 : CGROUP_HYBRID;
		f->cgroup.has_cpuset = false;
		f->v1 = (struct v1_facts){.mounted = true, .writable = true, .prefix = "qemu"};
		break;
	case LACK_CPUSET:
		f->cgroup.has_cpuset = false;
		break;
	case LACK_ROOT:
		f->root = false;
		f->cgroup.partition[0] = '\0';
		break;
	case LACK_WRITABLE:
		f->cgroup.writable = false;
		break;
	case LACK_EXCLUSIVE:
		f->cgroup.has_exclusive = false;
		break;
	case LACK_PARTITIONS:
		f->cgroup.has_exclusive = false;
		f->cgroup.partition[0] = '\0';
		break;
	case LACK_ONE_UNTOUCHED_CPU:
		f->topology.boot_isolated = cpus_of("6-7");
		break;
	case LACK_GRANTED_ROOT:
		f->root = false;
		f->systemd = true;
		(void)snprintf(f->cgroup.user.slice, sizeof(f->cgroup.user.slice), "/granted");
		(void)snprintf(f->cgroup.partition, sizeof(f->cgroup.partition), "/granted");
		f->cgroup.user.has_manager = f->cgroup.user.delegated = true;
		f->cgroup.user.reach = f->topology.online;
		break;
	case LACK_INTERRUPTS:
		f->interrupts = false;
		break;
	case LACK_KEPT_OFF:
		f->boot.open = cpus_of("4-5");
		(void)snprintf(f->boot.open_task, sizeof(f->boot.open_task), "task 84 (sleep)");
		/* fall through */
	case LACK_UNTOUCHED_CPUS:
		f->topology.boot_isolated = cpus_of("4-6");
		break;
	}
}

/* One VM with two vCPUs on CPUs 5 and 6. */
struct request {
	enum isolation isolation;
	enum lack lack;
	bool deadline;
	const char *refused; /* the kernel's words on remote partitions */
};

static int
plan_request(const struct request *q, struct plan *plan, struct error *e)
{
	static struct scene s; /* the plan borrows it */
	struct ways refused = {0};
	int r;

	scene_make(&s, "core:8 pu:1", "2", "0.0.0=5 0.1.0=6");
	host_lacks(&s.facts, q->lack);
	s.definition.isolation = q->isolation;
	if (q->deadline)
		s.definition.vcpu_scheduling = (struct scheduling){
			.set = true, .policy = SCHED_DEADLINE, .place = {5, 14}};
	if (q->refused != NULL)
		ways_refuse(&refused, WAY_REMOTE, "%s", q->refused);
	r = plan_make(&s.definition, &s.facts, &refused, plan, e);
	scene_done(&s);
	return r;
}

static void
level_is_the_best_that_can_be_had(void **state)
{
	static const struct {
		struct request q;
		enum isolation want;
		const char *reason;
	} row[] = {
		{{.lack = LACK_NOTHING}, ISOLATION_ISOLATED, ""},
		{{.lack = LACK_CGROUP}, ISOLATION_AFFINITY, "no cgroup hierarchy is mounted"},
		{{.lack = LACK_V2}, ISOLATION_EXCLUSIVE, "this host has cgroup v1 alone, no v2"},
		{{.lack = LACK_CPUSET_ON_V2}, ISOLATION_EXCLUSIVE,
			"cpuset belongs to cgroup v1 here, not to v2"},
		{{.lack = LACK_CPUSET}, ISOLATION_AFFINITY,
			"the cgroup v2 root has no cpuset controller"},
		{{.lack = LACK_ROOT}, ISOLATION_AFFINITY, NO_ROOT},
		{{.lack = LACK_WRITABLE}, ISOLATION_AFFINITY,
			"the cgroup tree is not writable for us"},
		{{.lack = LACK_EXCLUSIVE}, ISOLATION_ISOLATED, ""},
		{{.lack = LACK_PARTITIONS}, ISOLATION_CPUSET, NO_LOCAL},
		{{.lack = LACK_ONE_UNTOUCHED_CPU}, ISOLATION_ISOLATED, ""},
		{{.lack = LACK_ONE_UNTOUCHED_CPU, .refused = REFUSED}, ISOLATION_CPUSET, REFUSED},
		{{.lack = LACK_KEPT_OFF}, ISOLATION_ISOLATED, ""},
		{{.lack = LACK_KEPT_OFF, .refused = REFUSED}, ISOLATION_CPUSET, OPEN},
		{{.refused = "the kernel said no"}, ISOLATION_CPUSET, "the kernel said no"},
		{{.refused = "the kernel said no", .lack = LACK_ROOT}, ISOLATION_AFFINITY, NO_ROOT},
		{{.isolation = ISOLATION_ISOLATED}, ISOLATION_ISOLATED, ""},
		{{.isolation = ISOLATION_EXCLUSIVE}, ISOLATION_EXCLUSIVE,
			"the definition asks for no more"},
		{{.isolation = ISOLATION_CPUSET}, ISOLATION_CPUSET,
			"the definition asks for no more"},
		{{.isolation = ISOLATION_AFFINITY}, ISOLATION_AFFINITY,
			"the definition asks for no more"},
		{{.isolation = ISOLATION_AFFINITY, .lack = LACK_ROOT}, ISOLATION_AFFINITY, NO_ROOT},
		{{.deadline = true}, ISOLATION_EXCLUSIVE, DEADLINE},
		{{.deadline = true, .lack = LACK_EXCLUSIVE}, ISOLATION_EXCLUSIVE, DEADLINE},
		{{.deadline = true, .isolation = ISOLATION_EXCLUSIVE}, ISOLATION_EXCLUSIVE,
			DEADLINE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct plan plan;
		struct error e;

		if (plan_request(&row[i].q, &plan, &e) != 0)
			fail_msg("row %zu: %s", i, e.why);
		if (plan.level != row[i].want || strcmp(plan.level_reason, row[i].reason) != 0)
			fail_msg("row %zu: %s: %s", i, isolation_name(plan.level),
				plan.level_reason);
		plan_done(&plan);
	}
}

static const struct {
	struct request q;
	enum error_kind kind;
	const char *text, *hint;
} refusal[] = {
	{{.isolation = ISOLATION_ISOLATED, .lack = LACK_PARTITIONS}, ERROR_ISOLATION,
		"cannot give VM 'guest' the isolation 'isolated': "
		"/etc/guest.yml:3:14: " NO_LOCAL,
		"`isolation: cpuset` is the best here; for more: run qpin outside of a service, or "
		"give this one `Slice=-.slice`"},
	{{.isolation = ISOLATION_EXCLUSIVE, .lack = LACK_ONE_UNTOUCHED_CPU, .refused = REFUSED},
		ERROR_ISOLATION,
		"cannot give VM 'guest' the isolation 'exclusive': "
		"/etc/guest.yml:3:14: " REFUSED,
		"`isolation: cpuset` is the best here; `isolation: auto` takes it"},
	{{.isolation = ISOLATION_ISOLATED, .lack = LACK_KEPT_OFF, .refused = REFUSED},
		ERROR_ISOLATION,
		"cannot give VM 'guest' the isolation 'isolated': /etc/guest.yml:3:14: " OPEN,
		"keep other tasks off them: taskset -p, or systemd's AllowedCPUs="},
	{{.deadline = true, .lack = LACK_UNTOUCHED_CPUS}, ERROR_ISOLATION,
		"cannot schedule vCPUs with SCHED_DEADLINE: /etc/guest.yml:5:14: it needs "
		"a partition, and " BOTH,
		"take another scheduler (fifo, rr) on this host"},
	{{.isolation = ISOLATION_CPUSET, .lack = LACK_ROOT}, ERROR_ISOLATION,
		"cannot give VM 'guest' the isolation 'cpuset': /etc/guest.yml:3:14: " NO_ROOT,
		"`isolation: affinity` is the best here; for more: run qpin as root"},
	{{.isolation = ISOLATION_ISOLATED, .refused = "it said no"}, ERROR_ISOLATION,
		"cannot give VM 'guest' the isolation 'isolated': /etc/guest.yml:3:14: it "
		"said no",
		"`isolation: cpuset` is the best here; `isolation: auto` takes it"},
	{{.isolation = ISOLATION_QUIET, .refused = "it said no"}, ERROR_ISOLATION,
		"cannot give VM 'guest' the isolation 'quiet': /etc/guest.yml:3:14: it said no",
		"`isolation: cpuset` is the best here; `isolation: auto` takes it"},
	{{.isolation = ISOLATION_QUIET, .lack = LACK_ROOT}, ERROR_ISOLATION,
		"cannot give VM 'guest' the isolation 'quiet': /etc/guest.yml:3:14: " NO_ROOT,
		"`isolation: affinity` is the best here; for more: run qpin as root"},
	{{.isolation = ISOLATION_QUIET, .lack = LACK_GRANTED_ROOT}, ERROR_ISOLATION,
		"cannot give VM 'guest' the isolation 'quiet': /etc/guest.yml:3:14: only root can "
		"keep interrupts off CPUs",
		"`isolation: isolated` is the best here"},
	{{.isolation = ISOLATION_QUIET, .lack = LACK_INTERRUPTS}, ERROR_ISOLATION,
		"cannot give VM 'guest' the isolation 'quiet': /etc/guest.yml:3:14: interrupts "
		"can't be moved here: there is no /proc/irq",
		"`isolation: isolated` is the best here"},
	{{.deadline = true, .isolation = ISOLATION_QUIET}, ERROR_ISOLATION,
		"cannot give VM 'guest' the isolation 'quiet': /etc/guest.yml:3:14: "
		"SCHED_DEADLINE needs a partition of type root, with load balancing",
		"write `isolation: exclusive`, or take another scheduler"},
	{{.deadline = true, .isolation = ISOLATION_ISOLATED}, ERROR_ISOLATION,
		"cannot give VM 'guest' the isolation 'isolated': /etc/guest.yml:3:14: "
		"SCHED_DEADLINE needs a partition of type root, with load balancing",
		"write `isolation: exclusive`, or take another scheduler"},
	{{.deadline = true, .isolation = ISOLATION_CPUSET}, ERROR_DEFINITION,
		"/etc/guest.yml:3:14: isolation: cpuset rules out the scheduler "
		"'deadline', which needs a partition",
		"write `isolation: exclusive`, or take another scheduler"},
	{{.deadline = true, .isolation = ISOLATION_AFFINITY}, ERROR_DEFINITION,
		"/etc/guest.yml:3:14: isolation: affinity rules out the scheduler "
		"'deadline', which needs a partition",
		"write `isolation: exclusive`, or take another scheduler"},
	{{.deadline = true, .lack = LACK_ROOT}, ERROR_ISOLATION,
		"cannot schedule vCPUs with SCHED_DEADLINE: /etc/guest.yml:5:14: it needs "
		"a partition, and " NO_ROOT,
		"take another scheduler (fifo, rr) on this host"},
	{{.deadline = true, .lack = LACK_PARTITIONS}, ERROR_ISOLATION,
		"cannot schedule vCPUs with SCHED_DEADLINE: /etc/guest.yml:5:14: it needs "
		"a partition, and " NO_LOCAL,
		"take another scheduler (fifo, rr) on this host"},
};

static void
level_that_is_named_is_required(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refusal); i++) {
		struct plan plan;
		struct error e;
		char text[1024];

		assert_int_equal(plan_request(&refusal[i].q, &plan, &e), -EINVAL);
		error_text(&e, text, sizeof(text));
		if (strcmp(text, refusal[i].text) != 0 || strcmp(e.hint, refusal[i].hint) != 0)
			fail_msg("row %zu: %s\nhint: %s", i, text, e.hint);
		if (e.kind != refusal[i].kind)
			fail_msg("row %zu: kind %d", i, e.kind);
		plan_done(&plan);
	}
}

static void
level_without_pins_is_affinity_at_most(void **state)
{
	static const struct {
		enum isolation isolation;
		bool deadline;
		int want;
		const char *why;
	} row[] = {
		{ISOLATION_AUTO, false, 0, ""},
		{ISOLATION_AFFINITY, false, 0, ""},
		{ISOLATION_AUTO, true, 0, ""}, /* nobody to schedule so */
		{ISOLATION_CPUSET, false, -EINVAL, "isolation: cpuset needs vcpu_pinning"},
		{ISOLATION_ISOLATED, false, -EINVAL, "isolation: isolated needs vcpu_pinning"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e = {0};
		int got;

		scene_make(&s, "core:4 pu:1", "2", "");
		s.definition.isolation = row[i].isolation;
		s.definition.vcpu_scheduling.set = row[i].deadline;
		s.definition.vcpu_scheduling.policy = SCHED_DEADLINE;
		got = scene_plan(&s, &plan, &e);
		if (got != row[i].want || strcmp(e.why, row[i].why) != 0)
			fail_msg("row %zu: %d %s", i, got, e.why);
		if (got == 0) {
			assert_int_equal(plan.level, ISOLATION_AFFINITY);
		} else {
			assert_int_equal(e.kind, ERROR_DEFINITION);
			assert_int_equal(e.line, 3);
			assert_string_equal(e.hint, "add vcpu_pinning, or leave isolation out");
		}
		plan_done(&plan);
		scene_done(&s);
	}
}

static void
level_rests_on_the_backend_that_is_named(void **state)
{
	static const struct {
		enum backend_choice backend;
		enum isolation isolation;
		enum lack lack;
		int want;
		enum way way;
		const char *text; /* reason, or error */
	} row[] = {
		{BACKEND_V2, ISOLATION_AUTO, LACK_NOTHING, 0, WAY_REMOTE, ""},
		{BACKEND_V2, ISOLATION_EXCLUSIVE, LACK_NOTHING, 0, WAY_REMOTE,
			"the definition asks for no more"},
		{BACKEND_V2_SHARED, ISOLATION_AUTO, LACK_NOTHING, 0, WAY_LEAVES, ""},
		{BACKEND_AFFINITY, ISOLATION_AUTO, LACK_NOTHING, 0, WAY_AFFINITY, ""},
		{BACKEND_V1, ISOLATION_AUTO, LACK_CPUSET_ON_V2, 0, WAY_V1,
			"cpuset belongs to cgroup v1 here, not to v2"},
		{BACKEND_V1, ISOLATION_CPUSET, LACK_V2, 0, WAY_V1_SHARED,
			"the definition asks for no more"},
		{BACKEND_V1, ISOLATION_AUTO, LACK_NOTHING, -EINVAL, 0,
			"cannot use the backend 'v1' for VM 'guest': /etc/guest.yml:4:12: the "
			"cpuset controller belongs to cgroup v2 here"},
		{BACKEND_V2, ISOLATION_AUTO, LACK_CPUSET_ON_V2, -EINVAL, 0,
			"cannot use the backend 'v2' for VM 'guest': /etc/guest.yml:4:12: cpuset "
			"belongs to cgroup v1 here, not to v2"},
		{BACKEND_V2_SHARED, ISOLATION_ISOLATED, LACK_NOTHING, -EINVAL, 0,
			"cannot give VM 'guest' the isolation 'isolated': /etc/guest.yml:3:14: "
			"the backend v2-shared gives no more"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct scene s;
		struct plan plan;
		struct error e = {0};
		char text[1024];
		int got;

		scene_make(&s, "core:8 pu:1", "2", "0.0.0=5 0.1.0=6");
		host_lacks(&s.facts, row[i].lack);
		s.definition.backend = row[i].backend;
		s.definition.backend_place = (struct place){4, 12};
		s.definition.isolation = row[i].isolation;
		got = scene_plan(&s, &plan, &e);
		error_text(&e, text, sizeof(text));
		if (got == 0)
			(void)snprintf(text, sizeof(text), "%s", plan.level_reason);
		if (got != row[i].want || strcmp(text, row[i].text) != 0)
			fail_msg("row %zu: %d %s", i, got, text);
		if (got == 0)
			assert_int_equal(plan.way, row[i].way);
		plan_done(&plan);
		scene_done(&s);
	}
}

static void
level_on_cpus_isolated_at_boot_is_had_without_a_partition_too(void **state)
{
	static const struct {
		struct request q;
		enum way way;
		enum isolation level;
		const char *text;
	} row[] = {
		{{.lack = LACK_UNTOUCHED_CPUS}, WAY_REMOTE, ISOLATION_ISOLATED, "isolated (boot)"},
		{{.lack = LACK_KEPT_OFF}, WAY_REMOTE, ISOLATION_ISOLATED, "isolated (boot)"},
		{{.lack = LACK_UNTOUCHED_CPUS, .refused = REFUSED}, WAY_LEAVES, ISOLATION_ISOLATED,
			"isolated (boot)"},
		{{.lack = LACK_UNTOUCHED_CPUS, .isolation = ISOLATION_ISOLATED}, WAY_REMOTE,
			ISOLATION_ISOLATED, "isolated (boot)"},
		{{.lack = LACK_UNTOUCHED_CPUS, .isolation = ISOLATION_ISOLATED, .refused = REFUSED},
			WAY_LEAVES, ISOLATION_ISOLATED, "isolated (boot)"},
		{{.lack = LACK_UNTOUCHED_CPUS, .isolation = ISOLATION_EXCLUSIVE}, WAY_LEAVES,
			ISOLATION_ISOLATED, "isolated (boot)"},
		{{.lack = LACK_UNTOUCHED_CPUS, .isolation = ISOLATION_CPUSET}, WAY_LEAVES,
			ISOLATION_CPUSET, "cpuset"},
		{{.lack = LACK_UNTOUCHED_CPUS, .isolation = ISOLATION_AFFINITY}, WAY_AFFINITY,
			ISOLATION_AFFINITY, "affinity"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct plan plan;
		struct error e;

		if (plan_request(&row[i].q, &plan, &e) != 0)
			fail_msg("row %zu: %s", i, e.why);
		if (plan.way != row[i].way || plan.level != row[i].level ||
			strcmp(level_text(&plan), row[i].text) != 0)
			fail_msg("row %zu: %s by %s", i, level_text(&plan), way_name(plan.way));
		assert_true(cpus_equal(&plan.layout.trial,
			plan.way == WAY_REMOTE ? &plan.pinned : &(struct cpus){0}));
		/* What is moved into a cgroup gets these CPUs from the kernel. */
		if (plan.way != WAY_AFFINITY && !cpus_equal(&plan.layout.emulator, &plan.pool))
			fail_msg("row %zu: QEMU's other threads may run anywhere", i);
		plan_done(&plan);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(level_is_the_best_that_can_be_had),
		cmocka_unit_test(level_that_is_named_is_required),
		cmocka_unit_test(level_on_cpus_isolated_at_boot_is_had_without_a_partition_too),
		cmocka_unit_test(level_without_pins_is_affinity_at_most),
		cmocka_unit_test(level_rests_on_the_backend_that_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
