/* SPDX-License-Identifier: MIT */
/* CPUs: those that are off, how they save power, and who schedules them. */
#include <inttypes.h>

#include "base/text.h"
#include "host/survey.h"
#include "plan/check.h"
#include "plan/checkup.h"
#include "plan/remedy.h"

enum {
	/* Some ten times what an interrupt costs: from the state below package sleep on. */
	IDLE_SLOW_US = 50,
	RT_DEFAULT_PERCENT = 95,
	PERCENT = 100,
};

#define CPU_PATH "/sys/devices/system/cpu/cpu%d/"

static bool
smt_is_off(const struct saving_facts *power)
{
	return str_eq(power->smt, "off") || str_eq(power->smt, "forceoff");
}

static void
check_offline(const struct check_input *in, struct checkup *ret)
{
	struct cpus offline = in->facts->topology.present;
	auto_buf struct buf paths = {0};
	char text[CPUS_TEXT_BYTES];

	cpus_subtract(&offline, &in->facts->topology.online);
	if (cpus_empty(&offline)) {
		checkup_add(ret, CHECK_CPU_OFFLINE, VERDICT_OK, "none");
		return;
	}
	checkup_add(ret, CHECK_CPU_OFFLINE,
		smt_is_off(&in->survey->power) ? VERDICT_OK : VERDICT_ADVICE, "CPUs %s",
		cpus_format(&offline, text));
	if (smt_is_off(&in->survey->power))
		return;
	cpus_each (os_cpu, &offline)
		buf_printf(&paths, "%s" CPU_PATH "online", paths.len > 0 ? " " : "", os_cpu);
	ret->failed |= paths.failed;
	if (!paths.failed)
		checkup_mend(ret, "for f in %s; do echo 1 >$f; done", paths.text);
}

static void
check_smt(const struct saving_facts *power, struct checkup *ret)
{
	const char *text = "no core has several";

	if (str_eq(power->smt, "on"))
		text = "they are on: pin whole cores, as vcpu_pinning: auto does";
	else if (smt_is_off(power))
		text = "they are off: each core has one CPU";
	checkup_add(ret, CHECK_CPU_SMT, VERDICT_OK, "%s", text);
}

/* Of @all CPUs those that matter. */
static struct cpus
in_scope(const struct check_input *in, const struct cpus *all)
{
	struct cpus scope = *all;

	if (!cpus_empty(&in->watched))
		cpus_keep(&scope, &in->watched);
	return scope;
}

static void
check_governor(const struct check_input *in, struct checkup *ret)
{
	const struct saving_facts *power = &in->survey->power;
	struct cpus slow = in_scope(in, &power->governed);
	auto_buf struct buf paths = {0};
	char text[CPUS_TEXT_BYTES];

	cpus_subtract(&slow, &power->performance);
	if (cpus_empty(&slow)) {
		checkup_add(ret, CHECK_CPU_GOVERNOR, VERDICT_OK, "%s",
			cpus_empty(&power->governed) ? "none: hardware, or a hypervisor, decides"
						     : "performance");
		return;
	}
	checkup_add(ret, CHECK_CPU_GOVERNOR, VERDICT_ADVICE,
		"CPUs %s have %s (%s), which slows them down while they have little to do",
		cpus_format(&slow, text), power->other, power->driver);
	cpus_each (os_cpu, &slow)
		buf_printf(&paths, "%s" CPU_PATH "cpufreq/scaling_governor",
			paths.len > 0 ? " " : "", os_cpu);
	ret->failed |= paths.failed;
	if (!paths.failed)
		remedy_files(ret, in->facts->systemd, "governor", paths.text, "performance");
}

/* The slowest state that one of @scope may enter; NULL when none is slow. */
static const struct idle_state *
slow_state(const struct saving_facts *power, const struct cpus *scope)
{
	const struct idle_state *slowest = NULL;

	for (size_t i = 0; i < power->idle_count; i++) {
		const struct idle_state *state = &power->idle[i];

		if (state->latency_us >= IDLE_SLOW_US && cpus_intersect(&state->enabled, scope) &&
			(slowest == NULL || state->latency_us > slowest->latency_us))
			slowest = state;
	}
	return slowest;
}

static void
idle_mend(const struct check_input *in, const struct cpus *scope, struct checkup *ret)
{
	const struct saving_facts *power = &in->survey->power;
	auto_buf struct buf paths = {0};

	for (size_t i = 0; i < power->idle_count; i++) {
		if (power->idle[i].latency_us < IDLE_SLOW_US)
			continue;
		cpus_each (os_cpu, scope)
			buf_printf(&paths, "%s" CPU_PATH "cpuidle/state%zu/disable",
				paths.len > 0 ? " " : "", os_cpu, i);
	}
	ret->failed |= paths.failed;
	if (!paths.failed)
		remedy_files(ret, in->facts->systemd, "idle", paths.text, "1");
}

static void
check_idle(const struct check_input *in, struct checkup *ret)
{
	const struct saving_facts *power = &in->survey->power;
	struct cpus scope = in_scope(in, &in->facts->topology.online);
	const struct idle_state *slow = slow_state(power, &scope);

	if (slow == NULL) {
		checkup_add(ret, CHECK_CPU_IDLE, VERDICT_OK, "%s",
			power->idle_count > 0 ? "less than 50 us"
					      : "not known: hardware, or a hypervisor, decides");
		return;
	}
	checkup_add(ret, CHECK_CPU_IDLE, cpus_empty(&in->watched) ? VERDICT_OK : VERDICT_ADVICE,
		"up to %" PRIu32 " us, out of idle state %s", slow->latency_us, slow->name);
	if (cpus_empty(&in->watched))
		checkup_hint(ret, "`qpin check NAME` tells what shortens it on its CPUs alone");
	else
		idle_mend(in, &scope, ret);
}

static void
check_rt(const struct survey *s, struct checkup *ret)
{
	int64_t runtime = s->rt_runtime_us.value, period = s->rt_period_us.value;

	if (!s->rt_runtime_us.is_known || !s->rt_period_us.is_known || period <= 0) {
		checkup_add(ret, CHECK_SCHED_RT, VERDICT_UNSEEN, "the kernel doesn't tell");
		return;
	}
	if (runtime < 0 || runtime >= period) {
		checkup_add(ret, CHECK_SCHED_RT, VERDICT_OK, "all of it");
	} else if (runtime == 0) {
		checkup_add(ret, CHECK_SCHED_RT, VERDICT_PROBLEM,
			"nothing: the scheduler deadline can't be had, and on some kernels neither "
			"can fifo "
			"and rr");
		remedy_sysctl(ret, "rt", "kernel.sched_rt_runtime_us", "950000");
	} else {
		bool little = runtime < period / PERCENT * RT_DEFAULT_PERCENT;

		checkup_add(ret, CHECK_SCHED_RT, little ? VERDICT_ADVICE : VERDICT_OK,
			"%" PRId64 " of each %" PRId64 " us", runtime, period);
		if (little)
			remedy_sysctl(ret, "rt", "kernel.sched_rt_runtime_us", "950000");
	}
}

void
check_cpus(const struct check_input *in, struct checkup *ret)
{
	check_offline(in, ret);
	check_smt(&in->survey->power, ret);
	check_governor(in, ret);
	check_idle(in, ret);
	check_rt(in->survey, ret);
	if (str_eq(in->survey->sched_ext, "enabled")) {
		checkup_add(ret, CHECK_SCHED_EXT, VERDICT_ADVICE,
			"one is: it, and not the kernel, decides where and when vCPUs run");
		checkup_mend(ret, "echo S >/proc/sysrq-trigger");
		checkup_hint(ret, "end the program that loaded it (scx_…), else it comes back");
	} else {
		checkup_add(ret, CHECK_SCHED_EXT, VERDICT_OK, "none is");
	}
}
