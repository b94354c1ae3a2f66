/* SPDX-License-Identifier: MIT */
/* The frequency and the idle states of pinned CPUs: whether they can be set, and as changes. */
#include "plan/power.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "host/power.h"

/* The caller adds why. */
static void
refuse(const struct definition *d, struct place place, const char *key, struct error *e)
{
	error_refuse(e, ERROR_ISOLATION, d->path, "have %s for VM '%s'", key, d->name);
	e->line = place.line;
	e->column = place.column;
}

static const struct power_policy *
policy_of(const struct power_facts *power, unsigned os_cpu)
{
	for (size_t i = 0; i < power->policy_count; i++) {
		if (cpus_has(&power->policies[i].cpus, os_cpu))
			return &power->policies[i];
	}
	return NULL;
}

static bool
has_word(const char *words, const char *word)
{
	size_t len = strlen(word);
	const char *at = words;

	while (len > 0 && (at = strstr(at, word)) != NULL) {
		if ((at == words || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
			return true;
		at += len;
	}
	return false;
}

/* Those that may share a frequency with @os_cpu: one that is plugged comes alone. */
static bool
has_policy_alone(const struct plan *plan, unsigned os_cpu, const struct power_policy *policy)
{
	if (cpus_has(&plan->pinned, os_cpu))
		return cpus_within(&policy->cpus, &plan->pinned);
	return cpus_count(&policy->cpus) == 1;
}

static int
governor_check_cpu(const struct plan *plan, unsigned os_cpu, struct error *e)
{
	const struct definition *d = plan->definition;
	const struct power_policy *policy = policy_of(&plan->facts->power, os_cpu);
	char text[CPUS_TEXT_BYTES];

	if (policy != NULL && has_word(policy->governors, d->governor) &&
		has_policy_alone(plan, os_cpu, policy))
		return 0;
	refuse(d, d->governor_place, "governor", e);
	if (policy == NULL) {
		error_why(e, "this host sets no frequency of CPU %u: it has no cpufreq", os_cpu);
		return error_hint(e, "leave governor out");
	}
	if (!has_word(policy->governors, d->governor)) {
		error_why(e, "CPU %u has no such governor, but: %s", os_cpu, policy->governors);
		return error_hint(e, "write one of these");
	}
	error_why(e, "CPU %u has its frequency together with CPUs %.64s, which aren't all the VM's",
		os_cpu, cpus_format(&policy->cpus, text));
	return error_hint(e, "pin all of them, or set it by hand and leave governor out");
}

static int
latency_check(const struct plan *plan, const struct cpus *all, struct error *e)
{
	const struct definition *d = plan->definition;
	struct cpus lacks = *all;
	char text[CPUS_TEXT_BYTES];

	cpus_subtract(&lacks, &plan->facts->power.latency);
	if (d->max_idle_latency_place.line == 0 || cpus_empty(&lacks))
		return 0;
	refuse(d, d->max_idle_latency_place, "max_idle_latency_us", e);
	error_why(e, "this host has no limit for idle states of CPUs %.64s (PM QoS)",
		cpus_format(&lacks, text));
	return error_hint(e, "leave max_idle_latency_us out");
}

static int
root_check(const struct plan *plan, struct error *e)
{
	const struct definition *d = plan->definition;

	if (plan->facts->root)
		return 0;
	if (d->governor != NULL)
		refuse(d, d->governor_place, "governor", e);
	else
		refuse(d, d->max_idle_latency_place, "max_idle_latency_us", e);
	error_why(e, "only root can set it");
	return error_hint(e, "leave it out, or run qpin as root");
}

int
power_check(const struct plan *plan, struct error *e)
{
	const struct definition *d = plan->definition;
	struct cpus all = plan->pinned;
	int r;

	if (d->governor == NULL && d->max_idle_latency_place.line == 0)
		return 0;
	cpus_unite(&all, &plan->later);
	r = root_check(plan, e);
	cpus_each (os_cpu, &all) {
		if (r == 0 && d->governor != NULL)
			r = governor_check_cpu(plan, (unsigned)os_cpu, e);
	}
	return r < 0 ? r : latency_check(plan, &all, e);
}

static int
add(struct change_list *list, const char *file, const char *value)
{
	return change_add(list, &change_power, file, NULL, value) != NULL ? 0 : -ENOMEM;
}

int
power_changes(const struct plan *plan, const struct cpus *cpus, struct change_list *list)
{
	const struct definition *d = plan->definition;
	char file[POWER_FILE_BYTES], value[POWER_VALUE_BYTES];
	int r = 0;

	cpus_each (os_cpu, cpus) {
		if (r == 0 && d->governor != NULL)
			r = add(list, power_governor_file((unsigned)os_cpu, file), d->governor);
		if (r == 0 && d->max_idle_latency_place.line != 0)
			r = add(list, power_latency_file((unsigned)os_cpu, file),
				power_latency_value(d->max_idle_latency_us, value));
	}
	return r;
}
