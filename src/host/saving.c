/* SPDX-License-Identifier: MIT */
/* How CPUs save power: governors of frequencies, idle states, hardware threads that are off. */
#include "host/saving.h"

#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/text.h"
#include "host/survey.h"

#define CPU "devices/system/cpu/cpu%u/"

enum {
	PATH_BYTES = 96,
};

static void
governor_read(const struct root *sys, unsigned os_cpu, struct saving_facts *ret)
{
	char path[PATH_BYTES], word[SURVEY_WORD_BYTES];

	(void)snprintf(path, sizeof(path), CPU "cpufreq/scaling_governor", os_cpu);
	word_read(sys, path, word);
	if (word[0] == '\0')
		return;
	cpus_add(&ret->governed, os_cpu);
	if (str_eq(word, "performance"))
		cpus_add(&ret->performance, os_cpu);
	else if (ret->other[0] == '\0')
		memcpy(ret->other, word, sizeof(word));
	if (ret->driver[0] == '\0') {
		(void)snprintf(path, sizeof(path), CPU "cpufreq/scaling_driver", os_cpu);
		word_read(sys, path, ret->driver);
	}
}

/* False when there is no such state. */
static bool
idle_read(const struct root *sys, unsigned os_cpu, size_t index, struct idle_state *ret)
{
	char path[PATH_BYTES];
	struct tunable latency, disabled;

	(void)snprintf(path, sizeof(path), CPU "cpuidle/state%zu/latency", os_cpu, index);
	latency = tunable_read(sys, path);
	if (!latency.is_known || latency.value < 0)
		return false;
	if (latency.value > ret->latency_us)
		ret->latency_us = latency.value < UINT32_MAX ? (uint32_t)latency.value : UINT32_MAX;
	(void)snprintf(path, sizeof(path), CPU "cpuidle/state%zu/disable", os_cpu, index);
	disabled = tunable_read(sys, path);
	if (!disabled.is_known || disabled.value == 0)
		cpus_add(&ret->enabled, os_cpu);
	if (ret->name[0] == '\0') {
		(void)snprintf(path, sizeof(path), CPU "cpuidle/state%zu/name", os_cpu, index);
		word_read(sys, path, ret->name);
	}
	return true;
}

void
saving_load(const struct root *sys, const struct cpus *online, struct saving_facts *ret)
{
	*ret = (struct saving_facts){0};
	cpus_each (os_cpu, online) {
		size_t index = 0;

		governor_read(sys, (unsigned)os_cpu, ret);
		while (index < SURVEY_IDLE_STATES &&
			idle_read(sys, (unsigned)os_cpu, index, &ret->idle[index]))
			index++;
		if (index > ret->idle_count)
			ret->idle_count = index;
	}
	word_read(sys, "devices/system/cpu/smt/control", ret->smt);
}
