/* SPDX-License-Identifier: MIT */
/* How fast CPUs run and how deep they sleep: what a host lets be set for each, and as changes. */
#ifndef QPIN_HOST_POWER_H
#define QPIN_HOST_POWER_H

#include "change/change.h"
#include "host/facts.h"

struct error;
struct root;

enum {
	POWER_FILE_BYTES = 80,
	POWER_VALUE_BYTES = 24,
};

/*
 * power_load - what can be set for each of the CPUs @online
 *
 * What isn't there is no error: @ret tells. Returns 0 or -ENOMEM; the caller calls power_done().
 * Source: Linux Documentation/admin-guide/pm/cpufreq.rst, cpuidle.rst; ABI/testing/sysfs-devices-
 * power.
 */
int power_load(const struct root *sys, const struct cpus *online, struct power_facts *ret,
	struct error *e);

/* power_governor_file, power_latency_file - the files of a CPU, below /sys; return @file */
char *power_governor_file(unsigned os_cpu, char *file);
char *power_latency_file(unsigned os_cpu, char *file);

/* power_latency_value - a limit as the kernel wants it: for it 0 is none; returns @value */
char *power_latency_value(unsigned limit_us, char *value);

/*
 * "power": write value to file target, which is a CPU's alone. Undo writes what was there, unless
 * somebody else wrote another value meanwhile.
 */
extern const struct change_kind change_power;

#endif
