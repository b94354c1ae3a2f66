/* SPDX-License-Identifier: MIT */
/* PCI devices: which CPUs are near them. */
#include "host/pci.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/files.h"
#include "base/text.h"

#define DEVICES "bus/pci/devices"

enum {
	NAME_BYTES = 128, /* of a file of a device, below /sys */
	PATH_BYTES = 512, /* of what a driver's link leads to */
	NODE_MAX = CPUS_MAX - 1,
	NODE_NONE = -1,
};

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

/* By the first digits of its class, 0xCCSSPP; the other classes are of no interest to VMs. */
static const char *
class_word(const char *class)
{
	static const struct {
		const char *begin, *word;
	} row[] = {
		{"0x02", "network"},
		{"0x03", "display"},
		{"0x0108", "NVMe"},
		{"0x0401", "audio"},
		{"0x0403", "audio"},
		{"0x0c03", "USB"},
	};

	for (size_t i = 0; i < COUNT(row); i++) {
		if (str_starts(class, row[i].begin))
			return row[i].word;
	}
	return NULL;
}

static bool
is_address(const char *name)
{
	struct pci_entry *entry;

	return strspn(name, "0123456789abcdef:.") == strlen(name) &&
	       strchr("0123456789abcdef", name[0]) != NULL && name[0] != '\0' &&
	       strlen(name) < sizeof(entry->address);
}

/* A file of the device; "" when it can't be read. */
static const char *
attribute_read(const struct root *sys, const char *address, const char *file, char *text)
{
	char name[NAME_BYTES];
	struct error ignored;

	(void)snprintf(name, sizeof(name), DEVICES "/%.64s/%.32s", address, file);
	text[0] = '\0';
	if (file_read(sys, name, text, FILE_TEXT_BYTES, &ignored) < 0)
		text[0] = '\0';
	return text;
}

static void
driver_read(const struct root *sys, struct pci_entry *ret)
{
	char name[NAME_BYTES], path[PATH_BYTES];
	const char *slash;
	ssize_t len;

	(void)snprintf(name, sizeof(name), DEVICES "/%s/driver", ret->address);
	len = readlinkat(sys->fd, name, path, sizeof(path) - 1);
	if (len < 0)
		return;
	path[len] = '\0';
	slash = strrchr(path, '/');
	(void)snprintf(ret->driver, sizeof(ret->driver), "%.31s", slash != NULL ? slash + 1 : path);
	ret->vfio = str_eq(ret->driver, "vfio-pci");
}

/* Whether it is one for pci_list(). */
static bool
entry_read(const struct root *sys, const char *address, struct pci_entry *ret)
{
	char text[FILE_TEXT_BYTES];
	uint32_t node;

	*ret = (struct pci_entry){.node = NODE_NONE};
	(void)snprintf(ret->address, sizeof(ret->address), "%.15s", address);
	driver_read(sys, ret);
	ret->word = class_word(attribute_read(sys, address, "class", text));
	if (ret->word == NULL && !ret->vfio)
		return false;
	if (ret->word == NULL)
		ret->word = "device";
	if (num_parse_u32(attribute_read(sys, address, "numa_node", text), 0, NODE_MAX, &node) == 0)
		ret->node = (int)node;
	(void)cpus_parse(attribute_read(sys, address, "local_cpulist", text), &ret->local);
	return true;
}

static int
entry_compare(const void *a, const void *b)
{
	const struct pci_entry *x = a, *y = b;
	size_t x_len = strlen(x->address), y_len = strlen(y->address);

	/* Domains have four digits, or five behind Intel's VMD. */
	return x_len != y_len ? (x_len > y_len) - (x_len < y_len) : strcmp(x->address, y->address);
}

static int
entries_read(const struct root *sys, DIR *directory, struct pci_entry **list, struct error *e)
{
	const struct dirent *file;
	size_t count = 0;

	while ((file = readdir(directory)) != NULL) {
		struct pci_entry entry, *bigger;

		if (!is_address(file->d_name) || !entry_read(sys, file->d_name, &entry))
			continue;
		bigger = reallocarray(*list, count + 1, sizeof(*bigger));
		if (bigger == NULL)
			return error_sys(e, ENOMEM, NULL, "list the host's PCI devices");
		*list = bigger;
		bigger[count++] = entry;
	}
	return (int)count;
}

int
pci_list(const struct root *sys, struct pci_entry **ret, struct error *e)
{
	auto_free struct pci_entry *list = NULL;
	int fd = openat(sys->fd, DEVICES, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;
	int count = 0;

	if (directory == NULL && fd >= 0)
		(void)close(fd);
	if (directory != NULL) {
		count = entries_read(sys, directory, &list, e);
		(void)closedir(directory);
	}
	if (count > 0 && list != NULL)
		qsort(list, (size_t)count, sizeof(*list), entry_compare);
	if (count >= 0)
		*ret = heap_release(&list);
	return count;
}
