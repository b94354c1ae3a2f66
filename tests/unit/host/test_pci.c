/* SPDX-License-Identifier: MIT */
#include "host/pci.h"

#include <errno.h>

#include "base/cleanup.h"
#include "check.h"
#include "tree.h"

#define DEVICES "bus/pci/devices/"

static void
pci_load_reads_the_cpus_near_a_device(void **state)
{
	static const struct {
		const char *address;
		bool found;
		const char *local;
	} row[] = {
		{"0000:0b:00.0", true, "8-15,24-31"},
		{"0000:0c:00.0", true, ""},
		{"10000:01:00.0", true, "0"},
		{"0000:0b:00.1", false, ""},
		{"", false, ""},
	};
	struct tree tree;

	(void)state;
	tree_make(&tree);
	tree_put(&tree, DEVICES "0000:0b:00.0/local_cpulist", "8-15,24-31\n");
	tree_put(&tree, DEVICES "0000:0c:00.0/local_cpulist", "\n");
	tree_put(&tree, DEVICES "10000:01:00.0/local_cpulist", "0\n");
	for (size_t i = 0; i < COUNT(row); i++) {
		struct pci_device device = {.found = !row[i].found};
		struct error e;
		char text[CPUS_TEXT_BYTES];

		assert_int_equal(pci_load(&tree.root, row[i].address, &device, &e), 0);
		if (device.found != row[i].found ||
			strcmp(cpus_format(&device.local, text), row[i].local) != 0)
			fail_msg("%s: %d '%s'", row[i].address, device.found, text);
	}
	tree_remove(&tree);
}

static void
pci_load_names_the_list_that_it_cannot_read(void **state)
{
	struct pci_device device = {0};
	struct tree tree;
	struct error e;
	char path[512];

	(void)state;
	tree_make(&tree);
	tree_put(&tree, DEVICES "0000:0b:00.0/local_cpulist", "bogus\n");
	assert_int_equal(pci_load(&tree.root, "0000:0b:00.0", &device, &e), -EINVAL);
	assert_string_equal(e.what, "read the list of CPUs 'bogus'");
	assert_string_equal(e.where,
		root_path(&tree.root, DEVICES "0000:0b:00.0/local_cpulist", path, sizeof(path)));
	assert_false(device.found);
	tree_remove(&tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pci_load_reads_the_cpus_near_a_device),
		cmocka_unit_test(pci_load_names_the_list_that_it_cannot_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
