/* SPDX-License-Identifier: MIT */
/* How fast CPUs run and how deep they sleep: what a host lets be set for each, and as changes. */
#include "host/power.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "host/host.h"

#define CPU_DIR "devices/system/cpu/cpu"

char *
power_governor_file(unsigned os_cpu, char *file)
{
	(void)snprintf(file, POWER_FILE_BYTES, CPU_DIR "%u/cpufreq/scaling_governor", os_cpu);
	return file;
}

char *
power_latency_file(unsigned os_cpu, char *file)
{
	(void)snprintf(file, POWER_FILE_BYTES, CPU_DIR "%u/power/pm_qos_resume_latency_us", os_cpu);
	return file;
}

char *
power_latency_value(unsigned limit_us, char *value)
{
	if (limit_us == 0)
		(void)snprintf(value, POWER_VALUE_BYTES, "n/a");
	else
		(void)snprintf(value, POWER_VALUE_BYTES, "%u", limit_us);
	return value;
}

/* A file of a CPU's cpufreq directory; "" where there is none. */
static void
cpufreq_read(const struct root *sys, unsigned os_cpu, const char *what, char *text, size_t size)
{
	char file[POWER_FILE_BYTES];
	struct error ignored;

	text[0] = '\0';
	(void)snprintf(file, sizeof(file), CPU_DIR "%u/cpufreq/%s", os_cpu, what);
	if (file_read(sys, file, text, size, &ignored) < 0)
		text[0] = '\0';
}

static bool
is_in_a_policy(const struct power_facts *power, unsigned os_cpu)
{
	for (size_t i = 0; i < power->policy_count; i++) {
		if (cpus_has(&power->policies[i].cpus, os_cpu))
			return true;
	}
	return false;
}

/* The CPUs whose frequency is set together; "affected" are those of them that are online. */
static int
policy_load(const struct root *sys, unsigned os_cpu, struct power_facts *ret, struct error *e)
{
	char text[FILE_TEXT_BYTES];
	struct power_policy policy, *bigger;

	if (is_in_a_policy(ret, os_cpu))
		return 0;
	cpufreq_read(sys, os_cpu, "affected_cpus", text, sizeof(text));
	for (char *at = text; *at != '\0'; at++) { /* with blanks between them */
		if (*at == ' ')
			*at = ',';
	}
	if (text[0] == '\0' || cpus_parse(text, &policy.cpus) < 0)
		return 0;
	cpufreq_read(sys, os_cpu, "scaling_available_governors", policy.governors,
		sizeof(policy.governors));
	bigger = reallocarray(ret->policies, ret->policy_count + 1, sizeof(*bigger));
	if (bigger == NULL)
		return error_sys(e, ENOMEM, NULL, "read which CPUs have a frequency together");
	ret->policies = bigger;
	ret->policies[ret->policy_count++] = policy;
	return 0;
}

int
power_load(
	const struct root *sys, const struct cpus *online, struct power_facts *ret, struct error *e)
{
	char file[POWER_FILE_BYTES];
	int r = 0;

	*ret = (struct power_facts){0};
	cpus_each (os_cpu, online) {
		if (file_exists(sys, power_latency_file((unsigned)os_cpu, file)))
			cpus_add(&ret->latency, (unsigned)os_cpu);
		if (r == 0 && file_exists(sys, power_governor_file((unsigned)os_cpu, file)))
			r = policy_load(sys, (unsigned)os_cpu, ret, e);
	}
	return r;
}

void
power_done(struct power_facts *power)
{
	free(power->policies);
	*power = (struct power_facts){0};
}

static int
value_read(const struct host *host, const struct change *c, char *text, struct error *e)
{
	return file_read(&host->roots.sys, c->target, text, FILE_TEXT_BYTES, e);
}

static int
power_look(struct host *host, struct change *c, struct error *e)
{
	char text[FILE_TEXT_BYTES];
	int r = value_read(host, c, text, e);

	return r < 0 ? r : change_remember(c, text, e);
}

static int
power_apply(struct host *host, struct change *c, struct error *e)
{
	return file_write(&host->roots.sys, c->target, c->value, e);
}

static int
power_verify(struct host *host, const struct change *c, struct error *e)
{
	char text[FILE_TEXT_BYTES];
	int r = value_read(host, c, text, e);

	if (r < 0 || str_eq(text, c->value))
		return r < 0 ? r : 0;
	error_refuse(e, ERROR_HOST, c->target, "have it \"%s\"", c->value);
	return error_why(e, "the kernel says \"%.100s\"", text);
}

static int
power_undo(struct host *host, const struct change *c, struct error *e)
{
	char text[FILE_TEXT_BYTES];
	int r = value_read(host, c, text, e);

	if (r == -ENOENT) /* with its CPU */
		return 0;
	if (r < 0 || !str_eq(text, c->value) || str_eq(c->before, c->value))
		return r < 0 ? r : 0;
	return file_write(&host->roots.sys, c->target, c->before, e);
}

static void
power_describe(const struct change *c, char *text, size_t size)
{
	(void)snprintf(text, size, "write %s to /sys/%s", c->value, c->target);
}

const struct change_kind change_power = {
	.name = "power",
	.needs = CHANGE_VALUE | CHANGE_BEFORE,
	.look = power_look,
	.apply = power_apply,
	.verify = power_verify,
	.undo = power_undo,
	.describe = power_describe,
};
