/* SPDX-License-Identifier: MIT */
/* Where a PCI device is: which CPUs are near it. */
#include "host/pci.h"

#include <stdio.h>

#include "base/error.h"
#include "base/files.h"

int
pci_load(const struct root *sys, const char *address, struct pci_device *ret, struct error *e)
{
	char name[128], path[sizeof(sys->path) + sizeof(name)], text[FILE_TEXT_BYTES];
	struct pci_device device = {.found = true};
	int r;

	(void)snprintf(name, sizeof(name), "bus/pci/devices/%.64s/local_cpulist", address);
	if (address[0] == '\0' || !file_exists(sys, name)) {
		*ret = (struct pci_device){0};
		return 0;
	}
	r = file_read(sys, name, text, sizeof(text), e);
	if (r < 0)
		return r;
	if (cpus_parse(text, &device.local) < 0) {
		error_refuse(e, ERROR_HOST, root_path(sys, name, path, sizeof(path)),
			"read the list of CPUs '%.64s'", text);
		return error_why(e, "it is not in the kernel's format (0-3,8)");
	}
	*ret = device;
	return 0;
}
