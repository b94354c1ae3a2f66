/* SPDX-License-Identifier: MIT */
/* PCI devices: which CPUs are near them. */
#ifndef QPIN_HOST_PCI_H
#define QPIN_HOST_PCI_H

#include <stddef.h>

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

/* A device that a VM may be given, or that a VM's work depends on. */
struct pci_entry {
	char address[16];  /* "0000:0b:00.0" */
	const char *word;  /* "display", "network", "NVMe", "audio", "USB", or "device"; static */
	char driver[32];   /* "" without one, or when the host doesn't tell */
	bool vfio;         /* the driver is vfio-pci */
	int node;          /* NUMA node; -1 when the host doesn't tell */
	struct cpus local; /* the CPUs that are near it; empty when the host doesn't tell */
};

/*
 * pci_list - the devices below @sys that are displays, network cards, NVMe drives, audio or USB
 * controllers, and all that are bound to vfio-pci, sorted by address
 *
 * What can't be read of a device is not known of it. Returns their number (0 without PCI) or
 * -ENOMEM; the caller frees @ret.
 * Source: as pci_load(); include/linux/pci_ids.h (classes).
 */
int pci_list(const struct root *sys, struct pci_entry **ret, struct error *e);

#endif
