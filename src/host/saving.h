/* SPDX-License-Identifier: MIT */
/* How CPUs save power: governors of frequencies, idle states, hardware threads that are off. */
#ifndef QPIN_HOST_SAVING_H
#define QPIN_HOST_SAVING_H

struct cpus;
struct saving_facts;
struct root;

/*
 * saving_load - read it of the CPUs @online
 *
 * Source: Linux Documentation/admin-guide/pm/cpufreq.rst, cpuidle.rst,
 * Documentation/ABI/testing/sysfs-devices-system-cpu (smt/control).
 */
void saving_load(const struct root *sys, const struct cpus *online, struct saving_facts *ret);

#endif
