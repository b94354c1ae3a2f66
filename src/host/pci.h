/* SPDX-License-Identifier: MIT */
/* Where a PCI device is: which CPUs are near it. */
#ifndef QPIN_HOST_PCI_H
#define QPIN_HOST_PCI_H

#include "host/facts.h"

struct error;
struct root;

/*
 * pci_load - look a device up below @sys
 * @address: "0000:0b:00.0"; "" finds nothing
 *
 * A device that isn't there is no error: @ret tells. Returns 0 or -errno.
 * Source: Linux Documentation/ABI/testing/sysfs-bus-pci (local_cpulist); drivers/pci/pci-sysfs.c.
 */
int pci_load(const struct root *sys, const char *address, struct pci_device *ret, struct error *e);

#endif
