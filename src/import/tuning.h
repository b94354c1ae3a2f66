/* SPDX-License-Identifier: MIT */
/* <vcpu>, <cputune> and <numatune> of a domain as keys of a definition's launcher. */
#ifndef QPIN_IMPORT_TUNING_H
#define QPIN_IMPORT_TUNING_H

#include "config/definition.h"
#include "import/remarks.h"
#include "import/xml.h"
#include "qemu/smp.h"

/*
 * tuning_read - the pins, schedulers and memory nodes of domain @root into @d
 * @smp: the guest's topology; libvirt numbers vCPUs as QEMU does, threads first
 *
 * CPUs that belong to a vCPU are taken out of the lists of QEMU's other threads, for qpin gives
 * them to that vCPU alone. @remarks gets a line for each element that is left out, whole or in
 * part. Returns 0; -EINVAL (ERROR_DEFINITION) with the line of what libvirt wouldn't take; -ENOMEM.
 * Source: https://libvirt.org/formatdomain.html, "CPU Tuning" and "NUMA Node Tuning".
 */
int tuning_read(const struct xml_element *root, const char *path, const struct smp *smp,
	struct definition *d, struct remarks *remarks, struct error *e);

#endif
