/* SPDX-License-Identifier: MIT */
/* What the kernel was told at boot about CPUs, and whether other tasks keep off those isolated
 * then. */
#ifndef QPIN_HOST_BOOT_H
#define QPIN_HOST_BOOT_H

#include "host/facts.h"

struct host;

/*
 * boot_parse - read rcu_nocbs= and isolcpus=managed_irq of the kernel's command line
 * @topology: online and nohz_full CPUs; the latter have their RCU callbacks elsewhere, too
 *
 * sysfs has isolcpus=domain and nohz_full=, not these. What can't be read is none.
 * Source: Linux Documentation/admin-guide/kernel-parameters.txt.
 */
void boot_parse(const char *cmdline, const struct topology *topology, struct boot_facts *ret);

/* boot_load - boot_parse(), and which tasks of programs may run on CPUs isolated at boot */
void boot_load(const struct host *host, const struct topology *topology, struct boot_facts *ret);

#endif
